"""专题: the one analysis that a drill-down page shows below its lists; the others are not computed for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cockpit.domain.event import Event
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled
from cockpit.services.forecast.demand import Demand, DemandDesk
from cockpit.services.forecast.open_events import Forecast, Forecasts, OpenEvents

#: so many forecasts are listed
_MOST = 60


@dataclass(frozen=True, slots=True)
class MostLikely:
    """最可能超时: the forecasts of the scope, and the first of them with their events."""

    found: Forecasts
    first: list[tuple[Forecast, Event]]
    #: how many of those that are asked for there are; `still`: only those that a push still helps
    total: int
    still: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAsked:
    """What an address asks for: which topic, how many days ahead, only what a push still helps."""

    name: str
    days_ahead: int
    still: bool


Topic = MostLikely | Demand


class Topics:
    """Answers for one page."""

    def __init__(self, drill: DrillDown, forecast: OpenEvents, demand: DemandDesk) -> None:
        self._drill, self._forecast, self._demand = drill, forecast, demand

    def of(self, asked: TopicAsked, drilled: Drilled, past: datetime | None, now: datetime) -> Topic:
        """The topic about what the page looks at."""
        question = drilled.question
        if asked.name == "demand":
            today = (past or now).astimezone(drilled.zone).date()
            return self._demand.of(question.scope, today + timedelta(days=asked.days_ahead))
        found = self._forecast.listed(question.scope, past, now, question.filters)
        helped = found.still_helped()
        items = helped if asked.still else found.items
        events = self._drill.open_events([f.event_id for f in items[:_MOST]], past)
        first = [(f, events[f.event_id]) for f in items[:_MOST] if f.event_id in events]
        return MostLikely(found, first, len(items), len(helped))
