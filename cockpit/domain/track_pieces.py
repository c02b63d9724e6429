"""轨迹分段: a track cut into moves, stops, gaps and jumps that follow each other without a hole.

Each piece ends with the fix that the next one begins with, so their times add up to the whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cockpit.domain.geo import distance_m
from cockpit.domain.track import Bools, Track

#: metres of a degree of latitude; of longitude at the equator
_DEGREE_M = 111_195.0


class PieceKind(StrEnum):
    """What somebody did between two times, as far as the fixes tell."""

    MOVE = "move"
    STOP = "stop"
    #: nothing was heard
    GAP = "gap"
    #: between two places that are too far apart for the time
    JUMP = "jump"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackRules:
    """When a track is cut. A stop: within `stop_radius_m` of where it began for `stop_after_s` at least."""

    gap_after_s: float = 180.0
    #: a device that reports seldom is not silent for it: so many of its own intervals
    gap_after_intervals: float = 4.0
    stop_radius_m: float = 40.0
    stop_after_s: float = 180.0

    def silence_s(self, usual_s: float) -> float:
        """From how many seconds on nothing was heard of a device that usually reports in so many."""
        return max(self.gap_after_s, self.gap_after_intervals * usual_s)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Rows `first` to `last` of a track, both included."""

    kind: PieceKind
    first: int
    last: int
    from_ms: int
    to_ms: int
    #: metres along its fixes; of a gap or a jump straight across
    length_m: float

    @property
    def lasts_s(self) -> float:
        return (self.to_ms - self.from_ms) / 1000


USUAL = TrackRules()


def cut(track: Track, jumps_at_ms: Sequence[int] = (), rules: TrackRules = USUAL) -> list[Piece]:
    """The pieces of a track by time. `jumps_at_ms`: the fixes to which a jump led that stayed.

    A track of fewer than two fixes has none: it has lasted no time.
    """
    if len(track) < 2:
        return []
    seconds = np.diff(track.at_ms) / 1000
    silence = rules.silence_s(float(np.median(seconds)))
    jump = np.isin(track.at_ms[1:], np.asarray(jumps_at_ms, dtype=np.int64))
    gap = (seconds > silence) & ~jump
    steps = distance_m(track.lon[:-1], track.lat[:-1], track.lon[1:], track.lat[1:])
    along = np.concatenate([[0.0], np.cumsum(np.atleast_1d(steps))])

    def piece(kind: PieceKind, first: int, last: int) -> Piece:
        return Piece(
            kind=kind, first=first, last=last, from_ms=int(track.at_ms[first]), to_ms=int(track.at_ms[last]),
            length_m=float(along[last] - along[first]),
        )  # fmt: skip

    pieces: list[Piece] = []
    for first, last, silent in _runs(gap | jump):
        if silent:
            pieces.append(piece(PieceKind.JUMP if jump[first] else PieceKind.GAP, first, last))
        else:
            pieces += [piece(kind, a, b) for kind, a, b in _heard(track, first, last, rules)]
    return pieces


def _runs(broken: Bools) -> Iterator[tuple[int, int, bool]]:
    """First and last row of each stretch between breaks, and of each break, which is one step long."""
    start = 0
    for at in np.flatnonzero(broken).tolist():
        if at > start:
            yield start, at, False
        yield at, at + 1, True
        start = at + 1
    if start < len(broken):
        yield start, len(broken), False


def _heard(track: Track, first: int, last: int, rules: TrackRules) -> Iterator[tuple[PieceKind, int, int]]:
    """Moves and stops of a stretch without breaks; stay points as in Li et al., doi 10.1145/1463434.1463477."""
    moving_from = first
    for a, b in _stops(track, first, last, rules):
        if a > moving_from:
            yield PieceKind.MOVE, moving_from, a
        yield PieceKind.STOP, a, b
        moving_from = b
    if moving_from < last:
        yield PieceKind.MOVE, moving_from, last


def _stops(track: Track, first: int, last: int, rules: TrackRules) -> Iterator[tuple[int, int]]:
    """First and last row of each stop. One that the next follows at once in the same place is one stop: fixes waver."""
    at = track.at_ms[first : last + 1].tolist()
    # a plane is true enough over the metres of a stop, and plain numbers are ten times as quick as small arrays
    squeeze = np.cos(np.radians(track.lat[first]))
    x = ((track.lon[first : last + 1] - track.lon[first]) * _DEGREE_M * squeeze).tolist()
    y = ((track.lat[first : last + 1] - track.lat[first]) * _DEGREE_M).tolist()
    most, least_ms = rules.stop_radius_m**2, rules.stop_after_s * 1000

    def middle(a: int, b: int) -> tuple[float, float]:
        return sum(x[a : b + 1]) / (b + 1 - a), sum(y[a : b + 1]) / (b + 1 - a)

    before: tuple[int, int] | None = None
    for a, b in _near_their_beginning(at, x, y, most, least_ms):
        if before is not None:
            (xa, ya), (xb, yb) = middle(*before), middle(a, b)
            if at[a] - at[before[1]] <= least_ms / 3 and (xa - xb) ** 2 + (ya - yb) ** 2 <= most:
                before = before[0], b
                continue
            yield first + before[0], first + before[1]
        before = a, b
    if before is not None:
        yield first + before[0], first + before[1]


def _near_their_beginning(
    at: list[int], x: list[float], y: list[float], most: float, least_ms: float
) -> Iterator[tuple[int, int]]:
    i, n = 0, len(at)
    while i < n - 1:
        xi, yi, j = x[i], y[i], i + 1
        while j < n and (x[j] - xi) ** 2 + (y[j] - yi) ** 2 <= most:
            j += 1
        if at[j - 1] - at[i] >= least_ms:
            yield i, j - 1
            i = j - 1
        else:
            i += 1
