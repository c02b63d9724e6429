"""轨迹中的跳点: moves that nobody of this kind can make, and what they most likely are.

The rule is the one that keeps jumps off the live map (`domain.plausibility`): faster than the kind's top speed is a
jump, and a place that the next fix confirms is believed, because the subject really is there.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from cockpit.domain.geo import distance_m
from cockpit.domain.plausibility import JUMP, top_speed_mps
from cockpit.domain.track import Track

#: a confirming fix lies within what the top speed covers in so many seconds, as on the live map
_CONFIRMED_WITHIN_S = 10
#: a device that says itself to be this inaccurate explains a jump of that length
_INACCURATE_M = 200.0
#: two places that take turns so often are two devices with one account
_TURNS = 3
_DEGREE_M = 111_195.0


class JumpCause(StrEnum):
    """What a jump most likely is."""

    #: the device said itself that it did not know
    INACCURATE = "inaccurate"
    #: a single wrong place, left again at once
    OUTLIER = "outlier"
    #: the same two places again and again
    TWO_DEVICES = "two_devices"
    #: the subject stayed there: the way between is missing or a clock was wrong
    MOVED_UNSEEN = "moved_unseen"


@dataclass(frozen=True, kw_only=True, slots=True)
class Jump:
    """A move that is too fast to be one: from where it was last believed to where it claims to be.

    `stays` when the next fix confirmed the place: the track goes on there. Else the fix is not in the track.
    """

    from_ms: int
    at_ms: int
    lon: float
    lat: float
    away_m: float
    #: m/s that it would have taken, and that its kind can
    needed_mps: float
    top_mps: float
    stays: bool
    cause: JumpCause


def without_jumps(track: Track, kind: str) -> tuple[Track, list[Jump]]:
    """The track without places that nobody confirmed, and every jump by time.

    A confirmed jump breaks the track: `cut` of `domain.track_pieces` makes a piece of it.
    """
    top = top_speed_mps(kind)
    n = len(track)
    keep = np.ones(n, dtype=bool)
    if n < 2:
        return track, []
    lon, lat, at_ms = track.lon.tolist(), track.lat.tolist(), track.at_ms.tolist()
    far = distance_m(track.lon[:-1], track.lat[:-1], track.lon[1:], track.lat[1:])
    elapsed = np.maximum(np.diff(track.at_ms) / 1000, 1.0)
    suspects = set((np.flatnonzero(far > top * elapsed) + 1).tolist())
    found: list[Jump] = []
    believed = 0
    for i in range(1, n):
        # where nothing was left out just before, only a suspect can be a jump
        if i not in suspects and believed == i - 1:
            believed = i
            continue
        away = float(distance_m(lon[believed], lat[believed], lon[i], lat[i]))
        seconds = max((at_ms[i] - at_ms[believed]) / 1000, 1.0)
        if away <= top * seconds:
            believed = i
            continue
        stays = i + 1 < n and _confirms(track, i, top)
        cause = _cause_of(track, i, stays=stays)
        found.append(
            Jump(
                from_ms=at_ms[believed],
                at_ms=at_ms[i],
                lon=lon[i],
                lat=lat[i],
                away_m=away,
                needed_mps=away / seconds,
                top_mps=top,
                stays=stays,
                cause=cause,
            )
        )
        keep[i] = stays
        if stays:
            believed = i
    jumps = _told_apart(found, top)
    left_out = n - int(keep.sum())
    aside = dict(track.set_aside) | ({JUMP: left_out} if left_out else {})
    return track.picked(keep, aside), jumps


def _confirms(track: Track, row: int, top: float) -> bool:
    """Whether the fix after `row` lies near it, as far as its own time and the live map's rule allow."""
    seconds = max(float(track.at_ms[row + 1] - track.at_ms[row]) / 1000, 1.0)
    away = float(distance_m(track.lon[row], track.lat[row], track.lon[row + 1], track.lat[row + 1]))
    return away < _CONFIRMED_WITHIN_S * top and away <= top * seconds


def _cause_of(track: Track, row: int, *, stays: bool) -> JumpCause:
    if not stays:
        return JumpCause.INACCURATE if track.accuracy_m[row] >= _INACCURATE_M else JumpCause.OUTLIER
    return JumpCause.MOVED_UNSEEN


def _told_apart(jumps: Sequence[Jump], top: float) -> list[Jump]:
    """The same, with jumps to places where others led before named as what two devices do."""
    cell_deg = _CONFIRMED_WITHIN_S * top / _DEGREE_M
    cells = [(round(jump.lon / cell_deg), round(jump.lat / cell_deg)) for jump in jumps]
    times = Counter(cells)
    return [
        replace(jump, cause=JumpCause.TWO_DEVICES)
        if times[cell] >= _TURNS and jump.cause is not JumpCause.INACCURATE
        else jump
        for jump, cell in zip(jumps, cells, strict=True)
    ]
