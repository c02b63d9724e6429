"""Imported divisions and grids make a city: codes whole or completed by their parent, places found in the finest."""

import json
from pathlib import Path
from typing import Any

import pytest

from cockpit.services.city import City
from cockpit.services.importer.divisions import DivisionFile, DivisionReport, import_divisions
from cockpit.services.importer.rows import TableError


def cell(west: float, east: float, **told: object) -> dict[str, Any]:
    ring = [[west, 42.0], [east, 42.0], [east, 42.1], [west, 42.1], [west, 42.0]]
    return {"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": [ring]}}


class Ground:
    """A data directory's city, and files to import."""

    def __init__(self, directory: Path) -> None:
        self.city, self._directory = directory / "city", directory

    def take(self, level: str, *cells: dict[str, Any], dry_run: bool = False, **given: str) -> DivisionReport:
        path = self._directory / f"{level}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": cells}), encoding="utf-8")
        source = DivisionFile(path=path, level=level, code_field="ID", name_field="NAME", **given)
        return import_divisions(source, self.city, dry_run=dry_run)

    def loaded(self) -> City:
        return City.load(str(self.city), tz="America/New_York")


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def test_whole_codes_make_a_city_in_which_places_are_found(ground: Ground) -> None:
    ground.take("county", cell(-71.2, -71.0, ID="250250", NAME="Suffolk"))
    ground.take(
        "street", cell(-71.2, -71.1, ID="250250001", NAME="West"), cell(-71.1, -71.0, ID="250250002", NAME="East")
    )
    ground.take("grid", cell(-71.2, -71.15, ID="250250001001001", NAME="1"))
    city = ground.loaded()
    assert (city.code, city.name, city.tz) == ("", "Suffolk", "America/New_York")
    found = [city.locate(lon, 42.05) for lon in (-71.18, -71.12, -71.05, -70.0)]
    assert found == ["250250001001001", "250250001", "250250002", None]
    assert (city.children_of(""), city.children_of("250250")) == (["250250"], ["250250001", "250250002"])
    assert city.bounds == (-71.2, 42.0, -71.0, 42.1)


def test_short_codes_stand_behind_the_named_parent_or_the_division_that_contains_them(ground: Ground) -> None:
    ground.take("county", cell(-71.2, -71.0, ID=25, NAME="Suffolk"))
    ground.take("street", cell(-71.2, -71.1, ID="1", NAME="West"), cell(-71.1, -71.0, ID=2.0, NAME="East"))
    ground.take("grid", cell(-71.19, -71.18, ID="7", NAME="seven"))
    ground.take("grid", cell(-71.09, -71.08, ID="8", NAME="eight"), parent="000025009")
    assert sorted(ground.loaded().divisions) == [
        "000025", "000025001", "000025001000007", "000025002", "000025009000008",
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing(ground: Ground) -> None:
    cells = [cell(-71.2, -71.1, ID="250250001", NAME="West"), cell(-71.1, -71.0, ID="250250002", NAME="East")]
    assert ground.take("street", *cells, dry_run=True).new == 2
    assert not ground.city.exists()
    assert ground.take("street", *cells).new == 2
    assert ground.take("street", *cells).unchanged == 2
    renamed = ground.take("street", cell(-71.2, -71.1, ID="250250001", NAME="Wild West"))
    assert (renamed.changed, renamed.new) == (1, 0)
    assert ground.loaded().name_of("250250001") == "Wild West"
    assert len(ground.loaded().divisions) == 2


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (cell(-71.2, -71.1, NAME="no code"), "ID"),
        (cell(-71.2, -71.1, ID="1"), "NAME"),
        (cell(-71.2, -71.1, ID="Back Bay", NAME="x"), "ID"),
        (cell(-71.2, -71.1, ID="1234567890", NAME="x"), "ID"),
        (cell(-60.2, -60.1, ID="1", NAME="elsewhere"), "geometry"),
        (cell(900.0, 901.0, ID="1", NAME="metres"), "geometry"),
        ({"type": "Feature", "properties": {"ID": "1", "NAME": "x"}, "geometry": None}, "geometry"),
        ({"properties": {"ID": "1", "NAME": "x"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}, "geometry"),
    ],
)
def test_what_is_no_division_is_told_with_its_number(ground: Ground, wrong: dict[str, Any], name: str) -> None:
    ground.take("county", cell(-71.2, -71.0, ID="250250", NAME="Suffolk"))
    report = ground.take("street", cell(-71.1, -71.0, ID="2", NAME="good"), wrong)
    assert [(r.line, r.field) for r in report.refused] == [(2, name)]
    assert report.new == 1


def test_borders_of_another_system_are_converted(ground: Ground) -> None:
    ring = [[13358338, 3503549], [13360564, 3503549], [13360564, 3514875], [13358338, 3503549]]
    told = {"ID": "330110", "NAME": "x"}
    ground.take("county", {"properties": told, "geometry": {"type": "Polygon", "coordinates": [ring]}}, crs="EPSG:3857")
    assert ground.loaded().bounds == pytest.approx((120.0, 30.0, 120.02, 30.088), abs=0.001)


def test_what_is_no_geojson_is_told_so(ground: Ground, tmp_path: Path) -> None:
    for name, text in (("a.geojson", "x"), ("b.geojson", "{}"), ("c.geojson", None)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
        source = DivisionFile(path=tmp_path / name, level="grid", code_field="ID", name_field="NAME")
        with pytest.raises(TableError, match=name):
            import_divisions(source, ground.city, dry_run=False)
