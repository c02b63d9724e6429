"""事件: one thing reported in the city, every step of its handling and every act about it.

An event is its report plus its steps and acts. Stage, level and times are derived from the steps in the order
in which they happened, so messages may arrive in any order and give the same event. A step that is no legal move
from where the event stood then is kept and changes nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from cockpit.domain.act import Act
from cockpit.domain.act import happened as act_happened
from cockpit.domain.assignment import GivenLimit
from cockpit.domain.docket import EMPTY, Docket, docket_of
from cockpit.domain.level import Level
from cockpit.domain.moves import LEGAL_BEFORE, TOLD_BEFORE
from cockpit.domain.severity import Severity
from cockpit.domain.source import Source
from cockpit.domain.stage import DISMISSED, FINISHED, HANDLED, Stage
from cockpit.domain.step import Step as Step
from cockpit.domain.step import happened as step_happened


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
    #: the limit of the standard for its category when it arrived here; None if its source set a time itself
    given: GivenLimit | None = None
    #: when it was registered here; told only beside `given`
    arrived_at: datetime | None = None
    severity: Severity | None = None
    reporter: str = ""
    attachments: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def is_imported(self) -> bool:
        """True if a table brought it, with others of its day that were over and are in no fact."""
        return self.extra.get("imported") is True


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """事件 with its steps in the order in which they happened; what follows from them is kept beside them."""

    report: Report
    steps: tuple[Step, ...] = ()
    acts: tuple[Act, ...] = ()
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
    #: True where clocks of our own run: a standard gave it a limit, or somebody works on it here
    is_timed: bool = False
    #: which of the steps were no legal moves, and the stage that the event was in then
    refused: tuple[tuple[int, Stage], ...] = ()
    docket: Docket = EMPTY

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
        """On no map and in no denominator: rejected, voided, or merged into another event."""
        return self.stage in DISMISSED or self.docket.merged_into != ""

    @property
    def is_open(self) -> bool:
        return not (self.is_finished or self.is_dismissed)

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, rejected, voided or merged into another; None while it is open."""
        return self.last_at if self.is_dismissed else self.closed_at

    @property
    def version(self) -> int:
        """How much is known of it: grows with every step and act."""
        return len(self.steps) + len(self.acts)

    @property
    def last_at(self) -> datetime:
        """When the latest thing happened to it."""
        return max((self.report.reported_at, *(s.at for s in self.steps[-1:]), *(a.at for a in self.acts[-1:])))

    @property
    def effective_steps(self) -> tuple[Step, ...]:
        """The steps that were legal moves."""
        if not self.refused:
            return self.steps
        refused = {index for index, _ in self.refused}
        return tuple(step for i, step in enumerate(self.steps) if i not in refused)

    def with_step(self, step: Step) -> "Event":
        """This event with one more step in its place in time; the same event if it knows the step."""
        known, fact_id = self.steps, step.fact_id
        for other in known:
            if other.fact_id == fact_id:
                return self
        steps = (*known, step)
        if known and step.at <= known[-1].at:  # told late: most steps come as they happen
            steps = tuple(sorted(steps, key=step_happened))
        return _derived(self.report, steps, self.acts)

    def with_act(self, act: Act) -> "Event":
        """This event with one more act in its place in time; the same event if it knows the act."""
        if any(a.fact_id == act.fact_id for a in self.acts):
            return self
        return _derived(self.report, self.steps, tuple(sorted((*self.acts, act), key=act_happened)))


#: citizens' calls reach the county's centre, orders from above the city, everything else the community
_FIRST_LEVELS = {
    Source.HIGHER_LEVEL: Level.CITY,
    Source.HOTLINE_12345: Level.COUNTY,
    Source.DEPARTMENT: Level.COUNTY,
}


def event_of(report: Report, steps: tuple[Step, ...] = (), acts: tuple[Act, ...] = ()) -> Event:
    """The event of a report and the steps and acts known so far, in any order."""
    return _derived(report, tuple(sorted(steps, key=step_happened)), tuple(sorted(acts, key=act_happened)))


def _derived(report: Report, steps: tuple[Step, ...], acts: tuple[Act, ...]) -> Event:
    accepted = assigned = handled = closed = paused_since = None
    stage, level, unit, paused_s = Stage.REGISTERED, _FIRST_LEVELS.get(report.source, Level.COMMUNITY), "", 0.0
    before, has_calls = TOLD_BEFORE, False
    refused: tuple[tuple[int, Stage], ...] = ()
    for index, step in enumerate(steps):
        if stage not in before[step.stage] and not (step.command_id and _is_granted(step, stage)):
            refused += ((index, stage),)
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
                has_calls |= step.assignment is not None
        if step.command_id:
            before = LEGAL_BEFORE
        handled = handled or step.at if stage in HANDLED else None
        closed = closed or step.at if stage in FINISHED else None
    event = Event(
        report=report,
        steps=steps,
        acts=acts,
        stage=stage,
        level=level,
        unit=unit,
        accepted_at=accepted,
        assigned_at=assigned,
        handled_at=handled,
        closed_at=closed,
        paused_s=paused_s,
        paused_since=paused_since,
        is_timed=report.given is not None or before is LEGAL_BEFORE,
        refused=refused,
    )
    return _with_docket(event) if acts or has_calls else event


def _is_granted(step: Step, stage: Stage) -> bool:
    """True for a step that was decided here, also when a source tells late that the event stood elsewhere then.

    Only if it had ended already, what was decided without knowing that comes too late.
    """
    return stage in TOLD_BEFORE[step.stage] or not (stage in FINISHED or stage in DISMISSED)


def _with_docket(event: Event) -> Event:
    docket = docket_of(event.effective_steps, event.acts)
    return replace(event, docket=docket, is_timed=event.is_timed or bool(docket.calls))
