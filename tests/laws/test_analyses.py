"""专题: each count of an analysis is the length of the list that it opens, and its parts add up to the whole."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.analyses.flow import flow_of
from cockpit.services.analyses.repeats import FEWEST, spots
from cockpit.services.analyses.topics import NOBODY, FlowTopic, Months, Repeats, TopicAsked, Topics, Units
from cockpit.services.analyses.units import unit_lines
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.forecast.demand import DemandDesk
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.situation.indicators import BY_NAME, Part
from cockpit.situation.period import Filters, Period
from tests.grounds import ground
from tests.laws.test_drill_down import YUHANG, ZONE, Fold, stories
from tests.services.test_past_events import IMPORTED, House, record, rows
from tests.stories import NOON, RULES, minutes

NOW = NOON + minutes(IMPORTED + 100)


def asked(name: str, pick: str = "", indicator: str = "on_time_closing_rate") -> TopicAsked:
    return TopicAsked(
        name=name, days_ahead=1, still=False, indicator=BY_NAME[indicator], part=Part.DENOMINATOR, pick=pick
    )


def joined(fold: Fold, house: House, scope: str = "") -> tuple[Topics, Drilled]:
    drill = DrillDown(fold, lambda _at: fold.situation, house.past, YUHANG)
    topics = Topics(
        drill, OpenEvents(fold, lambda _at: fold.situation, lambda: None),
        DemandDesk(YUHANG, ZONE, RULES.calendar, lambda: None), ground(),
    )  # fmt: skip
    question = Question(Scope(scope), Period(NOON - timedelta(days=3), NOW, is_open=True), Filters())
    return topics, Drilled.of(drill, drill.known(None, NOW), question)


@settings(deadline=None, max_examples=40)
@given(stories(), st.lists(rows(), max_size=12), st.sampled_from(["", "330110", "330110012"]))
def test_every_count_of_an_analysis_is_the_length_of_its_list(facts, told, scope) -> None:  # type: ignore[no-untyped-def]  # as Hypothesis gives them
    house = House()
    house.bring([record(n, row)._replace(unit=f"局{n % 3}" if n % 4 else "") for n, row in enumerate(told, 100)])
    topics, drilled = joined(Fold(*facts), house, scope)

    flow = topics.of(asked("flow"), drilled, None, NOW)
    assert isinstance(flow, FlowTopic)
    reported = drilled.figures()["reported_today"].whole.numerator
    first = sum(
        n for key, n in flow.links.items() if key.partition(">")[0] in ("city", "county", "street", "community")
    )
    assert flow.total == first == sum(flow.links.values()) - first == reported
    for key, n in flow.links.items():
        opened = topics.of(asked("flow", key), drilled, None, NOW)
        assert isinstance(opened, FlowTopic)
        assert opened.picked is not None
        assert opened.picked.total == n == len(opened.picked.events)

    units = topics.of(asked("units"), drilled, None, NOW)
    assert isinstance(units, Units)
    whole = drilled.figures()["on_time_closing_rate"].whole
    assert sum(line.total for line in units.lines) == whole.denominator
    assert sum(line.did for line in units.lines) == whole.numerator
    for line in units.lines:
        its = topics.of(asked("units", line.unit or NOBODY), drilled, None, NOW)
        assert isinstance(its, Units)
        assert its.picked is not None
        assert its.picked.total == line.missed == len(its.picked.events)
        assert {event.unit for event in its.picked.events} <= {line.unit, ""}

    again = topics.of(asked("repeats"), drilled, None, NOW)
    assert isinstance(again, Repeats)
    for spot, _ in again.lines:
        found = topics.of(asked("repeats", spot.key), drilled, None, NOW)
        assert isinstance(found, Repeats)
        assert found.picked is not None
        assert found.picked.total == spot.count >= FEWEST

    months = topics.of(asked("months"), drilled, None, NOW)
    assert isinstance(months, Months)
    for month in months.months:
        question = Question(Scope(scope), month.period, Filters(source=Source.HOTLINE_12345))
        figure = Drilled.of(topics._drill, drilled.known, question).figures()["reported_today"].whole
        assert figure.numerator == month.count


def test_a_key_that_names_no_band_opens_nothing() -> None:
    _, drilled = joined(Fold(), House())
    flow = flow_of(drilled.rows, drilled.question.period.moment)
    assert flow.mask("closed>community", 0) is None
    assert flow.mask("<b>", 0) is None


def test_a_unit_with_hard_kinds_is_not_worse_for_them() -> None:
    """Both are equally good at each kind; one has mostly the hard kind."""
    kind = np.array([1] * 900 + [2] * 100 + [1] * 100 + [2] * 900)
    chance = np.random.default_rng(3)
    did = chance.random(2_000) < np.where(kind == 1, 0.5, 0.95)
    hard, easy = sorted(unit_lines(["难"] * 1_000 + ["易"] * 1_000, did, kind), key=lambda line: line.unit != "难")
    assert easy.value - hard.value > 0.3
    assert hard.adjusted is not None
    assert easy.adjusted is not None
    assert abs(easy.adjusted - hard.adjusted) < 0.06


def test_a_few_lucky_events_are_no_first_place_and_a_lone_unit_is_judged_as_it_is() -> None:
    kind = np.array([1] * 112)
    did = np.array([True] * 12 + [True] * 70 + [False] * 30)
    lucky, many = unit_lines(["少"] * 12 + ["多"] * 100, did, kind)
    assert (lucky.unit, many.unit) == ("少", "多")
    assert lucky.adjusted is not None
    assert lucky.adjusted < 0.9, "twelve of twelve are drawn towards all"
    few, *_ = [line for line in unit_lines(["少"] * 3 + ["多"] * 100, did[:103], kind[:103]) if line.unit == "少"]
    assert few.judged is None
    alone = unit_lines(["甲"] * 50 + ["乙"] * 62, did, np.array([1] * 50 + [2] * 62))
    assert all(line.alone and line.adjusted is None and line.judged == line.value for line in alone)


@given(
    st.lists(
        st.tuples(st.sampled_from([120.0, 120.0001, 120.01]), st.sampled_from([30.0, 30.1]), st.integers(0, 2)),
        max_size=60,
    )
)
def test_a_repeated_place_holds_each_report_once(points: list[tuple[float, float, int]]) -> None:
    lon, lat, kind = (np.array([p[i] for p in points], dtype=float) for i in range(3))
    total, found = spots(lon, lat, kind.astype(np.int64), np.arange(len(points)))
    _, few = spots(lon, lat, kind.astype(np.int64), np.arange(len(points)), most=1)
    assert total == len(found)
    assert [spot.key for spot in few] == [spot.key for spot in found[:1]]
    held = [row for spot in found for row in spot.rows.tolist()]
    assert len(held) == len(set(held))
    assert all(spot.count >= FEWEST and spot.kind > 0 for spot in found)
    assert [spot.count for spot in found] == sorted((spot.count for spot in found), reverse=True)
    for spot in found:
        assert spot.alike == sum(other.kind == spot.kind for other in found) - 1


@pytest.mark.parametrize("name", ["overtime", "demand"])
def test_an_analysis_of_nothing_says_why(name: str) -> None:
    topics, drilled = joined(Fold(), House())
    assert topics.of(asked(name), drilled, None, NOW) is not None
