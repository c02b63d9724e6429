"""部件导入: the quick way and the slow way take the same rows, and every other row is told by its line."""

from pathlib import Path

import openpyxl
import pytest

from cockpit.services.importer.dry_writer import DryWriter
from cockpit.services.importer.layer_crs import Ground, WrongCoordinatesError
from cockpit.services.importer.part_profile import own_part_profile, read_part_profile
from cockpit.services.importer.parts import PartImport, PartReport
from cockpit.services.importer.profile import FileFields, ProfileError
from cockpit.services.importer.rows import Table
from cockpit.store.layer_columns import Feature, LayerColumns, LayerWriter

HEADER = "part_code,class,subclass,name,state,owner,lon,lat"
GROUND = Ground((119.6, 30.1, 120.3, 30.6), "余杭区")
GOOD = [
    "3301100000000001,01,01,上水井盖,完好,区林水局,119.98,30.27",
    "3301100000000002,01,0103,雨水井盖,,,119.99,30.28",
    "3301100000000003,1,4,雨水箅子,破损,养护所,120.0,30.29",
]
BAD = {
    6: "3301100000000004,01,01,少一个字段,完好,区林水局,119.98",
    7: ",01,01,没有编码,完好,区林水局,119.98,30.27",
    8: "3301100000000005,01,01,没有坐标,完好,区林水局,,",
    9: "3301100000000006,01,01,零点,完好,区林水局,0,0",
    10: "3301100000000007,01,01,北京,完好,区林水局,116.4,39.9",
    11: "3301100000000001,01,01,重复,完好,区林水局,119.98,30.27",
    12: "3301100000000008,01,,没有小类,完好,区林水局,119.98,30.27",
    13: "3301100000000009,01,01,不是数,完好,区林水局,abc,30.27",
}


def _taken(file: Path, folder: Path, **more: object) -> tuple[PartReport, list[Feature]]:
    table = Table(file, FileFields())
    run = PartImport(ground=GROUND, **more)  # type: ignore[arg-type]
    with LayerWriter(folder) as writer:
        run.run(table, own_part_profile(table.columns), writer, crs="wgs84", progress=lambda _done, _rows: None)
        run.publish(writer)
    found = LayerColumns.open(folder).items(limit=1_000)
    return run.report, sorted(found, key=lambda feature: feature.id)


def _table(file: Path, lines: list[str], *, encoding: str = "utf-8", end: str = "\n") -> Path:
    file.write_bytes(end.join(lines).encode(encoding) + end.encode())
    return file


def test_parts_are_taken_and_each_bad_row_is_told_by_its_line(tmp_path: Path) -> None:
    file = _table(tmp_path / "parts.csv", [HEADER, *GOOD, "", *BAD.values()])
    report, found = _taken(file, tmp_path / "v1", states={"完好": "normal"})
    assert [(f.id, f.kind, f.name, f.state, f.owner, f.lon) for f in found] == [
        ("3301100000000001", "part.01.01", "上水井盖", "normal", "区林水局", 119.98),
        ("3301100000000002", "part.01.03", "雨水井盖", "", "", 119.99),
        ("3301100000000003", "part.01.04", "雨水箅子", "破损", "养护所", 120.0),
    ]
    assert sorted((r.line, r.field) for r in report.refusals) == [
        (6, ""), (7, "part_code"), (8, "lon"), (9, "lon"), (10, "lon"), (11, "part_code"), (12, "subclass"),
        (13, "lon"),
    ]  # fmt: skip
    assert (report.rows, report.taken, report.refused) == (11, 3, 8)
    assert "余杭区" in next(r.reason for r in report.refusals if r.line == 10)


@pytest.mark.parametrize("way", ["quotes", "gb18030", "windows", "tabs", "xlsx", "ndjson", "geojson"])
def test_whatever_the_file_the_same_rows_are_taken(tmp_path: Path, way: str) -> None:
    rows = [line.split(",") for line in GOOD]
    names = HEADER.split(",")
    match way:
        case "quotes":
            lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
            file = _table(tmp_path / "p.csv", [HEADER, *lines])
        case "gb18030":
            file = _table(tmp_path / "p.csv", [HEADER, *GOOD], encoding="gb18030")
        case "windows":
            file = _table(tmp_path / "p.csv", ["\ufeff" + HEADER, *GOOD], end="\r\n")
        case "tabs":
            file = _table(tmp_path / "p.tsv", [line.replace(",", "\t") for line in [HEADER, *GOOD]])
        case "xlsx":
            file = tmp_path / "p.xlsx"
            book = openpyxl.Workbook()
            for row in [names, *rows]:
                book.active.append(row)
            book.save(file)
        case _:
            import json

            told = [dict(zip(names, row, strict=True)) for row in rows]
            file = tmp_path / f"p.{way}"
            if way == "ndjson":
                file.write_text("\n".join(json.dumps(one) for one in told), encoding="utf-8")
            else:
                features = [
                    {"type": "Feature", "properties": {k: v for k, v in one.items() if k not in ("lon", "lat")},
                     "geometry": {"type": "Point", "coordinates": [float(one["lon"]), float(one["lat"])]}}
                    for one in told
                ]  # fmt: skip
                file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report, found = _taken(file, tmp_path / "v1")
    assert [(f.id, f.kind, f.name, f.lon, f.lat) for f in found] == [
        ("3301100000000001", "part.01.01", "上水井盖", 119.98, 30.27),
        ("3301100000000002", "part.01.03", "雨水井盖", 119.99, 30.28),
        ("3301100000000003", "part.01.04", "雨水箅子", 120.0, 30.29),
    ]
    assert report.refused == 0


def test_a_table_that_names_subclasses_in_words_comes_to_the_same_kinds(tmp_path: Path) -> None:
    line = "3301100000000001,公用设施,上水井盖,,,,119.98,30.27"
    other = "3301100000000002,公用设施,没人知道的,,,,119.98,30.27"
    file = _table(tmp_path / "p.csv", [HEADER, line, other])
    _, found = _taken(file, tmp_path / "v1", kinds={"上水井盖": "part.01.01"})
    assert [f.kind for f in found] == ["part.01.01", "公用设施/没人知道的"]


def test_a_dry_run_counts_what_a_run_would_take(tmp_path: Path) -> None:
    file = _table(tmp_path / "parts.csv", [HEADER, *GOOD, "", *BAD.values()])
    table, run = Table(file, FileFields()), PartImport(ground=GROUND)
    writer = DryWriter()
    run.run(table, own_part_profile(table.columns), writer, crs="wgs84", progress=lambda _done, _rows: None)
    run.publish(writer)
    assert (run.report.rows, run.report.taken, run.report.refused) == (11, 3, 8)
    assert 11 in [refusal.line for refusal in run.report.refusals]


def test_feet_for_degrees_are_refused_whole(tmp_path: Path) -> None:
    line = "3301100000000001,01,01,,,,498312.5,3349871.25"
    file = _table(tmp_path / "p.csv", [HEADER, line])
    with pytest.raises(WrongCoordinatesError, match="no degrees"):
        _taken(file, tmp_path / "v1")
    assert not (tmp_path / "v1").exists()


def test_a_profile_says_which_columns_are_ours_and_turns_their_words(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(
        '[parts]\npart_code = "CODE"\nclass = { const = "01" }\nlon = "X"\nlat = "Y"\n'
        'subclass = { column = "KIND", map = { "上水" = "01" } }\n',
        encoding="utf-8",
    )
    file = _table(tmp_path / "p.csv", ["CODE,KIND,X,Y", "a,上水,119.98,30.27"])
    table = Table(file, FileFields())
    run = PartImport(ground=GROUND)
    with LayerWriter(tmp_path / "v1") as writer:
        run.run(table, read_part_profile(profile), writer, crs="wgs84", progress=lambda _done, _rows: None)
        run.publish(writer)
    assert [f.kind for f in LayerColumns.open(tmp_path / "v1").items()] == ["part.01.01"]
    assert run.report.odd_codes == 1
    with pytest.raises(ProfileError, match="there is no 'part_code'"):
        own_part_profile(table.columns)


def test_bytes_that_are_no_text_cost_their_row_alone(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    good = "\n".join([HEADER, *GOOD]).encode()
    file.write_bytes(good + b"\n33011000000000\xff9,01,01,,,,119.98,30.27\nA\0B,01,01,,,,119.98,30.27\n")
    report, found = _taken(file, tmp_path / "v1")
    assert len(found) == 3
    assert [(r.line, r.field) for r in report.refusals] == [(5, "part_code"), (6, "part_code")]
