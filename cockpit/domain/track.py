"""轨迹: one subject's fixes of a time, in order, without what cannot be believed.

A track is what a person is judged by, so every fix that is left out is counted with its reason, and two ways of
hearing the same fixes (late, twice, in another order) give the same track.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Heard:
    """Fixes of one subject as they came, in any order; columns of one length.

    Degrees WGS-84, milliseconds since 1970 UTC, metres, m/s, per cent; NaN where the device did not say. `wrong`
    names why a fix is no place at all (`domain.plausibility`), empty for one that may be believed.
    """

    at_ms: Ints
    lon: Floats
    lat: Floats
    accuracy_m: Floats
    speed_mps: Floats
    battery: Floats
    wrong: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.at_ms)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Track:
    """Fixes of one subject by time, each time once. `set_aside` counts what is not in it, by reason."""

    at_ms: Ints
    lon: Floats
    lat: Floats
    accuracy_m: Floats
    speed_mps: Floats
    battery: Floats
    set_aside: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at_ms)

    @property
    def lasts_s(self) -> float:
        """Seconds from its first fix to its last."""
        return float(self.at_ms[-1] - self.at_ms[0]) / 1000 if len(self) else 0.0

    def picked(self, rows: Ints | Bools, set_aside: Mapping[str, int] | None = None) -> "Track":
        """The fixes of these rows."""
        return Track(
            at_ms=self.at_ms[rows], lon=self.lon[rows], lat=self.lat[rows], accuracy_m=self.accuracy_m[rows],
            speed_mps=self.speed_mps[rows], battery=self.battery[rows],
            set_aside=self.set_aside if set_aside is None else set_aside,
        )  # fmt: skip


def track_of(heard: Heard) -> Track:
    """The track of fixes that came in any order, some of them twice.

    Of two fixes of one millisecond the same one stays whichever came first: there is only one place at a time.
    """
    right = np.flatnonzero(heard.wrong == "")
    names, counts = np.unique(heard.wrong[heard.wrong != ""], return_counts=True)
    accuracy = np.nan_to_num(heard.accuracy_m[right], nan=np.inf)
    rest = np.lexsort((heard.lat[right], heard.lon[right], accuracy, heard.at_ms[right]))
    rows = right[rest]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = heard.at_ms[rows][1:] != heard.at_ms[rows][:-1]
    rows = rows[first]
    return Track(
        at_ms=heard.at_ms[rows], lon=heard.lon[rows], lat=heard.lat[rows], accuracy_m=heard.accuracy_m[rows],
        speed_mps=heard.speed_mps[rows], battery=heard.battery[rows],
        set_aside=dict(zip(names.tolist(), counts.tolist(), strict=True)),
    )  # fmt: skip
