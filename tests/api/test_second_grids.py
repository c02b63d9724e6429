"""网格叠加 with a file: another grid system is imported, and its faults are where plain geopandas finds them."""

from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import shape

from cockpit.api.layers import Layers
from cockpit.data_dir import DataDir
from cockpit.layer_import import LayerFile, take_layer
from cockpit.parts import Parts
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.settings import Settings
from cockpit.store.accounts import Role
from tests.api.town import Town
from tests.second_grids import SECOND_GRIDS_TOML, STREET, second_grids

#: 3-degree zone of Hangzhou on CGCS2000: metres that are true to some parts in ten thousand
METRES = "EPSG:4549"


@pytest.mark.parametrize(("name", "crs"), [("police_grid.geojson", "EPSG:4326"), ("police_grid.gpkg", METRES)])
def test_gaps_and_double_ownership_are_where_plain_geopandas_finds_them(
    bare_town: Town, tmp_path: Path, name: str, crs: str
) -> None:
    told = second_grids(tmp_path / name, crs=crs)
    settings = Settings(data_dir=tmp_path / "data", city="yuhang")
    own = DataDir(settings.data_dir).layer_files
    own.mkdir(parents=True)
    (own / "police_grid.toml").write_text(SECOND_GRIDS_TOML, encoding="utf-8")
    said: list[str] = []
    file = LayerFile(path=tmp_path / name)
    assert take_layer(settings, "police_grid", file, refused_file=None, dry_run=False, say=said.append), said

    parts = Parts(settings)
    try:
        layers = Layers(parts.layer_shelf, ScopeShapes(bare_town.city), clock=bare_town.clock)
        leader = bare_town.build(layers=layers).caller(Role.LEADER)
        found = leader.get("grids/overlay", layer="police_grid", scope=STREET).json
    finally:
        parts.close()

    ours = geopandas.GeoSeries(told.ours, crs="EPSG:4326").to_crs(METRES)
    theirs = told.table().set_index("id").geometry.to_crs(METRES)
    gap = ours.union_all().difference(theirs.union_all()).area
    one, other = told.both
    double = theirs[one].intersection(theirs[other]).area
    assert gap > 10_000 and double > 10_000
    close = {"rel": 2e-3, "abs": 100}
    assert found["totals"]["gap"] == pytest.approx(gap, **close) == pytest.approx(ours[told.left_out].area, **close)
    assert found["totals"]["double"] == pytest.approx(double, **close)
    assert found["totals"]["outside"] == 0
    assert found["ours_m2"] == pytest.approx(ours.area.sum(), **close)
    assert found["ours_m2"] == pytest.approx(found["shared_m2"] + gap, rel=2e-3)
    assert found["theirs_m2"] == pytest.approx(theirs.union_all().area, **close)
    # what every one of their grids has, less what two have, is the land that they have together
    assert theirs.area.sum() - double == pytest.approx(found["theirs_m2"], rel=2e-3)

    by_kind = {patch["kind"]: patch for patch in found["items"]}
    assert len(found["items"]) == 2
    assert by_kind["gap"]["ids"][0] == told.left_out
    assert set(by_kind["double"]["ids"]) == {one, other}
    drawn = shapely.make_valid(shape(by_kind["gap"]["geometry"]))
    assert drawn.symmetric_difference(told.ours[told.left_out]).area < 0.02 * drawn.area
    # a border that moved is neither: both systems have that land once
    assert not {*told.moved} & {*by_kind["double"]["ids"]}
