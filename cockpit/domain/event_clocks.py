"""事件的时钟: every limit that ran or runs for an event, from its report to its end.

Which clocks an event has (docs/clocks.md says it at length):

- 来源时限: a `due_at` of the source runs from the report, day and night, until the event is handled.
- 受理: from the report's arrival until it is accepted, where a standard covers the event and the source set no time.
- 分拨: from each entry into accepted, returned, escalated or reopened, once somebody works on the event here.
- 处置: the limit that an assignment here gives, from that assignment to the feedback; rework sets it going again.
- 报到: from the call of a co-handler until it reports in.

Pauses (挂账) use no time of any clock. An extension (延期) adds the original limit of 处置 and of the source once more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from cockpit.domain.event import Event
from cockpit.domain.running_clock import ClockKind, RunningClock
from cockpit.domain.stage import DISMISSED, FINISHED, RENEWED, Stage
from cockpit.domain.step import Step
from cockpit.domain.timing import Timing

_Pauses = tuple[tuple[datetime, datetime | None], ...]
_WAITS_TO_BE_ASSIGNED = frozenset({Stage.ACCEPTED, Stage.RETURNED, Stage.ESCALATED, Stage.REOPENED})
_GOES_ON_WAITING = frozenset({Stage.REGISTERED, Stage.SUSPENDED, Stage.RESUMED})
_ENDS = FINISHED | DISMISSED
#: the unit has nothing to do any more, for good or until somebody asks again
_ENDS_HANDLING = _ENDS | {Stage.FED_BACK, Stage.ASSIGNED, Stage.RETURNED, Stage.ESCALATED, Stage.ACCEPTED}


def clocks_of(event: Event, timing: Timing) -> tuple[RunningClock, ...]:
    """All clocks of `event`, by their beginning; those that ended have `ended_at`. A closed event has no other."""
    steps = event.effective_steps
    clocks = [
        *_stage_clocks(event, steps, timing),
        *_source_clock(event),
        *_handling_clocks(event, steps, timing),
    ]
    clocks += _call_clocks(event, timing)
    pauses = _pauses_of(steps)
    closed_at = event.last_at if event.is_dismissed else event.closed_at
    return tuple(sorted((_finished(c, pauses, closed_at) for c in clocks), key=lambda c: (c.started_at, c.kind)))


def _finished(clock: RunningClock, pauses: _Pauses, closed_at: datetime | None) -> RunningClock:
    ended_at = clock.ended_at or closed_at
    own = tuple(p for p in pauses if (p[1] is None or p[1] > clock.started_at) and (not ended_at or p[0] < ended_at))
    return replace(clock, pauses=own, ended_at=ended_at) if own or ended_at else clock


def _stage_clocks(event: Event, steps: tuple[Step, ...], timing: Timing) -> Iterator[RunningClock]:
    """受理 and 分拨."""
    report, is_worked_here = event.report, False
    waiting: RunningClock | None = None
    if report.given is not None and report.due_at is None and timing.accept_within_s:
        # a quarter of an hour is ours, not the way that the report took to us
        registered_at = max(report.reported_at, report.arrived_at or report.reported_at)
        waiting = RunningClock(kind=ClockKind.ACCEPTANCE, started_at=registered_at, allowed_s=timing.accept_within_s)
    for step in steps:
        is_worked_here = is_worked_here or step.command_id != ""
        if waiting is not None and step.stage not in _GOES_ON_WAITING:
            yield replace(waiting, ended_at=max(step.at, waiting.started_at))
            waiting = None
        if is_worked_here and timing.assign_within_s and step.stage in _WAITS_TO_BE_ASSIGNED:
            waiting = RunningClock(kind=ClockKind.ASSIGNMENT, started_at=step.at, allowed_s=timing.assign_within_s)
    if waiting is not None:
        yield waiting


def _source_clock(event: Event) -> Iterator[RunningClock]:
    report = event.report
    if report.due_at is None:
        return
    allowed_s = (report.due_at - report.reported_at).total_seconds()
    yield RunningClock(
        kind=ClockKind.SOURCE,
        started_at=report.reported_at,
        allowed_s=allowed_s * (1 + event.docket.granted) if allowed_s > 0 else allowed_s,
        ended_at=event.handled_at,
    )


@dataclass(slots=True)
class _Work:
    """A unit's work while the steps are walked through."""

    started_at: datetime
    allowed_s: float
    office: bool
    ended_at: datetime | None = None


def _handling_clocks(event: Event, steps: tuple[Step, ...], timing: Timing) -> Iterator[RunningClock]:
    work: _Work | None = None
    works: list[_Work] = []
    for step in steps:
        if work is not None and step.stage in _ENDS_HANDLING:
            work.ended_at = work.ended_at or step.at
        if step.stage is Stage.ASSIGNED:
            work = _work_of(step, timing)
            works += [work] if work else []
        elif step.stage is Stage.REWORK and work is not None:
            work.ended_at = None
        elif step.stage in RENEWED:
            work = None
    for work in works:
        yield RunningClock(
            kind=ClockKind.HANDLING,
            started_at=work.started_at,
            allowed_s=work.allowed_s * (1 + _granted_to(event, work)),
            office=work.office,
            ended_at=work.ended_at,
        )


def _work_of(step: Step, timing: Timing) -> _Work | None:
    """The limit of an assignment: an instant that the officer named, or the condition's; None for one told outside."""
    assignment = step.assignment
    if assignment is None:
        return None
    if assignment.due_at is not None:
        return _Work(step.at, (assignment.due_at - step.at).total_seconds(), office=False)
    if assignment.given is None:
        return None
    limit = assignment.given.limit
    return _Work(step.at, limit.allowed_s(timing.calendar.day_s), office=limit.office)


def _granted_to(event: Event, work: _Work) -> int:
    """How many extensions were granted while this work lasted."""
    return sum(
        e.granted_at is not None
        and work.started_at <= e.granted_at
        and not (work.ended_at and e.granted_at > work.ended_at)
        for e in event.docket.extensions
    )


def _call_clocks(event: Event, timing: Timing) -> Iterable[RunningClock]:
    if not timing.accept_within_s:
        return []
    return [
        RunningClock(
            kind=ClockKind.CALL, started_at=call.called_at, allowed_s=timing.accept_within_s, ended_at=call.ended_at
        )
        for call in event.docket.calls
    ]


def _pauses_of(steps: tuple[Step, ...]) -> _Pauses:
    pauses: list[tuple[datetime, datetime | None]] = []
    since: datetime | None = None
    for step in steps:
        if step.stage is Stage.SUSPENDED:
            since = since or step.at
        elif since is not None:
            pauses.append((since, step.at))
            since = None
    return (*pauses, (since, None)) if since is not None else tuple(pauses)
