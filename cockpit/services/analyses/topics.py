"""专题: the one analysis that a drill-down page shows below its lists; the others are not computed for it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from cockpit.domain.act import Degree
from cockpit.domain.event import Event
from cockpit.domain.source import Source
from cockpit.services.analyses.carded import SHOWN, Carded, carded
from cockpit.services.analyses.flow import flow_of
from cockpit.services.analyses.months import Month, months_between, months_of
from cockpit.services.analyses.people import SERVICES, Coverage, Ground, People
from cockpit.services.analyses.picking import Picked, picked, places_of, units_of
from cockpit.services.analyses.pivot import Dimension, Pivot
from cockpit.services.analyses.pivoting import cell_of, pivoted
from cockpit.services.analyses.repeats import MOST, Spot, spots
from cockpit.services.analyses.units import UnitLine, unit_lines
from cockpit.services.cards import CardBook
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled
from cockpit.services.forecast.demand import Demand, DemandDesk
from cockpit.services.forecast.open_events import Forecast, Forecasts, OpenEvents
from cockpit.situation.indicators import BY_NAME, Indicator, Measure, Moment, Part
from cockpit.situation.listing import Place
from cockpit.situation.period import Period, PeriodRows
from cockpit.situation.table import Mask

#: so many forecasts are listed
_MOST = 60
#: what units are compared by where the chosen indicator is no rate
_RATE = "on_time_handling_rate"
#: how an address names what no unit has
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class MostLikely:
    """最可能超时: the forecasts of the scope, and the first of them with their events."""

    found: Forecasts
    first: list[tuple[Forecast, Event]]
    #: how many of those that are asked for there are; `still`: only those that a push still helps
    total: int
    still: int


@dataclass(frozen=True, slots=True)
class Units:
    """部门: the units of an indicator's list; `name` is the indicator, the list what each of them missed."""

    name: str
    whole: Measure
    lines: list[UnitLine]
    picked: Picked | None
    #: the yellow and red cards of the period; None where nobody keeps them
    cards: Carded | None = None


@dataclass(frozen=True, slots=True)
class Repeats:
    """重复点位: places with the same kind again and again, each with its newest report."""

    lines: list[tuple[Spot, Event | None]]
    picked: Picked | None
    #: how many such places there are, listed or not
    total: int


@dataclass(frozen=True, slots=True)
class FlowTopic:
    """环节流向: how many went each way."""

    total: int
    links: dict[str, int]
    picked: Picked | None


@dataclass(frozen=True, slots=True)
class Months:
    """投诉月度: of one source, the hotline where none is asked for."""

    source: Source
    months: list[Month]


@dataclass(frozen=True, slots=True)
class PivotTopic:
    """交叉归因: the page's list by two dimensions."""

    down: Dimension
    across: Dimension
    pivot: Pivot
    picked: Picked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAsked:
    """What an address asks for: which topic, how many days ahead, only what a push still helps, which list is open."""

    name: str
    days_ahead: int
    still: bool
    indicator: Indicator
    part: Part
    pick: str
    down: Dimension = Dimension.PLACE
    across: Dimension = Dimension.KIND
    service: str = SERVICES[0]
    minutes: int = 15


Topic = MostLikely | Demand | Units | Repeats | FlowTopic | Months | PivotTopic | People | Coverage


class Topics:
    """Answers for one page."""

    def __init__(
        self, drill: DrillDown, forecast: OpenEvents, demand: DemandDesk, ground: Ground, cards: CardBook | None = None
    ) -> None:
        self._drill, self._forecast, self._demand, self._ground = drill, forecast, demand, ground
        self._cards = cards

    def of(self, asked: TopicAsked, drilled: Drilled, past: datetime | None, now: datetime) -> Topic:
        """The topic about what the page looks at."""
        match asked.name:
            case "demand":
                today = (past or now).astimezone(drilled.zone).date()
                return self._demand.of(drilled.question.scope, today + timedelta(days=asked.days_ahead))
            case "units":
                return units_topic(self._drill, drilled, asked.indicator, past, pick=asked.pick, book=self._cards)
            case "repeats":
                return repeats_topic(self._drill, drilled, past, pick=asked.pick)
            case "flow":
                return self._flow(asked, drilled, past)
            case "months":
                return self._months(drilled)
            case "pivot":
                return self._pivot(asked, drilled, past)
            case "people":
                split = drilled.figures((BY_NAME["reported_today"],))["reported_today"]
                reported = [measure.numerator for measure in (*split.children, split.rest)]
                return self._ground.people(drilled.question.scope, drilled.children, reported)
            case "coverage":
                return self._ground.coverage(drilled.question.scope, drilled.children, asked.service, asked.minutes)
        return self._most_likely(asked, drilled, past, now)

    def _most_likely(self, asked: TopicAsked, drilled: Drilled, past: datetime | None, now: datetime) -> MostLikely:
        found = self._forecast.listed(drilled.question.scope, past, now, drilled.question.filters)
        helped = found.still_helped()
        items = helped if asked.still else found.items
        events = self._drill.open_events([f.event_id for f in items[:_MOST]], past)
        first = [(f, events[f.event_id]) for f in items[:_MOST] if f.event_id in events]
        return MostLikely(found, first, len(items), len(helped))

    def _flow(self, asked: TopicAsked, drilled: Drilled, past: datetime | None) -> FlowTopic:
        flow = flow_of(drilled.rows, drilled.question.period.moment)
        mask = flow.mask(asked.pick, len(drilled.rows)) if asked.pick else None
        chosen = None if mask is None else picked(self._drill, drilled, mask, asked.pick, past)
        return FlowTopic(len(flow.rows), flow.links(), chosen)

    def _pivot(self, asked: TopicAsked, drilled: Drilled, past: datetime | None) -> PivotTopic:
        rows, moment = drilled.rows, drilled.question.period.moment
        listed = asked.indicator.part(asked.part, rows, moment)
        pivot, which = pivoted(self._drill, drilled, listed, asked.down, asked.across, past)
        cell = cell_of(asked.pick)
        inside = pivot.chosen(*cell) if cell else None
        chosen = None
        if inside is not None:
            its = np.zeros(len(rows), dtype=bool)
            its[which[inside]] = True
            chosen = picked(self._drill, drilled, its, asked.pick, past)
        return PivotTopic(asked.down, asked.across, pivot, chosen)

    def _months(self, drilled: Drilled) -> Months:
        question, known = drilled.question, drilled.known
        source = question.filters.source or Source.HOTLINE_12345
        periods = months_between(known.at, drilled.zone)
        whole = Period(periods[0].since, known.at, is_open=True)
        rows = known.rows(question.scope, whole).filtered(replace(question.filters, source=source), drilled.zone)
        return Months(source, months_of(rows.rows["reported"], periods, known.begins_at))


def indicator_mask(rows: PeriodRows, moment: Moment) -> Mask:
    """What was reported in the period (上报量)."""
    return BY_NAME["reported_today"].numerator(rows, moment)


def compares_units(indicator: Indicator) -> bool:
    """Whether units are compared by it: a rate of events of which the more the better."""
    return indicator.is_of_events and indicator.worth_a_look is Part.MISSED


def units_topic(
    drill: DrillDown,
    drilled: Drilled,
    indicator: Indicator,
    past: datetime | None,
    *,
    pick: str = "",
    book: CardBook | None = None,
) -> Units:
    """The units by an indicator, or by 按期处置率 where it compares none; `pick`: whose missed events are listed."""
    indicator = indicator if compares_units(indicator) else BY_NAME[_RATE]
    moment, rows = drilled.question.period.moment, drilled.rows
    mask = indicator.part(Part.DENOMINATOR, rows, moment)
    did = indicator.part(Part.NUMERATOR, rows, moment)
    which = np.flatnonzero(mask)
    units = units_of(drill, drilled, which, past)
    lines = unit_lines(units, did[which], rows.rows["category"][which] // 100)
    cards = None if book is None else carded(book, drill, drilled)
    # who was given a card and has no event in the rate stands there as well
    others = sorted((cards.units if cards else set()) - set(units))
    lines += [UnitLine(unit, 0, 0, 0.0, None, alone=False) for unit in others]
    chosen = None
    if pick:
        its = np.zeros(len(rows), dtype=bool)
        degree, _, carded_unit = pick.partition(":")
        if cards is not None and degree in SHOWN:
            its[list(cards.rows.get((Degree(degree), "" if carded_unit == NOBODY else carded_unit), ()))] = True
        else:
            unit = "" if pick == NOBODY else pick
            its[which[np.array([u == unit for u in units], dtype=bool)]] = True
            its &= ~did
        chosen = picked(drill, drilled, its, pick, past)
    return Units(indicator.name, Measure(int((mask & did).sum()), len(which)), lines, chosen, cards)


def repeats_topic(
    drill: DrillDown, drilled: Drilled, past: datetime | None, *, pick: str = "", most: int = MOST
) -> Repeats:
    """The first `most` repeated places; `pick`: the key of the one whose events are listed."""
    moment, rows = drilled.question.period.moment, drilled.rows
    which = np.flatnonzero(indicator_mask(rows, moment))
    lon, lat = places_of(drilled)
    total, found = spots(lon, lat, rows.rows["category"], which, most=most)
    first = [int(spot.rows[np.argmax(rows.rows["reported"][spot.rows])]) for spot in found]
    ids = drilled.known.ids_of(rows, np.array(first, dtype=np.int64))
    places = [(Place(0.0, event_id), row) for event_id, row in zip(ids, first, strict=True)]
    events = {e.event_id: e for e in drill.events(drilled.known, rows, places, past)}
    chosen = None
    for spot in found:
        if spot.key == pick:
            its = np.zeros(len(rows), dtype=bool)
            its[spot.rows] = True
            chosen = picked(drill, drilled, its, spot.key, past)
    return Repeats([(spot, events.get(i)) for spot, i in zip(found, ids, strict=True)], chosen, total)
