"""需求预测: closer than the same hour a week before on days that it has not seen, and the sum of its parts."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from cockpit.domain.scope import Scope
from cockpit.services.calendars import chinese_calendar
from cockpit.services.forecast.demand import DemandDesk, WhyNaive
from cockpit.services.forecast.demand_model import DemandModel, Reports, learned_demand, weekday_of
from cockpit.services.forecast.learning import Held
from cockpit.services.forecast.overtime_model import UnreadableForecastError
from cockpit.services.forecast.spells import Ints
from tests.laws.test_drill_down import YUHANG
from tests.stories import RULES

TODAY = date(2026, 11, 22)
CODES = [code for code in YUHANG.divisions if len(code) == 15]
PLACES: Ints = np.array(sorted(int(code) for code in CODES), dtype=np.int64)
HOURS = np.array([1] * 6 + [4] * 4 + [8] * 4 + [6] * 4 + [3] * 6) / 98


def reports(days: int, *, seed: int = 1) -> Reports:
    """Poisson reports: each grid has its own rate, weekends are calmer."""
    chance = np.random.default_rng(seed)
    rate = chance.gamma(0.6, 0.7, len(PLACES))
    place, day, hour = list[Ints](), list[Ints](), list[Ints]()
    for ordinal in range(TODAY.toordinal() - days, TODAY.toordinal()):
        calm = 0.6 if date.fromordinal(ordinal).weekday() >= 5 else 1.0
        n = chance.poisson(calm * rate)
        place.append(np.repeat(PLACES, n))
        day.append(np.full(n.sum(), ordinal))
        hour.append(chance.choice(24, n.sum(), p=HOURS / HOURS.sum()))
    return Reports(np.concatenate(place), np.concatenate(day), np.concatenate(hour))


@pytest.fixture(scope="module")
def model() -> DemandModel:
    made = learned_demand(reports(70), PLACES, day=TODAY.toordinal())
    assert made is not None
    return made


def test_it_is_closer_than_the_same_hour_a_week_before(model: DemandModel) -> None:
    assert model.trial.days == 14
    assert model.trial.is_better
    assert model.trial.cells < 0.7 * model.trial.cells_naive


def test_a_calm_sunday_is_expected_calm(model: DemandModel) -> None:
    assert model.expected(6).sum() < 0.8 * model.expected(2).sum()
    # two weeks weigh most, so a month's mean is only about met
    assert model.expected(2).sum() == pytest.approx(0.42 * len(PLACES), rel=0.15)


def test_fewer_than_four_weeks_say_nothing() -> None:
    assert learned_demand(reports(20), PLACES, day=TODAY.toordinal()) is None
    none = Reports(*(np.zeros(0, dtype=np.int64),) * 3)
    assert learned_demand(none, PLACES, day=TODAY.toordinal()) is None


def test_a_holiday_is_like_a_sunday_and_a_make_up_workday_like_a_friday() -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 22)
    assert weekday_of(monday, is_workday=True) == 0
    assert weekday_of(monday, is_workday=False) == 6
    assert weekday_of(sunday, is_workday=True) == 4
    assert weekday_of(sunday, is_workday=False) == 6


def test_it_reads_back_what_it_writes_and_nothing_else(model: DemandModel) -> None:
    again = DemandModel.from_bytes(model.to_bytes())
    assert again.trial == model.trial
    np.testing.assert_array_equal(again.expected(1), model.expected(1))
    np.testing.assert_array_equal(again.naive(1), model.naive(1))
    for body in (b"", b"PK\x03\x04", model.to_bytes()[:700]):
        with pytest.raises(UnreadableForecastError):
            DemandModel.from_bytes(body)


def desk(model: DemandModel | None) -> DemandDesk:
    zone = RULES.zone()
    calendar = chinese_calendar(zone.key)
    held = None if model is None else Held(model, 1, datetime(2026, 11, 22, tzinfo=UTC), 10)
    return DemandDesk(YUHANG, zone, calendar, lambda: held)


@pytest.mark.parametrize("scope", ["", "330110", "330110005", "330110005001"])
def test_a_division_is_expected_to_bring_what_lies_in_it_and_in_none_of_its_children(
    model: DemandModel, scope: str
) -> None:
    found = desk(model).of(Scope(scope), TODAY)
    assert found.why is None
    assert found.whole is not None
    assert found.rest is not None
    parts = [*found.children, found.rest]
    assert sum(line.total for line in parts) == pytest.approx(found.whole.total)
    assert sum(line.last_week for line in parts) == found.whole.last_week
    for line in (*parts, found.whole):
        assert sum(line.shifts) == pytest.approx(line.total)


def test_a_day_that_nothing_is_known_of_has_no_numbers_and_says_why(model: DemandModel) -> None:
    far = desk(model).of(Scope("330110"), date(2027, 3, 1))
    assert (far.whole, far.why) == (None, WhyNaive.TOO_FAR)
    assert desk(model).of(Scope("330110"), date(2026, 11, 1)).why is WhyNaive.TOO_FAR
    assert desk(None).of(Scope("330110"), TODAY).why is WhyNaive.NOTHING_LEARNED
