"""超时预测: learned from one part of history, tried on a later one, believed only if it beats the rule there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.services.forecast.overtime_model import (
    FORMAT,
    OvertimeModel,
    UnreadableForecastError,
    asked_between,
    learned,
)
from cockpit.services.forecast.scoring import brier, reliability
from cockpit.services.forecast.spells import KINDSHIPS, spells_of
from cockpit.services.forecast.survival import FEWEST, Questions, Survival
from tests.services.forecast.made import DAY_S, history


@pytest.fixture(scope="module")
def model() -> OvertimeModel:
    cases, until = history(6_000, 60)
    made = learned(spells_of(cases), until=until)
    assert made is not None
    return made


def test_it_is_better_than_every_form_of_the_rule_on_events_that_it_has_not_seen(model: OvertimeModel) -> None:
    trial = model.trial
    assert trial.is_better
    assert trial.brier < min(trial.brier_rule, trial.brier_used, trial.brier_tenths)
    assert trial.since > 0.75 * model.until, "the trial comes last"


def test_it_says_as_often_as_it_comes(model: OvertimeModel) -> None:
    enough = [b for b in model.trial.bins if b.count > 200]
    assert len(enough) >= 4
    assert all(abs(b.said - b.came) < 0.12 for b in enough)


def test_a_trial_that_the_rule_wins_is_not_believed(model: OvertimeModel) -> None:
    assert not replace(model.trial, brier=model.trial.brier_tenths).is_better
    assert not replace(model.trial, late=19).is_better
    assert not replace(model.trial, questions=199).is_better


def test_too_little_history_teaches_nothing() -> None:
    cases, until = history(60, 5)
    assert learned(spells_of(cases), until=until) is None
    cases, until = history(6_000, 60)
    assert learned(spells_of(cases | {"deadline": np.full(6_000, np.nan)}), until=until) is None


def test_it_reads_back_what_it_writes_and_nothing_else(model: OvertimeModel) -> None:
    again = OvertimeModel.from_bytes(model.to_bytes())
    assert again.trial == model.trial
    assert again.calibration == model.calibration
    asked = asked_between(model.spells, 0.9 * model.until, model.until)
    np.testing.assert_array_equal(again.survival().asked(asked.questions).longer,
                                  model.survival().asked(asked.questions).longer)  # fmt: skip
    assert FORMAT == 2
    assert OvertimeModel.is_readable(model.to_bytes())
    for body in (b"", b"PK\x03\x04", model.to_bytes()[:900]):
        assert not OvertimeModel.is_readable(body)
        with pytest.raises(UnreadableForecastError):
            OvertimeModel.from_bytes(body)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 500), st.floats(0.05, 1.0))
def test_a_spell_never_tells_what_happened_later(seed: int, share: float) -> None:
    cases, until = history(80, 4, seed=seed)
    spells = spells_of(cases)
    at = share * until
    then = spells.known_at(at)
    assert (then.begin < at).all()
    for took in (then.dwell, then.total):
        assert (np.isinf(took) | (then.begin + took <= at + 1e-6)).all()
    # what had ended by then is known as it ended: nothing of it is forgotten
    assert np.isfinite(then.total).sum() == (spells.begin + spells.total <= at).sum()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 500), st.floats(0, 20_000), st.floats(1, 200_000), st.integers(1, 6), st.integers(0, 2))
def test_the_counts_are_those_of_looking_at_every_spell(
    seed: int, elapsed: float, left: float, number: int, stage: int
) -> None:
    cases, until = history(150, 6, seed=seed)
    spells = spells_of(cases)
    asked = Questions(*(np.array([v]) for v in (elapsed, left, 20_000 + number * 100 + 1, stage, 2)))  # type: ignore[arg-type]  # one question
    found = Survival(spells, until=until).asked(asked)
    limit = spells.deadline - spells.begin
    plain = [
        (spells.dwell[i] / limit[i] > asked.used[0], spells.total[i] > limit[i])
        for i in range(len(spells))
        if spells.stage[i] == stage and limit[i] > 0 and spells.deadline[i] <= until
    ]
    assert found.similar[-1, 0] == sum(there for there, _ in plain)
    assert found.longer[-1, 0] == sum(there and late for there, late in plain)
    assert (found.longer <= found.similar).all()
    # a finer kind is a part of a coarser one
    assert (np.diff(found.similar[:, 0]) >= 0).all()
    share = found.shrunk(20.0)[0]
    assert np.isnan(share) if found.similar[-1, 0] < FEWEST else 0 < share < 1
    assert KINDSHIPS[found.kindship()[0]] in KINDSHIPS


def test_what_may_take_days_is_answered_in_a_city_that_has_thousands_a_day() -> None:
    cases, until = history(30_000, 8)
    model = learned(spells_of(cases), until=until)
    assert model is not None
    assert model.trial.is_better
    assert model.trial.unanswered < 0.01 * model.trial.questions
    # two days allowed, nearly all of them gone
    asked = Questions(*(np.array([v]) for v in (1.8 * DAY_S, 0.2 * DAY_S, 20_501, 2, 2)))  # type: ignore[arg-type]  # one question
    assert model.survival().asked(asked).similar[-1, 0] > FEWEST


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_scores_lie_between_none_and_all_and_bins_hold_every_forecast(pairs: list[tuple[float, bool]]) -> None:
    said, came = np.array([p for p, _ in pairs]), np.array([c for _, c in pairs])
    assert 0 <= brier(said, came) <= 1
    bins = reliability(said, came)
    assert sum(b.count for b in bins) == len(pairs)
    assert np.isclose(sum(b.count * b.came for b in bins), came.sum())


def test_an_open_event_teaches_that_it_took_longer_and_a_young_one_nothing() -> None:
    cases, until = history(400, 20)
    cases |= {"handled": np.full(400, np.nan), "ended": np.full(400, np.nan), "deadline": cases["reported"] + DAY_S}
    asked = Questions(
        np.array([0.5 * DAY_S]), np.array([0.5 * DAY_S]), np.array([20_101]), np.array([2]), np.array([0])
    )
    found = Survival(spells_of(cases), until=until).asked(asked)
    assert found.similar[-1, 0] == found.longer[-1, 0] > 0
    assert found.similar[-1, 0] < len(spells_of(cases).picked(spells_of(cases).stage == 2))
