"""动态 near a place: who moves there, and whether they can be called: fresh, on duty, skilled, free. All in numpy.

What never changes about a mover (its shift, its skills) is a column that grows as movers appear; a query of
100,000 of them is a look at one box of the map.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.geo import EARTH_RADIUS_M, distance_m
from cockpit.domain.scope import street_of
from cockpit.services.nearby.query import NearbyQuery, Status
from cockpit.services.roster import Attended, Roster
from cockpit.situation.movers import Movers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: as the columns say it; the order is that of `LeftOut`
FREE, BUSY, OFF_SHIFT, STALE = 0, 1, 2, 3
STATUS = (Status.FREE, Status.BUSY, Status.OFF_SHIFT, Status.STALE)


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """The movers in a box around a place, copied: rows of `Movers`, and what is known of each."""

    rows: Ints
    lon: Floats
    lat: Floats
    #: from the place, in a straight line
    metres: Floats
    age_s: Floats
    code: Ints
    kind: NDArray[np.int16]
    status: NDArray[np.int8]
    skilled: Mask

    def __len__(self) -> int:
        return len(self.rows)


class Traits:
    """What the roster says about each mover, as columns beside those of `Movers`. Not thread-safe: use its lock."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._shifts: dict[str, int] = {}
        self._sets: dict[frozenset[str], int] = {}
        self._shift: NDArray[np.int16] = np.zeros(0, dtype=np.int16)
        self._set: NDArray[np.int32] = np.zeros(0, dtype=np.int32)

    def follow(self, subjects: list[str]) -> None:
        """Learn about movers that are new; rows never change their subject."""
        known = len(self._shift)
        if known == len(subjects):
            return
        entries = [self._roster.find(subject) for subject in subjects[known:]]
        shift = [self._shifts.setdefault(e.shift if e else "", len(self._shifts)) for e in entries]
        skills = [self._sets.setdefault(frozenset(e.skills if e else ()), len(self._sets)) for e in entries]
        self._shift = np.concatenate([self._shift, np.array(shift, dtype=np.int16)])
        self._set = np.concatenate([self._set, np.array(skills, dtype=np.int32)])

    def on_duty(self, rows: Ints, now: datetime) -> Mask:
        """Who is on duty by the plan."""
        by_shift = np.array([self._roster.duty_by_plan(name, now).on for name in self._shifts], dtype=bool)
        return np.asarray(by_shift[self._shift[rows]])

    def has_skills(self, rows: Ints, skills: Iterable[str]) -> Mask:
        """Who has all of these skills."""
        wanted = frozenset(skills)
        return np.asarray(np.array([wanted <= held for held in self._sets], dtype=bool)[self._set[rows]])


def around(
    movers: Movers,
    traits: Traits,
    query: NearbyQuery,
    *,
    radius_m: float,
    stale_after_s: float,
    busy: Mapping[str, str],
    attendance: Mapping[str, Attended],
) -> Around:
    """Everybody in the box that holds the circle, in the query's scope and of its kinds. Hold the movers' lock.

    Unless the query also wants who is left out, nobody who cannot be called for sure is looked at any further.
    """
    traits.follow(movers.subjects)
    seen: Any = movers.rows
    rows = _in_box(seen, query, radius_m)
    low, high = query.scope.span
    code = seen["code"][rows]
    good = seen["drawn"][rows] & (code >= low) & (code < high)
    if query.kinds:
        wanted = np.array([kind in query.kinds for kind in movers.kinds] or [False], dtype=bool)
        good &= wanted[seen["kind"][rows]]
    gone = [row for subject in query.exclude if (row := movers.find_row(subject)) is not None]
    if gone:
        good &= ~np.isin(rows, gone)
    if not query.with_left_out:
        good &= seen["at_ms"][rows] >= (query.now.timestamp() - stale_after_s - 1.0) * 1000
        if query.skills:
            good &= traits.has_skills(rows, query.skills)
    rows, code = rows[good], code[good]
    lon, lat = seen["lon"][rows], seen["lat"][rows]
    age_s = np.maximum(0.0, query.now.timestamp() - seen["at_ms"][rows] / 1000)
    duty = traits.on_duty(rows, query.now)
    for place, subject in _told_of(rows, movers, attendance):
        said = attendance[subject].is_on_duty(query.now)
        duty[place] = duty[place] if said is None else said
    status = np.where(duty, FREE, OFF_SHIFT).astype(np.int8)
    for place, _ in _told_of(rows, movers, busy):
        if duty[place]:
            status[place] = BUSY
    status[age_s > stale_after_s] = STALE
    return Around(
        rows=rows, lon=lon, lat=lat, metres=np.asarray(distance_m(query.lon, query.lat, lon, lat), dtype=np.float64),
        age_s=age_s, code=code, kind=seen["kind"][rows], status=status,
        skilled=traits.has_skills(rows, query.skills) if query.skills else np.ones(len(rows), dtype=bool),
    )  # fmt: skip


def _told_of(rows: Ints, movers: Movers, said: Mapping[str, object]) -> Iterable[tuple[int, str]]:
    """Places in ascending `rows` of those that something is said about: goes through the fewer."""
    if len(rows) <= len(said):
        subjects = movers.subjects
        return [(p, subjects[row]) for p, row in enumerate(rows.tolist()) if subjects[row] in said]
    found = map(movers.find_row, said)
    known = [(row, subject) for row, subject in zip(found, said, strict=True) if row is not None]
    if not known:
        return []
    who = np.array([row for row, _ in known], dtype=np.int64)
    places = np.minimum(np.searchsorted(rows, who), len(rows) - 1)
    here = np.flatnonzero(rows[places] == who).tolist()
    return [(int(places[i]), known[i][1]) for i in here]


def _in_box(rows: Any, query: NearbyQuery, radius_m: float) -> Ints:
    """Rows in a box of degrees that holds the circle, also those of other scopes; near the poles and the date line
    everybody."""
    d_lat = np.degrees(radius_m / EARTH_RADIUS_M) * (1 + 1e-9) + 1e-12
    highest = min(abs(query.lat) + d_lat, 90.0)
    # the widest point of a circle on a globe lies towards the pole from its middle
    sine = np.sin(np.radians(d_lat)) / max(np.cos(np.radians(query.lat)), 1e-12)
    near = np.abs(rows["lat"] - query.lat) <= d_lat
    if street_of(query.scope.code):
        # a narrow scope leaves few of a wide box
        low, high = query.scope.span
        near &= (rows["code"] >= low) & (rows["code"] < high)
    found = np.flatnonzero(near)
    if highest >= 89.9 or sine >= 1:
        return found
    d_lon = np.degrees(np.arcsin(sine)) * (1 + 1e-9) + 1e-12
    if abs(query.lon) + d_lon > 180:
        return found
    return np.asarray(found[np.abs(rows["lon"][found] - query.lon) <= d_lon])
