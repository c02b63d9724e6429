"""资源导入: what a table of registered things becomes, whatever kind of file it is, and what is refused and why."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from sqlalchemy import Engine

from cockpit.domain.resource import Resource, ResourceState
from cockpit.services.coordinates import wgs84_to_gcj02
from cockpit.services.importer.profile import FileFields, ProfileError
from cockpit.services.importer.resource_profile import ResourceProfile, own_resource_profile, read_resource_profile
from cockpit.services.importer.resources import ResourceImport, ResourceReport
from cockpit.services.importer.rows import Table, TableError
from cockpit.store.resources import ResourceTable
from tests.services.importer.cities import (
    IN_EAST,
    IN_MIDDLE_GRID,
    IN_WEST_GRID,
    LAT,
    MIDDLE_GRID,
    OUTSIDE,
    WEST_GRID,
    small_city,
)

HEADER = "id,kind,name,lon,lat,phone,capacity,skills,status"


class Desk:
    """A small city, a database, and files to import."""

    def __init__(self, engine: Engine | None, directory: Path) -> None:
        """Without a database nothing is kept."""
        self.directory = directory
        if engine is not None:
            self.table = ResourceTable(engine)
        self._city = small_city(directory / "city")

    def csv(self, *lines: str, header: str = HEADER) -> Path:
        path = self.directory / "things.csv"
        path.write_text("\n".join((header, *lines)), encoding="utf-8")
        return path

    def take(self, path: Path, profile: ResourceProfile | None = None, crs: str = "wgs84", **given) -> ResourceReport:
        table = Table(path, FileFields())
        run = ResourceImport(table=getattr(self, "table", None), city=self._city, **given)
        run.run(table, profile or own_resource_profile(table.columns), crs=crs, progress=lambda _done, _rows: None)
        return run.report

    def kept(self) -> dict[str, Resource]:
        return {one.resource_id: one for one in self.table.read()}


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path)


def test_each_row_is_taken_with_its_grid_and_a_rerun_changes_nothing(desk: Desk) -> None:
    path = desk.csv(
        f"h-1,hydrant,路口消火栓,{IN_WEST_GRID},{LAT},,,,",
        f"s-1,shelter,体育馆,{IN_MIDDLE_GRID},{LAT},0571-88,300,,停用",
        f"v-1,志愿者,李小红,{IN_EAST},{LAT},13812345678,,急救；water,正常",
        f"x-1,flood_gate,闸门,{OUTSIDE},{LAT},,,,",
    )
    report = desk.take(path)
    assert (report.rows, report.new, report.refused, report.outside) == (4, 4, 0, 1)
    kept = desk.kept()
    assert [kept[i].code for i in ("h-1", "s-1", "v-1", "x-1")] == [WEST_GRID, MIDDLE_GRID, "330110002", "330110"]
    assert (kept["s-1"].capacity, kept["s-1"].state) == (300, ResourceState.OUT_OF_SERVICE)
    assert (kept["v-1"].kind, kept["v-1"].skills) == ("volunteer", ("first_aid", "water"))
    mark = desk.table.mark()
    again = desk.take(path)
    assert (again.new, again.changed, again.unchanged, desk.table.mark()) == (0, 0, 4, mark)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (f",hydrant,a,120.01,{LAT},,,,", "id", "is missing"),
        (f"1,,a,120.01,{LAT},,,,", "kind", "is missing"),
        (f"1,<script>,a,120.01,{LAT},,,,", "kind", "is no kind"),
        ("1,hydrant,a,,,,,,", "lon", "no place on earth"),
        ("1,hydrant,a,nan,inf,,,,", "lon", "no place on earth"),
        ("1,hydrant,a,1e400,30,,,,", "lon", "no place on earth"),
        ("1,hydrant,a,30.05,120.01,,,,", "lon", "no place on earth"),
        ("1,hydrant,a,0,0,,,,", "lon", "0/0"),
        (f"1,hydrant,a,120.01,{LAT},,-3,,", "capacity", "no whole number"),
        (f"1,hydrant,a,120.01,{LAT},,2.5,,", "capacity", "no whole number"),
        (f"1,hydrant,a,120.01,{LAT},,,,perhaps", "status", "neither in_service"),
        (f"1,hydrant,{'长' * 501},120.01,{LAT},,,,", "name", "longer than 500"),
        (f"1,hydrant,a\0b,120.01,{LAT},,,,", "name", "no text"),
        (f"1,hydrant,a,120.01,{LAT},,,{'s' * 41},", "skills", "longer than 40"),
        ("1,hydrant,a", "", "has 3 fields"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_line_field_and_reason(
    tmp_path: Path, row: str, field: str, reason: str
) -> None:
    desk, heard = Desk(None, tmp_path), []
    report = desk.take(desk.csv(row, f"2,hydrant,好,120.01,{LAT},,,,"), on_refusal=heard.append)
    (refusal,) = report.refusals
    assert (refusal.line, refusal.field) == (2, field)
    assert reason in refusal.reason
    assert heard == report.refusals
    assert (report.taken, report.refused) == (1, 1)


def test_an_id_that_stands_twice_is_refused_the_second_time(desk: Desk) -> None:
    report = desk.take(desk.csv(f"1,aed,a,120.01,{LAT},,,,", f"1,aed,b,120.01,{LAT},,,,"))
    assert [(r.line, r.field, r.reason) for r in report.refusals] == [(3, "id", "stands in line 2 already")]
    assert desk.kept()["1"].name == "a"


def test_geojson_ndjson_and_workbooks_say_the_same_as_csv(desk: Desk) -> None:
    row = {"id": "a-1", "kind": "aed", "name": "地铁口", "lon": IN_WEST_GRID, "lat": LAT, "phone": "110"}
    desk.take(desk.csv(f"a-1,aed,地铁口,{IN_WEST_GRID},{LAT},110,,,"))
    files = [desk.directory / name for name in ("t.ndjson", "t.geojson", "t.xlsx", "t.json")]
    files[0].write_text(json.dumps(row), encoding="utf-8")
    point = {"type": "Point", "coordinates": [IN_WEST_GRID, LAT]}
    feature = {"type": "Feature", "id": "a-1", "geometry": point, "properties": {
        "kind": "aed", "name": "地铁口", "phone": "110"}}  # fmt: skip
    for geojson in (files[1], files[3]):
        geojson.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    book = openpyxl.Workbook()
    for values in (list(row), list(row.values())):
        book.active.append(values)
    book.save(files[2])
    for file in files:
        assert (desk.take(file).unchanged, desk.table.mark()) == (1, 1), file.name


def test_a_feature_without_a_usable_place_is_refused_by_its_number(desk: Desk) -> None:
    path = desk.directory / "t.geojson"
    polygon = [[[120.0, 30.04], [120.02, 30.04], [120.02, 30.06], [120.0, 30.06], [120.0, 30.04]]]
    features = [
        {"geometry": None, "properties": {"id": "1", "kind": "aed"}},
        {"geometry": {"type": "Polygon", "coordinates": polygon}, "properties": {"id": "2", "kind": "shelter"}},
        "nonsense",
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report = desk.take(path)
    assert [(r.line, r.field) for r in report.refusals] == [(1, "lon"), (3, "id")]
    assert desk.kept()["2"].code == WEST_GRID
    path.write_text("[1, 2", encoding="utf-8")
    with pytest.raises(TableError, match="no GeoJSON"):
        desk.take(path)


def test_a_profile_renames_columns_and_turns_words(desk: Desk) -> None:
    lon, lat = (v.item() for v in wgs84_to_gcj02(np.array([IN_WEST_GRID]), np.array([LAT])))
    path = desk.csv(f"A7,摄像机,东门,{lon},{lat}", header="编号,类型,名称,经度,纬度")
    file = desk.directory / "p.toml"
    file.write_text(
        '[resources]\nid = "编号"\nkind = { column = "类型", map = { "摄像机" = "camera" } }\nname = "名称"\n'
        'lon = "经度"\nlat = "纬度"\ncrs = "gcj02"\n',
        encoding="utf-8",
    )
    profile = read_resource_profile(file)
    desk.take(path, profile, crs=profile.resources.crs or "")
    kept = desk.kept()["A7"]
    assert (kept.kind, kept.code) == ("camera", WEST_GRID)
    assert (kept.lon, kept.lat) == pytest.approx((IN_WEST_GRID, LAT), abs=1e-6)
    file.write_text('[resources]\nid = "编号"\n', encoding="utf-8")
    with pytest.raises(ProfileError, match="kind"):
        read_resource_profile(file)
    with pytest.raises(ProfileError, match="no 'id'"):
        own_resource_profile(["编号"])


def test_a_whole_list_withdraws_what_it_names_no_more_of_its_own_kinds(desk: Desk) -> None:
    first = [f"{n},aed,a,120.01,{LAT},,,," for n in (1, 2)]
    desk.take(desk.csv(*first, f"3,camera,c,120.01,{LAT},,,,"))
    assert desk.take(desk.csv(first[0]), whole=True, dry_run=True).withdrawn == 1
    report = desk.take(desk.csv(first[0]), whole=True)
    assert (report.unchanged, report.withdrawn) == (1, 1)
    states = {i: one.state for i, one in desk.kept().items()}
    assert states["2"] is ResourceState.WITHDRAWN and states["3"] is ResourceState.IN_SERVICE


def test_a_camera_may_bring_an_address_of_its_own_but_no_secret(desk: Desk) -> None:
    path = desk.csv(
        f"c1,camera,高教路北,{IN_WEST_GRID},{LAT},https://v.example.cn/c1/index.m3u8",
        f"c2,camera,高教路南,{IN_WEST_GRID},{LAT},https://v.example.cn/c2/index.m3u8?token=abc",
        f"c3,camera,文一路口,{IN_WEST_GRID},{LAT},",
        header="id,kind,name,lon,lat,stream_url",
    )
    report = desk.take(path)
    assert [(r.line, r.field) for r in report.refusals] == [(3, "stream_url")]
    assert {key: one.stream_url for key, one in desk.kept().items()} == {
        "c1": "https://v.example.cn/c1/index.m3u8", "c3": "",
    }  # fmt: skip
    assert desk.take(path).unchanged == 2
