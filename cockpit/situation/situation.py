"""态势: what is going on in the city, folded from the facts in their order.

A `Situation` belongs to one thread, the projector's; `evolve` changes it in place, because a city's day is
too large to copy for every fact. Everything a screen shows comes from here.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cockpit.domain.act import Act
from cockpit.domain.alarm import Alarm, AlarmState
from cockpit.domain.attendance import Attendance
from cockpit.domain.event import Event, Step
from cockpit.domain.mode import ModeState
from cockpit.domain.overtime import Clocked, clocked
from cockpit.domain.plot import Plot
from cockpit.domain.raising import Raising
from cockpit.domain.refusal import Refusal as Refusal
from cockpit.domain.severity import Severity
from cockpit.domain.timing import AT_RISK_SHARE, STAGE_LIMIT_S, Timing
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.situation.alarm_groups import AlarmGroups
from cockpit.situation.alarm_ledger import Ledger
from cockpit.situation.evacuations import Boards
from cockpit.situation.event_book import EventsById
from cockpit.situation.finding_ledger import FindingLedger
from cockpit.situation.handovers import Handovers, Moves
from cockpit.situation.links import Links
from cockpit.situation.office_limits import OfficeLimits
from cockpit.situation.order_book import OrderBook
from cockpit.situation.plan_book import RunningPlan
from cockpit.situation.table import EventTable

#: the newest events that have ended stay whole: a source may tell their closing and their evaluation in one breath
ENDED_KEPT_WHOLE = 64
#: so many events leave with one fact at midnight: some 6 ms
SLICE_OF_LEAVING = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What the fold must know beside the facts. The same for every process of one city."""

    city_code: str
    tz: str = "Asia/Shanghai"
    at_risk_share: float = AT_RISK_SHARE
    accept_within_s: float = STAGE_LIMIT_S
    assign_within_s: float = STAGE_LIMIT_S
    #: as the city's holidays make it; what people decided about single days is in the facts
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

    def timing(self, calendar: WorkingCalendar) -> Timing:
        """How all clocks run on a working calendar."""
        return Timing(
            at_risk_share=self.at_risk_share,
            accept_within_s=self.accept_within_s,
            assign_within_s=self.assign_within_s,
            calendar=calendar,
        )

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)


class Happening(NamedTuple):
    """A line of the ticker (播报): an event entered a stage."""

    at: datetime
    event_id: str
    stage: str
    unit: str


class FeedTurn(NamedTuple):
    """A line of the ticker: a feed was lost, or came back after `lost_s`."""

    at: datetime
    fact_id: str
    feed: str
    is_lost: bool
    title_zh: str
    title_en: str
    lost_s: float


class Changed(NamedTuple):
    """What a fact touched: kind is `event`, `alarm`, `order`, `evacuation`, `mode` or `attendance`, key its id."""

    kind: str
    key: str


class CalendarDay(NamedTuple):
    """A day that somebody made a workday or a day off."""

    day: date
    is_workday: bool
    note: str
    by: str
    at: datetime


class PastAlarm(NamedTuple):
    """An alarm that has left the fold, in short."""

    alarm_id: str
    kind: str
    severity: Severity
    state: AlarmState
    raised_at: datetime | None
    ended_at: datetime | None
    event_id: str


def is_packable(event: Event) -> bool:
    """True for what has ended and is joined to no other event."""
    return not event.is_open and not (event.docket.merged_into or event.docket.parent)


@dataclass(slots=True)
class Situation:
    """The state of one city after `seq` facts, the last of them at `position` in the facts stream."""

    rules: Rules
    seq: int = 0
    position: str = "0"
    events: EventsById = field(default_factory=EventsById)
    #: steps and acts of events whose report has not arrived yet
    orphans: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    orphan_acts: dict[str, tuple[Act, ...]] = field(default_factory=dict)
    alarms: dict[str, Alarm] = field(default_factory=dict)
    #: earlier raisings of alarms that rang again, the oldest first, until their day is over
    rang_before: dict[str, tuple[Alarm, ...]] = field(default_factory=dict)
    #: what each raising comes to, made when somebody asks
    raisings: dict[tuple[str, datetime], tuple[Alarm, Raising]] = field(default_factory=dict)
    orders: OrderBook = field(default_factory=OrderBook)
    #: how often each device and rule was right
    alarm_ledger: Ledger = field(default_factory=dict)
    #: how often models were right, by camera and by kind
    findings: FindingLedger = field(default_factory=FindingLedger)
    #: the newest alarms of a device that have left the fold, the oldest first
    past_alarms: dict[str, tuple[PastAlarm, ...]] = field(default_factory=dict)
    modes: dict[str, ModeState] = field(default_factory=dict)
    #: every change of mode, oldest first
    mode_changes: list[ModeState] = field(default_factory=list)
    lost_feeds: dict[str, datetime] = field(default_factory=dict)
    #: the newest of them, the oldest first
    feed_turns: deque[FeedTurn] = field(default_factory=lambda: deque(maxlen=20))
    #: reports per (community or shorter code, hour since 1970)
    hours: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: when the newest report arrived, per local day of the reports
    arrived: dict[str, datetime] = field(default_factory=dict)
    #: (should be handled, handled in time) per (community or shorter code, local day) of events that left
    past_days: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    #: events that had left the fold and were brought back, until they leave again
    recalled: dict[str, None] = field(default_factory=dict)
    happenings: deque[Happening] = field(default_factory=lambda: deque(maxlen=40))
    refusals: dict[str, Refusal] = field(default_factory=dict)
    day: date | None = None
    #: days that people decided about
    calendar_days: dict[date, CalendarDay] = field(default_factory=dict)
    #: plans that were run, by the id of the run
    plan_runs: dict[str, RunningPlan] = field(default_factory=dict)
    #: drawings on the map, those that were removed today included
    plots: dict[str, Plot] = field(default_factory=dict)
    #: evacuations and every tap in them
    evacuations: Boards = field(default_factory=Boards)
    #: the newest mark of each gridworker, by subject
    attendance: dict[str, Attendance] = field(default_factory=dict)
    timing: Timing = field(init=False)
    links: Links = field(init=False)
    #: what the clocks of events that are timed here come to; those of others cost nothing
    clocked: dict[str, Clocked] = field(default_factory=dict)
    office_limits: OfficeLimits = field(init=False)
    table: EventTable = field(init=False)
    handovers: Handovers = field(init=False)
    alarm_groups: AlarmGroups = field(init=False)
    #: so many events that ended last stay whole
    kept_whole: int = ENDED_KEPT_WHOLE
    #: so many leave with one fact, the same in every process
    slice_of_leaving: int = SLICE_OF_LEAVING
    #: events that have ended and are not packed yet, the newest last
    ended: deque[Event] = field(init=False, default_factory=deque)

    def __post_init__(self) -> None:
        self.links = Links()
        self.alarm_groups = AlarmGroups()
        self.office_limits = OfficeLimits()
        self.table = EventTable()
        self.count_days_anew()
        self.handovers = Handovers(self.rules.zone())

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar that holds."""
        return self.timing.calendar

    def count_days_anew(self) -> None:
        """Take the calendar of the rules and what people decided about single days."""
        calendar = self.rules.calendar
        if self.calendar_days:
            calendar = calendar.with_days({d.day: d.is_workday for d in self.calendar_days.values()})
        self.timing = self.rules.timing(calendar)

    def put(self, event: Event) -> None:
        """Take over a new or changed event, in the dictionary and in what is derived from it."""
        event_id = event.event_id
        self.events[event_id] = event
        self.handovers.put(event)
        self.links.put(event)
        told = clocked(event, self.timing)
        if event.is_timed:
            self.clocked[event_id] = told
            self.office_limits.put(event_id, told, self.timing)
        else:
            self.clocked.pop(event_id, None)
            self.office_limits.drop(event_id)
        self.table.put(event, told, city_code=self.rules.city_code)
        if is_packable(event):
            self.ended.append(event)
            if len(self.ended) > self.kept_whole:
                self._pack(self.ended.popleft())

    def _pack(self, event: Event) -> None:
        """Keep an event as bytes, unless something has happened to it since it was put here."""
        if self.events.has(event):
            self.events.pack(event, is_late=self.clocked_of(event).is_late(event))
            self.clocked.pop(event.event_id, None)

    def take_packed(self, event_id: str, body: bytes, moves: Moves) -> None:
        """Take over an event as a checkpoint kept it; its row is the table's matter."""
        self.events.hold(event_id, body)
        self.handovers.take(event_id, moves)

    def clocked_of(self, event: Event) -> Clocked:
        """What the clocks of an event of this situation come to."""
        return self.clocked.get(event.event_id) or clocked(event, self.timing)

    def frozen(self) -> "Situation":
        """A copy of what a view is made of, for reading while this one goes on; a millisecond for 50,000 events."""
        copy = Situation(
            rules=self.rules,
            seq=self.seq,
            position=self.position,
            events=EventsById(self.events),
            alarms=dict(self.alarms),
            orders=OrderBook(self.orders.values()),
            modes=dict(self.modes),
            evacuations=self.evacuations.copy(),
            plan_runs=dict(self.plan_runs),
            plots=dict(self.plots),
            recalled=dict(self.recalled),
        )
        copy.calendar_days, copy.timing = dict(self.calendar_days), self.timing
        copy.clocked = dict(self.clocked)
        return copy

    def drop(self, event_id: str) -> None:
        del self.events[event_id]
        self.recalled.pop(event_id, None)
        self.table.drop(event_id)
        self.handovers.drop(event_id)
        self.links.drop(event_id)
        self.office_limits.drop(event_id)
        self.clocked.pop(event_id, None)
