"""地址库: which households lie in an area; those that were imported, or the demo city's own until then.

An imported base lies in the database, one row a household, and is asked by its box. A city's directory may bring
`address_base.bin`, two bytes for each footprint of its `buildings.bin`: its households are made up here, the same every
time, without names (people are counts), so that a city of a million doors takes a hundred kilobytes.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, Protocol
from zlib import crc32

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.evacuation import Building, Household
from cockpit.services.city import City
from cockpit.store.households import HouseholdRow

FILE = "address_base.bin"
FOOTPRINTS = "buildings.bin"
#: how many live behind a door of a made-up building; one in nine and twenty cannot walk down
PEOPLE = (1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 2, 6)
NEED_HELP_EVERY = 29

#: a ring is drawn as a polygon of so many corners
_CORNERS = 64
_M_PER_LAT = 111_195.0

Outline = tuple[tuple[float, float], ...]


class HouseholdTable(Protocol):
    """Where an imported base is kept (`store.households`)."""

    def is_empty(self) -> bool: ...
    def within(self, west: float, south: float, east: float, north: float) -> list[HouseholdRow]: ...


class OwnColumns(NamedTuple):
    """The lived-in buildings of a city's own base, one row each, in no order."""

    codes: list[str]
    #: a number within the community, from west to east
    numbers: list[int]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    #: floors and doors a floor
    storeys: NDArray[np.uint8]


class HouseholdBook:
    """The address base in use."""

    def __init__(self, table: HouseholdTable, *, city: City) -> None:
        self._table, self._city = table, city

    def warm(self) -> None:
        """Read the city's own base now, so that the first officer who draws a ring does not wait for it."""
        _ = self._own

    def in_area(self, outline: Outline) -> list[Building]:
        """The buildings inside an outline (degrees) with all their households, in the order of their codes."""
        if not self._table.is_empty():
            return _imported(self._table.within(*_box(outline)), outline)
        return self._own.within(outline) if self._own else []

    def own_columns(self) -> OwnColumns | None:
        """The city's own base, whether it is in use or not; None for a city without one."""
        return self._own.columns() if self._own else None

    @cached_property
    def _own(self) -> "_OwnBase | None":
        directory = self._city.directory
        return _OwnBase(self._city) if directory and (directory / FILE).is_file() else None


def ring_of(lon: float, lat: float, radius_m: float) -> Outline:
    """The circle around a place as an outline."""
    angles = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    per_lon = _M_PER_LAT * np.cos(np.radians(lat))
    points = zip(lon + radius_m / per_lon * np.cos(angles), lat + radius_m / _M_PER_LAT * np.sin(angles), strict=True)
    return tuple((round(float(x), 6), round(float(y), 6)) for x, y in points)


def households_of(building_code: str, floors: int, doors: int) -> tuple[Household, ...]:
    """The made-up households of a building, door by door from the ground up; the same for the same code."""

    def household(floor: int, door: int) -> Household:
        household_id = f"{building_code}-{floor:02d}{door:02d}"
        drawn = crc32(household_id.encode())
        return Household(household_id, PEOPLE[drawn % len(PEOPLE)], drawn // 13 % NEED_HELP_EVERY == 0)

    return tuple(household(floor, door) for floor in range(1, floors + 1) for door in range(1, doors + 1))


class _OwnBase:
    """The buildings of a city's own files, as columns. A building is named by its community and a running number."""

    def __init__(self, city: City) -> None:
        assert city.directory is not None
        corners = np.fromfile(city.directory / FOOTPRINTS, "<i4").reshape(-1, 4, 2) / 1e6
        storeys = np.fromfile(city.directory / FILE, "u1").reshape(-1, 2)
        if len(corners) != len(storeys):
            raise ValueError(f"{FILE} tells of {len(storeys)} footprints, {FOOTPRINTS} has {len(corners)}")
        lived_in = np.flatnonzero(storeys.all(axis=1))
        self._lon, self._lat = corners[lived_in].mean(axis=1).round(6).T
        self._storeys, self._city = storeys[lived_in], city
        self._codes, self._numbers = self._coded(city.locate_many(self._lon, self._lat))

    def columns(self) -> OwnColumns:
        return OwnColumns(self._codes, self._numbers, self._lon, self._lat, self._storeys)

    def within(self, outline: Outline) -> list[Building]:
        inside = np.flatnonzero(_inside(outline, self._lon, self._lat))
        return sorted(map(self._building, inside.tolist()), key=lambda building: building.building_code)

    def _coded(self, grids: NDArray[np.int64]) -> tuple[list[str], list[int]]:
        """The grid's code and a number within it, and a number within the community, from west to east."""
        codes, numbers = [""] * len(grids), [0] * len(grids)
        in_grid: Counter[str] = Counter()
        in_community: Counter[str] = Counter()
        for row in np.lexsort((self._lat, self._lon, grids)).tolist():
            code = self._city.code_of(int(grids[row]))
            in_grid[code] += 1
            in_community[code[:12]] += 1
            codes[row], numbers[row] = f"{code}-{in_grid[code]:04d}", in_community[code[:12]]
        return codes, numbers

    def _building(self, row: int) -> Building:
        code, (floors, doors) = self._codes[row], self._storeys[row].tolist()
        return Building(
            building_code=code,
            name=f"{self._city.name_of(code[:12])} {self._numbers[row]}",
            lon=float(self._lon[row]),
            lat=float(self._lat[row]),
            households=households_of(code, floors, doors),
        )


def _imported(rows: Iterable[HouseholdRow], outline: Outline) -> list[Building]:
    listed = list(rows)
    if not listed:
        return []
    inside = _inside(outline, np.array([r.lon for r in listed]), np.array([r.lat for r in listed]))
    buildings: dict[str, list[HouseholdRow]] = {}
    for row, is_inside in zip(listed, inside.tolist(), strict=True):
        if is_inside:
            buildings.setdefault(row.building_code, []).append(row)
    return [_building_of(code, buildings[code]) for code in sorted(buildings)]


def _building_of(code: str, rows: list[HouseholdRow]) -> Building:
    rows = sorted(rows, key=lambda row: row.household_id)
    return Building(
        building_code=code,
        name=rows[0].building_name or code,
        lon=sum(row.lon for row in rows) / len(rows),
        lat=sum(row.lat for row in rows) / len(rows),
        households=tuple(Household(row.household_id, row.people, row.needs_help) for row in rows),
    )


def _inside(outline: Outline, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    area = shapely.Polygon(outline)
    shapely.prepare(area)
    return np.asarray(shapely.intersects_xy(area, lon, lat))


def _box(outline: Outline) -> tuple[float, float, float, float]:
    lon, lat = [p[0] for p in outline], [p[1] for p in outline]
    return min(lon), min(lat), max(lon), max(lat)
