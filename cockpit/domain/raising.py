"""报警次数: each raising of an alarm once, by when it was raised, acted on and over.

The wall counts raisings of today, the indicators those of any period: both by what is told here, so that they are one
number.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from cockpit.domain.alarm import Alarm, AlarmActKind, Telling
from cockpit.domain.instant import millis_of as _ms
from cockpit.domain.scope import number_of

_CLOSING = frozenset({AlarmActKind.CLEARED, AlarmActKind.JUDGED_FALSE})


class Raising(NamedTuple):
    """One raising; times are milliseconds since 1970, None for never. A device whose clock goes ahead raised and
    cleared when it was heard: nothing that is known lies in the future.
    """

    code_number: int
    #: by the device's clock; with the alarm's id it names the raising
    told_ms: int
    #: by the device's clock, and not after it was heard
    raised_ms: int
    #: when we had it, by our clock
    heard_ms: int
    #: the first act of a person or a rule; taking it out of its group is none
    acted_ms: int | None
    false_ms: int | None
    promoted_ms: int | None
    #: when a person or a rule ended it
    closed_ms: int | None
    #: when its device ended it, and when we heard that
    cleared_ms: int | None
    cleared_heard_ms: int | None

    @property
    def ended_ms(self) -> int | None:
        """When it was over first, by whoever ended it; None while it is open."""
        return min((ms for ms in (self.closed_ms, self.cleared_ms) if ms is not None), default=None)


def raising_of(alarm: Alarm) -> Raising:
    """What the newest raising of an alarm comes to. TypeError for one that was never raised."""
    if alarm.raised_at is None:
        raise TypeError(f"{alarm.alarm_id} was never raised")
    told, heard = _ms(alarm.raised_at), _ms(_heard_at(alarm))
    acted, false, promoted, closed = None, None, None, None
    for act in alarm.current_acts:
        at = _ms(act.at)
        if act.kind is not AlarmActKind.SEPARATED:
            acted = acted or at
        if act.kind is AlarmActKind.JUDGED_FALSE:
            false = false or at
        if act.kind is AlarmActKind.PROMOTED:
            promoted = promoted or at
        if act.kind in _CLOSING:
            closed = closed or at
    clearing = _clearing(alarm)
    cleared_heard = _ms(clearing.received_at) if clearing else None
    return Raising(
        code_number=number_of(alarm.place.code),
        told_ms=told,
        raised_ms=min(told, heard),
        heard_ms=heard,
        acted_ms=acted,
        false_ms=false,
        promoted_ms=promoted,
        closed_ms=closed,
        cleared_ms=min(_ms(clearing.at), cleared_heard or 0) if clearing else None,
        cleared_heard_ms=cleared_heard,
    )


def superseded(before: Alarm, after: Alarm) -> Alarm | None:
    """The raising before the newest, for good: over when its device cleared it, or when the next one was heard. None
    if the newest is the same raising still."""
    if before.raised_at is None or after.raised_at is None or after.raised_at <= before.raised_at:
        return None
    own = tuple(t for t in after.tellings if before.raised_at <= t.at < after.raised_at)
    first = tuple(t for t in own if t.is_raised and t.at == before.raised_at)
    clearing = next((t for t in own if not t.is_raised), None)
    if clearing is None and before.is_open:
        # it rang on after somebody had closed it, or what ended it was never told
        heard = next((t.received_at for t in after.tellings if t.at == after.raised_at), after.raised_at)
        clearing = Telling(at=after.raised_at, received_at=heard, is_raised=False, severity=before.severity)
    return replace(
        before,
        cleared_at=clearing.at if clearing else before.cleared_at,
        acts=before.current_acts,
        tellings=(*first, clearing) if clearing else first,
    )


def _clearing(alarm: Alarm) -> Telling | None:
    """The device's first word that the newest raising is over."""
    if alarm.cleared_at is None or alarm.raised_at is None:
        return None
    its = [t for t in alarm.tellings if t.at >= alarm.raised_at]
    last = max((i for i, t in enumerate(its) if t.is_raised), default=-1)
    told = next((t for t in its[last + 1 :] if not t.is_raised), None)
    return told or Telling(at=alarm.cleared_at, received_at=alarm.cleared_at, is_raised=False, severity=alarm.severity)


def _heard_at(alarm: Alarm) -> datetime:
    """When we had the raising, by our clock: a device's own may be wrong."""
    told = (t.received_at for t in alarm.tellings if t.is_raised and t.at == alarm.raised_at)
    found = next(told, alarm.raised_at)
    assert found is not None, "it was raised"
    return found
