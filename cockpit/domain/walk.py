"""巡查: one gridworker's local day as it is heard, and when each grid came to count as visited (走访到的网格).

It is the judgement of `track_coverage.coverage_of` over the fixes up to now, made step by step: a day of everybody in a
district need not be held. A law holds the two against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from cockpit.domain.track import Ints, Track
from cockpit.domain.track_coverage import VISITED_AFTER_S
from cockpit.domain.track_jumps import without_jumps
from cockpit.domain.track_pieces import USUAL, TrackRules

_VISITED_AFTER_MS = round(VISITED_AFTER_S * 1000)


class _Long(NamedTuple):
    """A silence that is a gap for some devices: from when, how long, in which grid, and what was spent there before."""

    from_ms: int
    lasts_ms: int
    grid: int
    spent_ms: int


@dataclass(slots=True)
class Walk:
    """What is known of one gridworker's day. Grids are numbers (`domain.scope.number_of`), 0 is outside the city.

    Fixes are taken in by time: one that is not newer than `last_ms` needs the day told anew.
    """

    kind: str
    rules: TrackRules = USUAL
    last_ms: int = -1
    #: the last fix that is believed, and behind it one that only the next can confirm
    _tail: Track | None = None
    _tail_grids: list[int] = field(default_factory=list)
    _spent_ms: dict[int, int] = field(default_factory=dict)
    _reached_ms: dict[int, int] = field(default_factory=dict)
    _silences: list[_Long] = field(default_factory=list)
    #: the device's intervals: how many were so short that its usual one may not matter, the longest of them, the others
    _short: int = 0
    _longest_short_ms: int = 0
    _slow_ms: list[int] = field(default_factory=list)

    def unheard(self, track: Track) -> Track | None:
        """The fixes that it has not taken in; None where one of the others lies among those that it has."""
        new = track.at_ms > self.last_ms
        if new.all():
            return track
        old = track.picked(~new)
        if self._tail is None or len(old) > 1:
            return None
        # devices tell their last fix again when nobody answered
        again = (old.at_ms[0], old.lon[0], old.lat[0]) == (self.last_ms, self._tail.lon[-1], self._tail.lat[-1])
        return track.picked(new) if again else None

    def take(self, track: Track, grids: Ints) -> None:
        """Fixes by time, each newer than `last_ms`, and the grid of each."""
        if not len(track):
            return
        if int(track.at_ms[0]) <= self.last_ms:
            raise ValueError("a walk is told by time")
        self.last_ms = int(track.at_ms[-1])
        if self._tail is not None:
            track = _joined(self._tail, track)
            grids = np.concatenate([np.array(self._tail_grids, dtype=np.int64), grids])
        believed, jumps = without_jumps(track, self.kind)
        rows = np.flatnonzero(np.isin(track.at_ms, believed.at_ms))
        self._step(believed.at_ms, grids[rows], np.array([j.at_ms for j in jumps if j.stays], dtype=np.int64))
        kept = sorted({int(rows[-1]), len(track) - 1})
        self._tail, self._tail_grids = track.picked(np.array(kept)), grids[kept].tolist()

    def reached(self) -> Mapping[int, int]:
        """Each grid that counts as visited, with the millisecond at which its minute was full."""
        found = dict(self._reached_ms)
        if not self._silences:
            return found
        silence_s = self.rules.silence_s(self._usual_s())
        for one in self._silences:
            if one.lasts_ms / 1000 <= silence_s:
                full_ms = one.from_ms + max(0, _VISITED_AFTER_MS - one.spent_ms)
                found[one.grid] = min(found.get(one.grid, full_ms), full_ms)
        return found

    def _step(self, at_ms: Ints, grids: Ints, jumped_to_ms: Ints) -> None:
        """The time between two fixes is the first one's grid's, unless a jump or a silence lies between."""
        lasted, jumped = np.diff(at_ms), np.isin(at_ms[1:], jumped_to_ms)
        gap_ms = self.rules.gap_after_s * 1000
        for from_ms, ms, grid, is_jump in zip(
            at_ms[:-1].tolist(), lasted.tolist(), grids[:-1].tolist(), jumped.tolist(), strict=True
        ):
            self._note_interval(ms)
            if is_jump or not grid:
                continue
            spent = self._spent_ms.get(grid, 0)
            if ms > gap_ms:
                self._silences.append(_Long(from_ms, ms, grid, spent))
                continue
            self._spent_ms[grid] = spent + ms
            if spent < _VISITED_AFTER_MS <= spent + ms:
                self._reached_ms[grid] = from_ms + _VISITED_AFTER_MS - spent

    def _note_interval(self, ms: int) -> None:
        if ms * self.rules.gap_after_intervals <= self.rules.gap_after_s * 1000:
            self._short, self._longest_short_ms = self._short + 1, max(self._longest_short_ms, ms)
        else:
            self._slow_ms.append(ms)

    def _usual_s(self) -> float:
        """The median interval, exact where it is long enough to matter."""
        count = self._short + len(self._slow_ms)
        slow = sorted(self._slow_ms)

        def at(rank: int) -> int:
            behind = rank - self._short
            return slow[behind] if behind >= 0 else self._longest_short_ms if behind == -1 else 0

        return (at((count - 1) // 2) / 1000 + at(count // 2) / 1000) / 2 if count else 0.0


def _joined(first: Track, then: Track) -> Track:
    def both(name: str) -> Any:
        return np.concatenate([getattr(first, name), getattr(then, name)])

    return Track(
        at_ms=both("at_ms"), lon=both("lon"), lat=both("lat"), accuracy_m=both("accuracy_m"),
        speed_mps=both("speed_mps"), battery=both("battery"),
    )  # fmt: skip
