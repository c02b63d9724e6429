"""过程: everything that happened to an event, oldest first, with how long each stage took against its limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.act import Act
from cockpit.domain.event import Event
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.running_clock import ClockKind, RunningClock
from cockpit.domain.stage import DISMISSED, FINISHED, Stage
from cockpit.domain.step import Step
from cockpit.domain.timing import Timing

#: the clock that began with a step tells how long its stage took
_OF_STAGES = frozenset({ClockKind.ACCEPTANCE, ClockKind.ASSIGNMENT, ClockKind.HANDLING})
#: clocks by the step that began them; None is the report
_Begun = dict[datetime | None, RunningClock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: a step or an act. `took_s` counts on the clock that began with it, else plainly until the next step."""

    item: Step | Act
    took_s: float | None = None
    limit_s: float | None = None
    #: where the event stood when a source told a step that was no legal move
    refused_in: Stage | None = None


def process_of(event: Event, now: datetime, timing: Timing) -> list[Entry]:
    """Every step and act, oldest first. The report itself is none of them, unless its source told 登记 as well."""
    refused = dict(event.refused)
    effective = event.effective_steps
    clocks = clocks_of(event, timing)
    begun = {None if c.kind is ClockKind.ACCEPTANCE else c.started_at: c for c in clocks if c.kind in _OF_STAGES}
    entries = [_entry(effective, i, begun, now, timing) for i in range(len(effective))]
    entries += [Entry(item=event.steps[i], refused_in=stage) for i, stage in refused.items()]
    entries += [Entry(item=act) for act in event.acts]
    # the sort is stable: in one instant steps come in their order, then what was refused, then acts
    return sorted(entries, key=lambda entry: entry.item.at)


def _entry(steps: Sequence[Step], i: int, begun: _Begun, now: datetime, timing: Timing) -> Entry:
    step = steps[i]
    clock = begun.get(None if step.stage is Stage.REGISTERED else step.at)
    if clock is not None:
        return Entry(item=step, took_s=clock.used_s(now, timing.calendar), limit_s=clock.allowed_s)
    if step.stage in FINISHED or step.stage in DISMISSED:
        return Entry(item=step)
    until = steps[i + 1].at if i + 1 < len(steps) else max(now, step.at)
    return Entry(item=step, took_s=max(0.0, (until - step.at).total_seconds()))
