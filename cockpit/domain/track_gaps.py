"""轨迹中断: why nothing was heard for a while, as far as what is known tells. An explanation, not a verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cockpit.domain.track import Ints, Track
from cockpit.domain.track_pieces import Piece

#: per cent below which a phone goes to sleep or off
_LOW_BATTERY = 10.0
#: instants of a gap at which duty is asked
_ASKED = 9


class GapCause(StrEnum):
    """Why nothing was heard."""

    #: by the shift plan or their own word they were not at work
    OFF_DUTY = "off_duty"
    #: the last that was heard said that the battery was nearly empty
    BATTERY = "battery"
    #: they were heard of, but where you may not look
    OUT_OF_SCOPE = "out_of_scope"
    #: something came that was no place: the device was on and had no fix
    NO_PLACE = "no_place"
    #: none of these: no network, no satellites, or switched off
    NO_SIGNAL = "no_signal"


@dataclass(frozen=True, kw_only=True, slots=True)
class GapReason:
    """The cause, and what speaks for it: the last battery in per cent, the share of the gap that was off duty."""

    cause: GapCause
    battery: float | None
    off_duty_share: float


def reason_of(
    gap: Piece,
    track: Track,
    *,
    on_duty: Callable[[int], bool],
    hidden_ms: Ints,
    wrong_ms: Ints,
) -> GapReason:
    """Why a gap of `track` is one.

    `on_duty` is asked with milliseconds since 1970; `hidden_ms` are fixes outside what the asking person may see and
    `wrong_ms` such as were no place, both sorted.
    """
    battery = float(track.battery[gap.first])
    asked = np.linspace(gap.from_ms, gap.to_ms, _ASKED + 2)[1:-1]
    off = sum(not on_duty(round(ms)) for ms in asked.tolist()) / _ASKED
    if _any_between(hidden_ms, gap):
        cause = GapCause.OUT_OF_SCOPE
    elif off > 0.5:
        cause = GapCause.OFF_DUTY
    elif battery <= _LOW_BATTERY:
        cause = GapCause.BATTERY
    elif _any_between(wrong_ms, gap):
        cause = GapCause.NO_PLACE
    else:
        cause = GapCause.NO_SIGNAL
    return GapReason(cause=cause, battery=None if np.isnan(battery) else battery, off_duty_share=off)


def _any_between(times: Ints, gap: Piece) -> bool:
    return bool(np.searchsorted(times, gap.to_ms, "left") > np.searchsorted(times, gap.from_ms, "right"))
