"""地址库 — address_base.bin of the demo city: floors and doors of each footprint that people live in; invented.

Slabs and towers are flats, the small houses of the villages one household each; nobody lives in offices, schools and
sheds. A community builds alike: its slabs have one plan, its towers another. Around the incident that the documents
tell of stand twelve buildings of eleven floors with six doors each: 792 households.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from cockpit.services.city import City
from cockpit.services.households import FILE, FOOTPRINTS

#: where the documents' incident is, and how far its twelve buildings stand from it
INCIDENT, RADIUS_M = (119.97682, 30.29149), 170.0
#: floors × doors a floor
SLABS = ((6, 6), (7, 8), (11, 6), (6, 8), (11, 4))
TOWERS = ((18, 4), (26, 4), (33, 4), (28, 6))
HOUSE, INCIDENT_PLAN, NOBODY = (1, 1), (11, 6), (0, 0)

_M_PER_LON, _M_PER_LAT = 111_320 * np.cos(np.radians(30.365)), 110_850.0


class Footprints(NamedTuple):
    """Columns of all footprints; sides in metres."""

    lon: np.ndarray
    lat: np.ndarray
    short_m: np.ndarray
    long_m: np.ndarray


def read_footprints(file: Path) -> Footprints:
    """The footprints of `buildings.bin`."""
    corners = np.fromfile(file, "<i4").reshape(-1, 4, 2) / 1e6
    edges = (np.roll(corners, -1, 1) - corners) * [_M_PER_LON, _M_PER_LAT]
    lengths = np.hypot(edges[..., 0], edges[..., 1])
    sides = np.sort((lengths[:, :2] + lengths[:, 2:]) / 2, axis=1)
    return Footprints(*corners.mean(1).T, *sides.T)


def make_storeys(city: City, found: Footprints) -> np.ndarray:
    """(n, 2) floors and doors a floor of each footprint, 0 where nobody lives; bytes."""
    slab = (found.short_m > 11) & (found.short_m < 17.5) & (found.long_m >= 30)
    tower = (found.long_m > 20) & (found.long_m < 34) & (np.abs(found.short_m / found.long_m - 0.8) < 0.04)
    from_incident = np.hypot((found.lon - INCIDENT[0]) * _M_PER_LON, (found.lat - INCIDENT[1]) * _M_PER_LAT)
    numbers = city.locate_many(found.lon, found.lat)

    def plan(row: int) -> tuple[int, int]:
        if not numbers[row] or not (slab[row] or tower[row] or found.long_m[row] < 16):
            return NOBODY
        if not (slab[row] or tower[row]):
            return HOUSE
        if from_incident[row] <= RADIUS_M:
            return INCIDENT_PLAN
        plans, community = (SLABS if slab[row] else TOWERS), city.code_of(int(numbers[row]))[:12]
        return plans[crc32(f"{community}{bool(slab[row])}".encode()) % len(plans)]

    return np.array([plan(row) for row in range(len(slab))], dtype=np.uint8)


def write_address_base(directory: Path) -> None:
    """From the divisions, grids and buildings that the directory has already."""
    city = City.load(str(directory))
    make_storeys(city, read_footprints(directory / FOOTPRINTS)).tofile(directory / FILE)


def main() -> None:
    """`python -m tools.make_city.address_base [DIRECTORY]`: this file alone."""
    import sys

    write_address_base(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("cockpit/cities/yuhang"))


if __name__ == "__main__":
    main()
