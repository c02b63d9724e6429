"""下钻视图: everything that one drill-down page is drawn from, all of one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cockpit.catalogue import Texts
from cockpit.domain.event import Event
from cockpit.services.analyses.topics import Topic
from cockpit.services.drill_calendar import CalendarStep
from cockpit.services.drill_down import Split
from cockpit.services.drill_figures import Breakdown, Drilled, Step
from cockpit.services.drill_trend import Usual
from cockpit.situation.indicators import BY_NAME, Indicator, Measure
from layouts.leader.address import LeaderAddress
from layouts.leader.amounts import number_of, unit_of

#: the tiles at the top, in this order
TILES = (
    "on_time_handling_rate", "handling_rate", "closing_rate", "overtime", "timely_acceptance_rate", "reported_today",
)  # fmt: skip
ROWS = 8


def tiles_of(chosen: str) -> tuple[str, ...]:
    """The names of the tiles where this indicator is chosen."""
    return TILES if chosen in TILES else (*TILES[:-1], chosen)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaderView:
    """Figures as they were asked for. `path`: divisions from the top of what the viewer may see down to this one."""

    address: LeaderAddress
    texts: Texts
    tz: str
    city: str
    demo: bool
    may_command: bool
    target: float
    path: list[tuple[str, str]]
    children: list[tuple[str, str]]
    #: how many divisions there are below, level by level, by the length of their codes
    below: Mapping[int, int]
    drilled: Drilled
    figures: Mapping[str, Split]
    before: Drilled
    figures_before: Mapping[str, Split]
    trend: list[Step]
    #: the same steps where they are weeks, months or quarters; empty where they are days
    calendar: list[CalendarStep]
    #: what each step of the trend usually is
    usual: list[Usual]
    breakdown: Breakdown
    #: the events of this page of the list, how many stand before them, and where the next page begins
    events: list[Event]
    #: what each of them took, where the figure is a percentile of that
    took: Mapping[str, float]
    #: the same where the list is of no events: alarms, gridworkers, grids or records
    records: list[Any]
    total: int
    first: int
    cursor: str
    #: category code → its name, sources that are down by name
    kinds: Mapping[str, str]
    names: Mapping[str, str]
    detail: Event | None
    now: datetime
    #: what the panel below shows; None where nothing is joined that could tell it
    topic: Topic | None = None

    @property
    def tiles(self) -> tuple[str, ...]:
        """The indicators of the tiles: one that is not among them takes the place of the last."""
        return tiles_of(self.address.indicator)

    @property
    def indicator(self) -> Indicator:
        """The chosen one."""
        return BY_NAME[self.address.indicator]

    @property
    def topic_at(self) -> datetime:
        """The instant that the page is about."""
        return self.drilled.known.at

    @property
    def is_live(self) -> bool:
        return not self.address.as_of

    def title_of(self, name: str) -> str:
        """An indicator's title; what counts a day is named by the period."""
        return self.texts.find(f"indicator_period.{name}.title", self.texts[f"indicator.{name}.title"])

    def definition_of(self, name: str) -> str:
        return self.texts.find(f"indicator_period.{name}.definition", self.texts[f"indicator.{name}.definition"])

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.tz))

    def time(self, at: datetime) -> str:
        """`11-19 14:32`, with the year where it is another than now's."""
        local, now = self.local(at), self.local(self.now)
        return local.strftime("%m-%d %H:%M" if local.year == now.year else "%Y-%m-%d %H:%M")

    def shown(self, indicator: Indicator, measure: Measure) -> str:
        """The number of a measure without its unit."""
        return number_of(indicator, measure, self.texts)

    def with_unit(self, indicator: Indicator, measure: Measure) -> str:
        unit = unit_of(indicator, measure.value, self.texts)
        gap = "" if unit == self.texts["value.percent"] else " "
        return f"{self.shown(indicator, measure)}{gap}{unit}".rstrip()

    def passes(self, measure: Measure) -> bool | None:
        """达标; None without a sample."""
        return None if measure.value is None else measure.value >= self.target

    def name_of(self, code: str) -> str:
        return self.names.get(code, code)

    def kind_of(self, category: str) -> str:
        """A category's name in words, its code where it has none."""
        return self.kinds.get(category, category) or self.texts["leader.kinds.none"]
