"""人口底数: every building with its doors and people as columns, for questions about how many live where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import number_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Dwellings:
    """One row a building: `number` is that of its grid or finest division (`scope.number_of`), places in degrees."""

    number: Ints
    lon: Floats
    lat: Floats
    households: Ints
    people: Ints

    @classmethod
    def told(cls, rows: Sequence[tuple[str, float, float, int, int]]) -> "Dwellings":
        """From rows of code, longitude, latitude, doors and people."""
        lon, lat = (np.array([row[i] for row in rows], dtype=np.float64) for i in (1, 2))
        households, people = (np.array([row[i] for row in rows], dtype=np.int64) for i in (3, 4))
        return cls(np.array([number_of(row[0]) for row in rows], dtype=np.int64), lon, lat, households, people)

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One row a door: `number` of its grid or finest division, when it was last checked (ms since 1970).

    `begins_at`: before it nothing was kept; None where it is known at any instant.
    """

    number: Ints
    at_ms: Ints
    id_of: Callable[[int], str]
    begins_at: datetime | None = None
