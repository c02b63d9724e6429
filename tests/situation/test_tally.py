"""图表: figures add up, and each is the length of its list."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.facts import Fact
from cockpit.domain.level import Level
from cockpit.domain.overtime import Colour, colour_of
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Phase, Stage
from cockpit.services.drill_figures import period_of
from cockpit.services.subjects.handovers import HandoverRows
from cockpit.situation.evolve import evolve
from cockpit.situation.indicator_handovers import HANDOVERS
from cockpit.situation.indicators import BY_NAME, INDICATORS, Moment, measure_of, records_of
from cockpit.situation.situation import Situation
from cockpit.situation.tally import figures_of
from tests.laws.test_the_fold import fold
from tests.stories import GRIDS, NOON, RULES, entered, minutes, place, reported, stories

CITY = Scope("330110")
STREETS = ["330110005", "330110012", "330110113"]


@given(stories(), st.sampled_from([CITY, Scope("330110005"), Scope("330110012003")]))
def test_the_legend_counts_each_shown_event_once_with_the_colour_of_the_map(facts: list[Fact], scope: Scope) -> None:
    situation = fold(facts)
    counts = figures_of(situation, scope, NOON, divisions=[]).counts
    midnight = NOON.replace(hour=16) - timedelta(days=1)
    colours = [
        colour_of(e, NOON)
        for e in situation.events.values()
        if scope.covers(e.report.place.code)
        and not e.is_dismissed
        and not (e.closed_at and e.closed_at < midnight)
    ]  # fmt: skip
    assert counts.green == colours.count(Colour.GREEN)
    assert counts.blue == colours.count(Colour.BLUE) + colours.count(Colour.PAUSED)
    assert counts.at_risk == colours.count(Colour.AT_RISK)
    assert counts.overtime == colours.count(Colour.OVERTIME)
    assert counts.red == counts.at_risk + counts.overtime


@given(stories(), st.sampled_from([CITY, Scope("330110005")]))
def test_every_number_is_the_length_of_its_list(facts: list[Fact], scope: Scope) -> None:
    situation = fold(facts)
    moment = Moment.of(NOON, RULES.zone())
    for indicator in INDICATORS:
        measure = measure_of(indicator, situation.table, situation.table.within(scope), moment)
        assert len(records_of(situation, indicator, scope, NOON)) == measure.numerator
        if measure.denominator is not None:
            listed = records_of(situation, indicator, scope, NOON, part="denominator")
            assert len(listed) == measure.denominator
            assert measure.numerator <= measure.denominator


@given(stories(), st.sampled_from([CITY, Scope("330110005"), Scope("330110012003")]))
def test_every_count_of_hand_overs_is_the_length_of_its_list(facts: list[Fact], scope: Scope) -> None:
    situation = fold(facts)
    figures = figures_of(situation, scope, NOON, divisions=[])
    today = period_of(NOON, RULES.zone(), None, None)
    rows = HandoverRows(lambda _past: nullcontext(situation)).told(today, NOON, None).within(scope)
    counted = dict(zip(HANDOVERS, [*figures.handed_down, *figures.handed_up], strict=True))
    for indicator, n in counted.items():
        mask = indicator.numerator(rows, today.moment)
        moves = [rows.record_of(row) for _, row in rows.first_of(mask, count=len(rows))]
        assert len(moves) == n == int(mask.sum())
        assert all(move.is_down is indicator.name.startswith("handed_down") for move in moves)
        assert all(move.step in move.event.effective_steps for move in moves)


@given(stories())
def test_the_parts_of_a_screen_add_up(facts: list[Fact]) -> None:
    situation = fold(facts)
    figures = figures_of(situation, CITY, NOON, divisions=STREETS)
    today = figures.measures["reported_today"].numerator
    assert sum(n for _, n in figures.sources) == today
    assert figures.counts.overtime == figures.measures["overtime"].numerator
    assert figures.counts.at_risk == figures.measures["at_risk"].numerator
    still_open = sum(e.is_open for e in situation.events.values())
    assert sum(row.total for row in figures.levels) == still_open
    assert figures.counts.blue + figures.counts.red == still_open


@pytest.fixture
def morning() -> Situation:
    return fold([
        reported(1),
        entered(1, Stage.ACCEPTED, NOON + minutes(5), level=Level.COUNTY),
        entered(1, Stage.ASSIGNED, NOON + minutes(6), level=Level.STREET, unit="良渚街道"),
        reported(2, place=place(GRIDS[2])),
        entered(2, Stage.ACCEPTED, NOON + minutes(20)),
        entered(2, Stage.ASSIGNED, NOON + minutes(21), level=Level.COMMUNITY),
        entered(2, Stage.FED_BACK, NOON + minutes(50)),
    ])  # fmt: skip


def test_work_that_is_in_time_and_running_does_not_lower_the_rate(morning: Situation) -> None:
    figures = figures_of(morning, CITY, NOON + minutes(60), divisions=STREETS)
    rate = figures.measures["on_time_handling_rate"]
    assert (rate.numerator, rate.denominator) == (1, 1)
    late = figures_of(morning, CITY, NOON + minutes(101), divisions=STREETS).measures["on_time_handling_rate"]
    assert (late.numerator, late.denominator) == (1, 2)


def test_acceptance_within_a_quarter_of_an_hour_is_timely(morning: Situation) -> None:
    measure = figures_of(morning, CITY, NOON + minutes(60), divisions=[]).measures["timely_acceptance_rate"]
    assert (measure.numerator, measure.denominator) == (1, 2)


def test_a_hand_over_counts_at_each_border_that_it_crosses(morning: Situation) -> None:
    figures = figures_of(morning, CITY, NOON + minutes(60), divisions=[])
    assert figures.handed_down == [0, 2, 1]
    assert figures.handed_up == [0, 0, 0]
    assert {row.level: row.waiting[Phase.TO_VERIFY] for row in figures.levels}[Level.COMMUNITY] == 1


def test_a_street_without_work_has_no_rate_instead_of_zero(morning: Situation) -> None:
    board = {row.code: row.rate for row in figures_of(morning, CITY, NOON + minutes(60), divisions=STREETS).board}
    assert board == {"330110005": None, "330110012": 1.0, "330110113": None}


def test_hours_to_come_are_unknown_not_zero(morning: Situation) -> None:
    hourly = figures_of(morning, CITY, NOON + minutes(60), divisions=[]).hourly
    assert hourly[12] == 2
    assert hourly[13] == 0
    assert hourly[14:] == [None] * 10


def told_late(situation: Situation, number: int, days_ago: int, arrived_at: datetime) -> None:
    """History: a report of some days ago arrives now."""
    fact = reported(number, reported_at=NOON - timedelta(days=days_ago))
    evolve(situation, replace(fact, received_at=arrived_at), "9-0")


def test_the_median_needs_days_that_were_seen_from_their_beginning(morning: Situation) -> None:
    def median() -> list[float | None]:
        return figures_of(morning, CITY, NOON + minutes(60), divisions=[]).hourly_median

    assert median() == [None] * 24
    told_late(morning, 101, 1, NOON)
    assert median() == [None] * 24, "who knows what came before the first report ever heard of"
    told_late(morning, 102, 2, NOON)
    told_late(morning, 103, 2, NOON)
    told_late(morning, 104, 3, NOON)
    assert median()[12] == 1.5, "one report a day ago and two before that; the third day is the first ever heard of"
    assert median()[11] == 0.0


def test_a_day_that_is_still_arriving_is_not_in_the_median(morning: Situation) -> None:
    def median(after_s: float) -> float | None:
        return figures_of(morning, CITY, NOON + timedelta(hours=1, seconds=after_s), divisions=[]).hourly_median[12]

    hour = NOON + minutes(60)
    for number in range(110, 114):
        told_late(morning, number, 1, NOON)
    told_late(morning, 120, 9, NOON)
    assert median(0) == 0.0, "four a day ago, six quiet days before"
    told_late(morning, 121, 3, hour)
    assert median(1) == 4.0, "while history arrives, days without a report may be still to come"
    assert median(19) == 4.0
    assert median(20) == 0.0
    told_late(morning, 114, 1, hour + minutes(5))
    assert median(301) == 1.0, "yesterday itself is arriving: only the third day before is whole"


def test_a_street_without_reports_has_a_median_of_zero_not_none(morning: Situation) -> None:
    told_late(morning, 101, 1, NOON)
    told_late(morning, 102, 2, NOON)
    assert figures_of(morning, Scope("330110113"), NOON + minutes(60), divisions=[]).hourly_median == [0.0] * 24


def test_the_red_list_begins_with_what_is_overdue_longest() -> None:
    situation = fold([reported(n, due_at=NOON + minutes(10 * n)) for n in (3, 1, 2, 40)])
    red = figures_of(situation, CITY, NOON + minutes(25), divisions=[]).red
    assert [row.event_id for row in red] == ["hotline_12345:1", "hotline_12345:2", "hotline_12345:3"]
    assert [row.colour for row in red] == [Colour.OVERTIME, Colour.OVERTIME, Colour.AT_RISK]
    assert red[2].share == pytest.approx(25 / 30)


def test_a_limit_of_no_time_at_all_is_used_up() -> None:
    [row] = figures_of(fold([reported(1, due_at=NOON)]), CITY, NOON + minutes(1), divisions=[]).red
    assert row.share == 1.0


def test_definitions_are_named_and_versioned() -> None:
    assert all(indicator.version >= 1 for indicator in BY_NAME.values())
