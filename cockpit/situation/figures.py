"""图表: the figures of one screen at one instant.

All figures of one `Figures` belong to the same `as_of` and the same situation, so they add up.
"""

from dataclasses import dataclass, field
from datetime import datetime

from cockpit.domain.alarm import Alarm
from cockpit.domain.level import Level
from cockpit.domain.mode import Incident, Mode
from cockpit.domain.overtime import Colour
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Phase, Stage
from cockpit.situation.indicators import Measure
from cockpit.situation.situation import FeedTurn, Happening


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """The legend: each shown event once. red = at_risk + overtime; blue includes paused."""

    green: int
    blue: int
    at_risk: int
    overtime: int
    paused: int
    unplaced: int  # of all of these, how many have no place that can be drawn

    @property
    def red(self) -> int:
        return self.at_risk + self.overtime


@dataclass(frozen=True, kw_only=True, slots=True)
class RedRow:
    """One line of 红色清单."""

    event_id: str
    colour: Colour
    title: str
    code: str
    unit: str
    stage: Stage
    overtime_at: datetime
    share: float  # used / allowed, 1.0 at the deadline


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelRow:
    """One tile of 事件流转: open events at a level by what they wait for."""

    level: Level
    waiting: dict[Phase, int]

    @property
    def total(self) -> int:
        return sum(self.waiting.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    """One cell of 镇街达标: the on-time rate of a division below the scope; None without a sample."""

    code: str
    on_time: int
    due: int

    @property
    def rate(self) -> float | None:
        return self.on_time / self.due if self.due else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the panels of one scope show. Lists are in the order in which they are shown."""

    as_of: datetime
    scope: Scope
    mode: Mode
    mode_since: datetime | None
    mode_event_id: str | None
    #: title of the event in focus; empty if there is none or it has left the fold
    mode_event_title: str
    counts: Counts
    measures: dict[str, Measure]
    #: 按期处置率 of the seven days before, None without a sample
    past_rate: float | None
    #: reports of today by local hour, None for hours that have not begun
    hourly: list[int | None]
    #: median of the same hour over the seven days before, None without such days
    hourly_median: list[float | None]
    sources: list[tuple[Source, int]]
    red: list[RedRow]
    levels: list[LevelRow]
    #: hand-overs of today between neighbouring levels: city→county, county→street, street→community
    handed_down: list[int]
    handed_up: list[int]
    alarms: list[Alarm]
    alarms_today: int
    alarms_open: int
    board: list[BoardRow]
    #: newest first, with the event's title and division code
    happenings: list[tuple[Happening, str, str]]
    #: feeds that were lost or came back, newest first; they are the whole city's
    feed_turns: list[FeedTurn] = field(default_factory=list)
    #: what the scope turned to wartime for
    incident: Incident | None = None
    #: 警情组 with something open, by attention: id and members
    alarm_groups: list[tuple[str, list[Alarm]]] = field(default_factory=list)
