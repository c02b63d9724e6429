"""事件: one thing reported in the city, and every step of its handling.

An event is its report plus its steps. Stage, level and times are derived from the steps in the order
in which they happened, so messages may arrive in any order and give the same event.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cockpit.domain.level import Level
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import AFTER_FINISHED, DISMISSED, FINISHED, HANDLED, RENEWED, Stage, order_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something is: WGS-84 degrees if known, the grid it lies in, and what is doubtful about it."""

    lon: float | None = None
    lat: float | None = None
    #: the longest division or grid code known for the place; the city's own code when nothing finer is
    code: str = ""
    address: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """上报: what a source said about an event. `event_id` is the public id `source:event_id`."""

    event_id: str
    source: Source
    title: str
    reported_at: datetime
    place: Place
    category: str = ""
    category_text: str = ""
    description: str = ""
    due_at: datetime | None = None
    severity: Severity | None = None
    reporter: str = ""
    attachments: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One move of the life cycle: who, when, which unit, at which level, why."""

    stage: Stage
    at: datetime
    unit: str = ""
    by: str = ""
    level: Level | None = None
    note: str = ""
    fact_id: str = ""
    #: what the source said beside the contract's fields
    extra: dict[str, object] = field(default_factory=dict)


def _happened(step: Step) -> tuple[datetime, int, str]:
    return step.at, order_of(step.stage), step.fact_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """事件 with its steps in the order in which they happened; what follows from them is kept beside them."""

    report: Report
    steps: tuple[Step, ...] = ()
    stage: Stage = Stage.REGISTERED
    level: Level = Level.COMMUNITY
    unit: str = ""
    accepted_at: datetime | None = None
    assigned_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    #: seconds in 挂账 that have ended, and when a running one began
    paused_s: float = 0.0
    paused_since: datetime | None = None

    @property
    def event_id(self) -> str:
        return self.report.event_id

    @property
    def first_level(self) -> Level:
        """The level that the report reached first."""
        return _FIRST_LEVELS.get(self.report.source, Level.COMMUNITY)

    @property
    def is_finished(self) -> bool:
        return self.stage in FINISHED

    @property
    def is_dismissed(self) -> bool:
        return self.stage in DISMISSED

    @property
    def is_open(self) -> bool:
        return not (self.is_finished or self.is_dismissed)

    def with_step(self, step: Step) -> "Event":
        """This event with one more step in its place in time; the same event if it knows the step."""
        if any(s.fact_id == step.fact_id for s in self.steps):
            return self
        return _derived(self.report, tuple(sorted((*self.steps, step), key=_happened)))


#: citizens' calls reach the county's centre, orders from above the city, everything else the community
_FIRST_LEVELS = {
    Source.HIGHER_LEVEL: Level.CITY,
    Source.HOTLINE_12345: Level.COUNTY,
    Source.DEPARTMENT: Level.COUNTY,
}


def event_of(report: Report, steps: tuple[Step, ...] = ()) -> Event:
    """The event of a report and the steps known so far, in any order."""
    return _derived(report, tuple(sorted(steps, key=_happened)))


def _derived(report: Report, steps: tuple[Step, ...]) -> Event:
    accepted = assigned = handled = closed = paused_since = None
    stage, level, unit, paused_s = Stage.REGISTERED, _FIRST_LEVELS.get(report.source, Level.COMMUNITY), "", 0.0
    for step in steps:
        if stage in FINISHED and step.stage not in AFTER_FINISHED:
            continue
        stage, level, unit = step.stage, step.level or level, step.unit or unit
        if paused_since and stage is not Stage.SUSPENDED:
            paused_s += (step.at - paused_since).total_seconds()
            paused_since = None
        match stage:
            case Stage.SUSPENDED:
                paused_since = paused_since or step.at
            case Stage.RESUMED:
                stage = Stage.HANDLING
            case Stage.ACCEPTED:
                accepted = accepted or step.at
            case Stage.ASSIGNED:
                accepted, assigned = accepted or step.at, step.at
        if stage in HANDLED:
            handled = handled or step.at
        if stage in FINISHED:
            closed = closed or step.at
        if stage in RENEWED:
            handled = closed = None
    return Event(
        report=report,
        steps=steps,
        stage=stage,
        level=level,
        unit=unit,
        accepted_at=accepted,
        assigned_at=assigned,
        handled_at=handled,
        closed_at=closed,
        paused_s=paused_s,
        paused_since=paused_since,
    )
