"""裁定: whether an officer may make a move about an event now, and if not, which rule forbids it.

What is asked here depends on event, officer and time alone, so the same rulings refuse a command and grey out a
button. What depends on the request itself (a reason, a unit, another event) is judged where the command is decided.
"""

from collections.abc import Callable
from datetime import datetime

from cockpit.domain.docket import MOST_EXTENSIONS
from cockpit.domain.event import Event
from cockpit.domain.moves import Move, MoveName
from cockpit.domain.officer import Officer
from cockpit.domain.overtime import clock_of
from cockpit.domain.refusal import Refusal
from cockpit.domain.stage import Stage
from cockpit.domain.timing import Timing

#: what may still be said of an event that was merged into another
_OF_MERGED = frozenset({MoveName.UNMERGE, MoveName.NOTE})


def find_refusal(move: Move, event: Event, officer: Officer, now: datetime, timing: Timing) -> Refusal | None:
    """The rule that forbids the move; None if it is legal."""
    docket = event.docket
    if docket.merged_into and move.name not in _OF_MERGED:
        return Refusal("event_is_merged", f"event {event.event_id} was merged into {docket.merged_into}")
    if event.stage not in move.from_stages:
        return Refusal("wrong_stage", f"{move.name} is not possible while an event is {event.stage}")
    claim = docket.claim_at(now)
    if move.is_guarded and claim is not None and claim.account != officer.account:
        return Refusal("claimed_by_another", f"{claim.by} works on this event since {claim.since:%H:%M:%S} UTC")
    if move.is_of_level and officer.level.depth > event.level.depth:
        return Refusal("above_your_level", f"the event lies with the {event.level}, you decide for the {officer.level}")
    special = _SPECIAL.get(move.name)
    return special(event, officer, now, timing) if special else None


_Special = Callable[[Event, Officer, datetime, Timing], Refusal | None]


def _escalate(event: Event, _officer: Officer, _now: datetime, _timing: Timing) -> Refusal | None:
    return None if event.level.find_above() else Refusal("at_the_top", "there is no level above the city")


def _hand_down(event: Event, _officer: Officer, _now: datetime, _timing: Timing) -> Refusal | None:
    return None if event.level.find_below() else Refusal("at_the_bottom", "there is no level below the community")


def _suspend(event: Event, _officer: Officer, _now: datetime, _timing: Timing) -> Refusal | None:
    if any(step.stage is Stage.SUSPENDED for step in event.effective_steps):
        return Refusal("suspended_before", "an event is suspended once at most")
    return None


def _report_in(event: Event, _officer: Officer, _now: datetime, _timing: Timing) -> Refusal | None:
    if any(call.ended_at is None for call in event.docket.calls):
        return None
    return Refusal("nobody_is_called", "no unit is called that has not reported in")


def _extend(event: Event, _officer: Officer, now: datetime, timing: Timing) -> Refusal | None:
    if event.docket.pending is not None:
        return Refusal("extension_is_pending", "an extension is asked for already")
    if event.docket.granted >= MOST_EXTENSIONS:
        return Refusal("extended_twice", f"an event is extended {MOST_EXTENSIONS} times at most")
    return _no_time_to_extend(event, now, timing)


def _no_time_to_extend(event: Event, now: datetime, timing: Timing) -> Refusal | None:
    overtime_at = clock_of(event, timing).overtime_at
    if overtime_at is None:
        return Refusal("no_limit", "the event has no limit that could be extended")
    if now > overtime_at:
        return Refusal("overtime_already", "what is overtime already is not extended")
    return None


def _approve(event: Event, officer: Officer, now: datetime, timing: Timing) -> Refusal | None:
    pending = event.docket.pending
    if pending is None:
        return _NOTHING_ASKED
    if officer.account in pending.approved_by:
        return Refusal("approved_already", "the second approval is another officer's")
    if pending.approved_by and officer.level.depth >= event.level.depth:
        return Refusal("needs_the_level_above", f"the second approval is that of a level above the {event.level}")
    return _no_time_to_extend(event, now, timing)


_NOTHING_ASKED = Refusal("no_extension_asked", "no extension waits for an answer")


def _refuse(event: Event, _officer: Officer, _now: datetime, _timing: Timing) -> Refusal | None:
    return None if event.docket.pending is not None else _NOTHING_ASKED


def _release(event: Event, _officer: Officer, now: datetime, _timing: Timing) -> Refusal | None:
    return None if event.docket.claim_at(now) is not None else Refusal("not_claimed", "nobody has claimed the event")


def _unmerge(event: Event, _officer: Officer, _now: datetime, _timing: Timing) -> Refusal | None:
    return None if event.docket.merged_into else Refusal("not_merged", "the event was not merged into another")


_SPECIAL: dict[MoveName, _Special] = {
    MoveName.ESCALATE: _escalate,
    MoveName.HAND_DOWN: _hand_down,
    MoveName.SUSPEND: _suspend,
    MoveName.REPORT_IN: _report_in,
    MoveName.EXTEND: _extend,
    MoveName.APPROVE_EXTENSION: _approve,
    MoveName.REFUSE_EXTENSION: _refuse,
    MoveName.RELEASE: _release,
    MoveName.UNMERGE: _unmerge,
}
