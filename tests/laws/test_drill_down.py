"""下钻: a figure is the length of its list and a division the sum of its parts, at any instant, for any period."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.event import Event
from cockpit.domain.facts import Fact
from cockpit.domain.overtime import clock_of
from cockpit.domain.scope import Scope, number_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.city import City
from cockpit.services.drill_down import DrillDown, Known, first_of, mask_of
from cockpit.services.drill_figures import Comparison, Drilled, Question, Why, period_of
from cockpit.situation.indicators import OF_EVENTS, Measure, Moment, Part, measures
from cockpit.situation.listing import Place
from cockpit.situation.period import Filters, PeriodRows, child_of
from cockpit.situation.situation import Situation
from tests.laws.test_the_fold import fold
from tests.services.test_past_events import IMPORTED, House, record, rows
from tests.stories import GRIDS, NOON, RULES, entered, minutes, reported

ZONE = RULES.zone()
YUHANG = City.load("yuhang")
SCOPES = ("", "330110", "330110012", "330110005", "330110005001", GRIDS[0])
_instants = st.integers(-30, 60).map(lambda n: NOON + minutes(50 * n))


class Fold:
    """A fold that stands still."""

    def __init__(self, *facts: Fact) -> None:
        import threading

        self.lock = threading.RLock()
        self.situation: Situation = fold(list(facts))


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    return Filters(
        source=draw(st.none() | st.sampled_from(Source)),
        category=draw(st.sampled_from(["", "", "event", "event.01.10", "part.01"])),
        weekday=draw(st.none() | st.integers(0, 6)),
        hour=draw(st.none() | st.integers(0, 23)),
    )


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    """Events told live, some of them handled and closed."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 6))):
        at = NOON + minutes(50 * draw(st.integers(-20, 20)))
        facts.append(reported(number, reported_at=at, due_at=draw(st.sampled_from([None, at + minutes(100)]))))
        for stage, later in ((Stage.ASSIGNED, 10), (Stage.FED_BACK, 200), (Stage.CLOSED, 400)):
            if draw(st.booleans()):
                facts.append(entered(number, stage, at + minutes(later * draw(st.integers(0, 3)))))
    return facts


def drilled(house: House, live: list[Fact], question: Question, at: datetime) -> tuple[DrillDown, Drilled]:
    still = Fold(*[f for f in live if f.at <= at])
    drill = DrillDown(still, lambda _at: still.situation, house.past, YUHANG)
    return drill, Drilled.of(drill, drill.known(at, at), question)


def whole_list(known: Known, its: PeriodRows, mask: Any) -> list[str]:
    """A list read page by page."""
    ids: list[str] = []
    after: Place | None = None
    while page := first_of(known, its, mask, count=3, after=after):
        ids += [place.event_id for place, _ in page]
        after = page[-1][0]
    return ids


@settings(deadline=None, max_examples=60)
@given(st.lists(rows(), max_size=20), stories(), _instants, _instants, _instants, st.sampled_from(SCOPES), filters())
def test_a_figure_is_the_length_of_its_list_and_the_sum_of_its_children(
    told: list[dict[str, Any]], live: list[Fact], at: datetime, a: datetime, b: datetime, scope: str, narrowed: Filters
) -> None:
    house = House()
    house.bring([record(1000 + number, row) for number, row in enumerate(told)])
    since, until = min(a, b), max(a, b) + minutes(1)
    if since >= at:
        since = at - minutes(100)
    question = Question(Scope(scope), period_of(at, ZONE, since, until), narrowed)
    drill, its = drilled(house, live, question, at)
    for indicator in OF_EVENTS:
        split = its.figures((indicator,))[indicator.name]
        for part in (Part.NUMERATOR, Part.DENOMINATOR, Part.MISSED)[: len(indicator.parts)]:
            mask = mask_of(its.rows, indicator, part, question.period.moment)
            ids = whole_list(its.known, its.rows, mask)
            assert len(ids) == len(set(ids)) == int(mask.sum())
            picked = first_of(its.known, its.rows, mask, count=99)
            events = drill.events(its.known, its.rows, picked, at)
            assert [event.event_id for event in events] == ids
            consists = its.breakdown(indicator, part)
            assert consists.total == len(ids) == sum(n for _, n in consists.sources)
            assert consists.total == sum(n for _, n in consists.categories) == sum(map(sum, consists.hours))
            counted = {Part.NUMERATOR: split.whole.numerator, Part.DENOMINATOR: split.whole.denominator}
            assert counted.get(part, len(ids)) == len(ids)
        assert split.whole.numerator == sum(c.numerator for c in split.children) + split.rest.numerator
        if indicator.is_rate:
            below = sum(c.denominator or 0 for c in split.children) + (split.rest.denominator or 0)
            assert split.whole.denominator == below
        for code, measure in zip(its.children, split.children, strict=True):
            deeper = Question(Scope(code), question.period, narrowed)
            assert Drilled.of(drill, its.known, deeper).figures((indicator,))[indicator.name].whole == measure
    house.engine.dispose()


@settings(deadline=None, max_examples=60)
@given(st.lists(rows(), max_size=20), stories(), _instants, st.sampled_from(SCOPES))
def test_the_figures_of_the_day_are_those_of_every_screen(
    told: list[dict[str, Any]], live: list[Fact], at: datetime, scope: str
) -> None:
    house, at = House(), min(at, NOON + minutes(IMPORTED - 1))
    house.bring([record(1000 + n, row) for n, row in enumerate(told) if row["closed"] is None or row["closed"] >= 0])
    question = Question(Scope(scope), period_of(at, ZONE, None, None), Filters())
    drill, its = drilled(house, live, question, at)
    screen = house.past.beside(drill.folded(at), at)
    expected = measures(screen.table, screen.table.within(Scope(scope)), Moment.of(at, ZONE))
    assert {name: split.whole for name, split in its.figures().items()} == expected
    house.engine.dispose()


@settings(deadline=None, max_examples=60)
@given(st.lists(rows(), max_size=20), _instants, st.integers(0, 4), st.integers(1, 4))
def test_a_period_that_has_ended_is_what_each_event_says(
    told: list[dict[str, Any]], at: datetime, back: int, days: int
) -> None:
    house = House()
    house.bring([record(number, row) for number, row in enumerate(told) if (row["closed"] or 0) >= 0])
    until = at - minutes(700 * back)
    question = Question(Scope("330110"), period_of(at, ZONE, until - timedelta(days=days), until), Filters())
    figures = drilled(house, [], question, at)[1].figures()
    moment = question.period.moment
    expected = _one_by_one([e for e in house.known(at) if e.report.reported_at.timestamp() <= moment.now], moment)
    assert {name: figures[name].whole for name in expected} == expected
    house.engine.dispose()


def _one_by_one(events: list[Event], moment: Moment) -> dict[str, Measure]:
    """Some figures, judged on the events themselves."""
    within = [e for e in events if (e.report.place.code or "330110").startswith("330110") and not e.is_dismissed]
    closed = [e for e in within if e.closed_at and moment.day <= e.closed_at.timestamp() <= moment.now]
    late = [e for e in closed if (due := clock_of(e).overtime_at) is not None and e.closed_at and e.closed_at > due]
    is_open = [e for e in within if e.closed_at is None or e.closed_at.timestamp() > moment.now]
    over = [e for e in is_open if (due := clock_of(e).overtime_at) is not None and due.timestamp() < moment.now]
    reported_in = [e for e in within if moment.day <= e.report.reported_at.timestamp() <= moment.now]
    return {
        "reported_today": Measure(len(reported_in)), "closed_today": Measure(len(closed)),
        "overtime": Measure(len(over)), "late_closing_rate": Measure(len(late), len(closed)),
    }  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from([*GRIDS, "330110", "330110012", "330110005001", "999999"]), max_size=9))
def test_every_place_lies_in_one_child_or_in_none(codes: list[str]) -> None:
    for scope in SCOPES[1:5]:
        children = YUHANG.children_of(scope)
        child = child_of(np.array([number_of(c) for c in codes], dtype=np.int64), children)
        for code, found in zip(codes, child.tolist(), strict=True):
            inside = [i for i, c in enumerate(children) if Scope(c).covers(code)]
            assert inside == ([found] if found < len(children) else [])


def test_a_trend_has_every_event_once_and_what_it_was_before_is_known() -> None:
    house, at = House(), NOON + timedelta(days=1)
    told = [
        {
            "reported_at": NOON - timedelta(days=d), "due": 60, "closed": 30 if d % 2 else 90, "code": GRIDS[d % 3],
            "lon": 120.0, "source": Source.CITIZEN, "title": "x", "category": "event.01.10",
        }
        for d in range(40)
    ]  # fmt: skip
    house.bring([record(number, row) for number, row in enumerate(told)])
    since = at - timedelta(days=20)
    question = Question(Scope("330110"), period_of(at, ZONE, since, None), Filters())
    its = drilled(house, [], question, at)[1]
    rate = next(i for i in OF_EVENTS if i.name == "on_time_closing_rate")
    steps = its.trend(rate)
    assert len(steps) == 21
    assert sum(s.reported for s in steps) == its.figures()["reported_today"].whole.numerator
    assert sum(s.measure.numerator for s in steps) == its.figures()[rate.name].whole.numerator
    before = {how: its.before(how) for how in Comparison}
    assert before[Comparison.LAST_WEEK].figures()["reported_today"].whole == Measure(21)  # both ends are in
    year_ago = before[Comparison.LAST_YEAR]
    assert year_ago.why(year_ago.figures()["reported_today"].whole, whole=True) is Why.BEFORE_DATA
    house.engine.dispose()
