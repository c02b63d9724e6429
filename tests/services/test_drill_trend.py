"""常态带 and 断流: a day unlike its weekday stands out, little history says so, and what was not heard is not zero."""

from datetime import timedelta

from cockpit.domain.facts import Fact, FeedLost, FeedRecovered
from cockpit.domain.figure_rule import LEAST_WEEKS
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.drill_figures import Drilled, Question, Why, period_of
from cockpit.services.drill_trend import WEEKS, Usual, usual_of
from cockpit.situation.indicators import BY_NAME
from cockpit.situation.period import Filters
from tests.laws.test_drill_down import ZONE, drilled
from tests.services.test_past_events import House, record
from tests.stories import GRIDS, NOON

AT = NOON + timedelta(hours=6)
REPORTED = BY_NAME["reported_today"]


def history(days: int, *, source: Source = Source.CITIZEN, burst_at: int = -1) -> House:
    """Four reports each day before, forty on one of them; each was handled in an hour."""
    house = House()
    told = [
        {
            "reported_at": NOON - timedelta(days=day, minutes=n), "due": 60, "closed": 60, "code": GRIDS[n % 3],
            "lon": 120.0, "source": source, "title": "x", "category": "event.01.10",
        }
        for day in range(days)
        for n in range(40 if day == burst_at else 4)
    ]  # fmt: skip
    house.bring([record(number, row) for number, row in enumerate(told)])
    return house


def look(house: House, days: int, *live: Fact, source: Source | None = None) -> Drilled:
    since = (AT - timedelta(days=days)).astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    question = Question(Scope("330110"), period_of(AT, ZONE, since, None), Filters(source=source))
    return drilled(house, list(live), question, AT)[1]


def lost(source: Source, hours_ago: float, lasted: float | None = None) -> list[Fact]:
    at = AT - timedelta(hours=hours_ago)
    facts: list[Fact] = [FeedLost(fact_id="lost", at=at, received_at=at, feed=source.value)]
    if lasted is not None:
        back = at + timedelta(hours=lasted)
        facts.append(FeedRecovered(fact_id="back", at=back, received_at=back, feed=source.value))
    return facts


def test_a_day_unlike_its_weekday_in_past_weeks_is_outside_the_band() -> None:
    house = history(90, burst_at=3)
    its = look(house, 6)
    steps = its.trend(REPORTED)
    bands = usual_of(its, REPORTED, steps)
    outside = [i for i, (b, s) in enumerate(zip(bands, steps, strict=True)) if b.is_unusual(s.measure.value)]
    assert outside == [len(steps) - 1 - 3]
    assert {band.weeks for band in bands} == {WEEKS}
    assert all(b.low is not None and b.high is not None and b.low <= 4 <= b.high for b in bands)
    house.engine.dispose()


def test_too_little_history_has_no_band_and_says_how_many_weeks_there_are() -> None:
    house = history(20)
    its = look(house, 2)
    bands = usual_of(its, REPORTED, its.trend(REPORTED))
    assert all(band.low is None and 0 < band.weeks < LEAST_WEEKS and not band.is_unusual(1e9) for band in bands)
    months = look(house, 200)
    assert set(usual_of(months, REPORTED, months.trend(REPORTED))) == {Usual(0)}  # groups of days have no weekday
    house.engine.dispose()


def test_what_a_lost_source_did_not_tell_is_unknown_and_not_zero() -> None:
    house = history(3, source=Source.HOTLINE_12345)
    complaints = BY_NAME["complaints"]
    quiet = look(house, 0, *lost(Source.HOTLINE_12345, 17, lasted=10))
    assert quiet.why(quiet.figures((complaints,))[complaints.name].whole, of=complaints) is Why.FEED_LOST
    assert quiet.why(quiet.figures()["reported_today"].whole) is None  # the other sources were heard
    assert [o.source for o in quiet.outages(REPORTED)] == [Source.HOTLINE_12345]  # but it is not all
    assert look(house, 0, *lost(Source.CITIZEN, 17, lasted=10)).outages(complaints) == []
    house.engine.dispose()


def test_a_short_loss_leaves_the_figure_and_marks_its_day_and_no_other() -> None:
    house = history(5, source=Source.HOTLINE_12345)
    complaints = BY_NAME["complaints"]
    its = look(house, 3, *lost(Source.HOTLINE_12345, 30, lasted=2))
    assert its.why(its.figures((complaints,))[complaints.name].whole, of=complaints) is None
    marked = [bool(its.outages(complaints, step.period)) for step in its.trend(complaints)]
    assert marked == [False, False, True, False]
    house.engine.dispose()


def test_a_zero_that_comes_of_silence_is_no_zero() -> None:
    house = history(5)
    its = look(house, 2, *lost(Source.HOTLINE_12345, 26, lasted=1), source=Source.HOTLINE_12345)
    steps = its.trend(REPORTED)
    assert [(s.measure.numerator, s.why) for s in steps] == [(0, None), (0, Why.FEED_LOST), (0, None)]
    house.engine.dispose()
