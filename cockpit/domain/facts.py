"""事实: what has happened. Past tense, frozen, never changed.

Each fact has an id that follows from what happened (`event:…`, `stage:…`), so a second delivery of the
same thing is the same fact and changes nothing. `at` is when it happened, `received_at` when we learnt it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from cockpit.domain.act import Act
from cockpit.domain.alarm import AlarmAct
from cockpit.domain.evacuation_facts import EVACUATION_FACTS
from cockpit.domain.event import Place, Report, Step
from cockpit.domain.fact import Fact as Fact
from cockpit.domain.mode import Mode
from cockpit.domain.order_facts import ORDER_FACTS
from cockpit.domain.plan_facts import PLAN_FACTS
from cockpit.domain.plot_facts import PLOT_FACTS
from cockpit.domain.running_clock import ClockKind
from cockpit.domain.severity import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class EventReported(Fact):
    report: Report


@dataclass(frozen=True, kw_only=True, slots=True)
class StageEntered(Fact):
    event_id: str
    step: Step


@dataclass(frozen=True, kw_only=True, slots=True)
class EventActed(Fact):
    """Something was done about an event without its entering a stage."""

    event_id: str
    act: Act


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRecalled(Fact):
    """回召: an event that ended long ago comes back to the desk, with everything that was known of it.

    Its id names the day of the fold: an event leaves at midnight only, so once a day is once.
    """

    report: Report
    steps: tuple[Step, ...] = ()
    acts: tuple[Act, ...] = ()
    #: False for one that a table brought when it was over: it was never in a fold, and no day counted it
    was_live: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmRaised(Fact):
    alarm_id: str
    device_id: str
    kind: str
    severity: Severity
    place: Place
    value: float | None = None
    unit: str = ""
    message: str = ""
    #: what the source said beside the contract's fields
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmCleared(AlarmRaised):
    """The device says it is over; it repeats its description because it may arrive first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmActed(Fact):
    """Something was done about an alarm: acknowledged, assigned, closed, judged false, promoted to an event."""

    alarm_id: str
    #: where it lies, so that what is told outside can be told by scope
    code: str
    act: AlarmAct


@dataclass(frozen=True, kw_only=True, slots=True)
class EventBecameAtRisk(Fact):
    event_id: str
    #: which of its clocks turned
    clock: ClockKind = ClockKind.SOURCE


@dataclass(frozen=True, kw_only=True, slots=True)
class EventBecameOvertime(Fact):
    event_id: str
    clock: ClockKind = ClockKind.SOURCE


@dataclass(frozen=True, kw_only=True, slots=True)
class ModeChanged(Fact):
    scope: str
    mode: Mode
    event_id: str | None
    by: str
    command_id: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarDaySet(Fact):
    """Somebody decided whether a day is a workday: a holiday plan that is new, a day off because of a storm."""

    day: date
    is_workday: bool
    note: str
    by: str
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AttendanceMarked(Fact):
    """A gridworker is on duty from now on, or not any more (上岗, 下岗)."""

    subject_id: str
    on_duty: bool
    #: the grid that the person belongs to
    code: str
    by: str
    command_id: str
    #: by the phone's own clock
    said_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandRefused(Fact):
    """A refusal is a fact too, so the person sees why."""

    command_id: str
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedLost(Fact):
    """A feed that is waited for has been silent for too long. `code`: the city that waits for it."""

    feed: str
    code: str = ""
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedRecovered(Fact):
    """It speaks again, and not for a moment only."""

    feed: str
    code: str = ""
    title_zh: str = ""
    title_en: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayStarted(Fact):
    """Local midnight: what ended before it leaves the fold (the journal keeps it), some at once and the rest with
    `DayCleared`."""

    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCleared(Fact):
    """Some more of what ended before `day` leave the fold: all at once would hold up every screen."""

    day: date


#: every kind of fact by its name in streams and journal
FACT_TYPES: dict[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        EventReported, StageEntered, EventActed, EventRecalled, AlarmRaised, AlarmCleared, AlarmActed,
        EventBecameAtRisk, EventBecameOvertime, ModeChanged, CalendarDaySet, AttendanceMarked, CommandRefused, FeedLost,
        FeedRecovered,
        DayStarted, DayCleared, *ORDER_FACTS,
        *EVACUATION_FACTS,
        *PLAN_FACTS,
        *PLOT_FACTS,
    )
}  # fmt: skip
