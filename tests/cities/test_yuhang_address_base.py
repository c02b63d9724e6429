"""地址库 of the demo city: twelve buildings with 792 households around the incident that the documents tell of."""

import pytest

from cockpit.services.city import City
from cockpit.services.households import HouseholdBook, ring_of
from tools.make_city.address_base import INCIDENT, make_storeys, read_footprints


class NothingImported:
    def is_empty(self) -> bool:
        return True

    def within(self, *box: float) -> list[object]:
        raise AssertionError(f"nothing was imported, {box} is the city's own")


@pytest.fixture(scope="module")
def yuhang() -> City:
    return City.load("yuhang")


def book(city: City) -> HouseholdBook:
    return HouseholdBook(NothingImported(), city=city)  # type: ignore[arg-type]  # never asked


def test_twelve_buildings_with_792_households_stand_around_the_incident(yuhang: City) -> None:
    for radius_m in (160, 175, 190):
        found = book(yuhang).in_area(ring_of(*INCIDENT, radius_m))
        assert [len(building.households) for building in found] == [66] * 12


def test_every_building_lies_in_the_grid_that_its_code_names(yuhang: City) -> None:
    around = book(yuhang).in_area(ring_of(*INCIDENT, 3_000))
    assert len(around) > 500
    assert all(yuhang.locate(b.lon, b.lat) == b.building_code[:15] for b in around)
    ids = [h.household_id for building in around for h in building.households]
    assert len(set(ids)) == len(ids)
    needing = sum(h.needs_help for building in around for h in building.households)
    assert 0.02 < needing / len(ids) < 0.05


def test_the_file_is_what_the_tool_writes(yuhang: City) -> None:
    assert yuhang.directory is not None
    made = make_storeys(yuhang, read_footprints(yuhang.directory / "buildings.bin"))
    assert (yuhang.directory / "address_base.bin").read_bytes() == made.tobytes()
