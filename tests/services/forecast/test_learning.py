"""预测学习: from the records to a model that is kept, and from there to the events that are open now."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from cockpit.catalogue import LANGS, texts
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.services.forecast.learning import Held, ModelBook, Prophet, columns_of, learn_overtime
from cockpit.services.forecast.open_events import Basis, Forecast, OpenEvents, WhyRule
from cockpit.services.forecast.overtime_model import OvertimeModel, learned
from cockpit.services.forecast.spells import spells_of
from cockpit.services.forecast.wording import reason_of
from cockpit.situation.period import Filters
from cockpit.store.forecasts import ForecastCases, Forecasts, StoredForecast
from tests.laws.test_drill_down import Fold
from tests.services.forecast.made import history
from tests.services.test_past_events import House, record
from tests.stories import GRIDS, NOON, entered, minutes, reported

NOW = NOON + minutes(60)


def rows(n: int) -> list[tuple[Any, ...]]:
    """As `ForecastCases.newest` gives them, the last of them just before now."""
    cases, until = history(n, 40)
    shift = NOW.timestamp() - until
    names = ("reported", "accepted", "assigned", "handled", "ended", "deadline", "deadline")
    times = [[None if t != t else round(1000 * (t + shift)) for t in cases[name]] for name in names]
    categories = [f"event.{c // 100 % 100:02d}.{c % 100:02d}" for c in cases["category"]]
    levels = [("city", "county", "street", "community")[i] for i in cases["level"]]
    return list(zip(*times, categories, levels, strict=True))


class _Cases:
    def __init__(self, n: int) -> None:
        self.n = n

    def count(self) -> int:
        return self.n

    def newest(self, most: int) -> list[tuple[Any, ...]]:
        return rows(min(self.n, most))

    def reported_since(self, since_ms: int) -> list[tuple[Any, ...]]:  # noqa: ARG002 - the face asks for it
        return []


@pytest.fixture(scope="module")
def prophet() -> Prophet:
    model = learned(spells_of(columns_of(rows(4_000))), until=NOW.timestamp())
    assert model is not None
    assert model.trial.is_better
    return Prophet(model, model.survival())


def open_events(prophet: Prophet | None, fold: Fold, *, back: timedelta = timedelta(minutes=1)) -> OpenEvents:
    held = None if prophet is None else Held(prophet, 3, NOW - back, 4_000)
    return OpenEvents(fold, lambda _at: fold.situation, lambda: held)


def stories() -> Fold:
    """Six open events with an hour to go: two handled, closed or without a limit among eight."""
    facts: list[Any] = []
    for n in range(8):
        due = None if n == 6 else NOW + minutes(30 + n)
        facts.append(reported(n, reported_at=NOON, due_at=due, category=f"event.{n % 6 + 1:02d}.01"))
        facts.append(entered(n, Stage.ASSIGNED, NOON + minutes(5)))
    facts.append(entered(7, Stage.CLOSED, NOON + minutes(20)))
    return Fold(*facts)


def test_every_open_event_with_a_deadline_ahead_has_a_probability_the_likeliest_first(prophet: Prophet) -> None:
    found = open_events(prophet, stories()).listed(Scope(""), None, NOW)
    assert len(found.items) == 6
    said = [item.probability for item in found.items]
    assert all(p is not None and 0 < p < 1 for p in said)
    assert said == sorted(said, key=lambda p: -(p or 0))
    assert {item.basis for item in found.items} == {Basis.LEARNED}
    assert found.likely == sum((p or 0) >= 0.5 for p in said)
    for item in found.items:
        assert item.similar >= 10
        assert item.push_by is None or item.push_by < item.deadline


def test_one_event_is_told_as_in_the_list(prophet: Prophet) -> None:
    fold = stories()
    answers = open_events(prophet, fold)
    for item in answers.listed(Scope(""), None, NOW).items:
        assert answers.find(fold.situation, item.event_id, NOW) == item
    assert answers.find(fold.situation, "citizen:unknown", NOW) is None


def test_a_source_and_a_category_narrow_it_down(prophet: Prophet) -> None:
    answers = open_events(prophet, stories())
    narrowed = answers.listed(Scope(""), None, NOW, Filters(category="event.01"))
    assert len(narrowed.items) == 1
    assert not answers.listed(Scope(""), None, NOW, Filters(source=Source.VIDEO_AI)).items
    assert not answers.listed(Scope("330110113"), None, NOW).items


@pytest.mark.parametrize("lang", LANGS)
def test_where_nothing_was_learned_the_rule_speaks_and_says_so(prophet: Prophet, lang: str) -> None:
    words = texts(lang)
    worse = Prophet(OvertimeModel.from_bytes(prophet.model.to_bytes()), prophet.survival)
    object.__setattr__(worse.model.trial, "brier", 1.0)
    for answers, why in (
        (open_events(None, stories()), WhyRule.NOTHING_LEARNED),
        (open_events(worse, stories()), WhyRule.NOT_BETTER),
        (open_events(prophet, stories(), back=-timedelta(days=1)), WhyRule.LEARNED_LATER),
    ):
        found = answers.listed(Scope(""), None, NOW)
        assert found.why is why
        assert {(item.probability, item.basis, item.push_by) for item in found.items} == {(None, Basis.RULE, None)}
        assert words[f"forecast.why.{why.value}"] in reason_of(found.items[0], words)
        used = [item.used for item in found.items]
        assert used == sorted(used, reverse=True)


def test_it_learns_when_there_is_enough_and_again_when_there_is_more(engine: Engine) -> None:
    models, day = Forecasts(engine, "overtime"), timedelta(days=1)
    assert learn_overtime(_Cases(299), models, now=NOW) is None
    assert learn_overtime(_Cases(2_000), models, now=NOW) is not None
    assert learn_overtime(_Cases(2_100), models, now=NOW + day / 2) is None
    assert learn_overtime(_Cases(2_300), models, now=NOW + day / 2) is not None
    assert learn_overtime(_Cases(2_301), models, now=NOW + 2 * day) is not None
    assert learn_overtime(_Cases(2_301), models, now=NOW + 9 * day) is None


def test_a_model_of_an_earlier_version_is_learned_anew_at_once(engine: Engine) -> None:
    models = Forecasts(engine, "overtime")
    models.save(StoredForecast(trained_at=NOW, cases=2_000, body=b"as an earlier version wrote it"))
    assert learn_overtime(_Cases(2_000), models, now=NOW + minutes(1)) is not None
    assert learn_overtime(_Cases(2_000), models, now=NOW + minutes(2)) is None


_chances = st.one_of(st.none(), st.floats(0.001, 0.999))


@given(st.lists(st.tuples(_chances, st.booleans(), st.floats(0, 1)), max_size=20))
def test_what_is_marked_stands_first_and_what_nobody_learned_pushes_no_probability_down(
    told: list[tuple[float | None, bool, float]],
) -> None:
    items = [
        Forecast(
            event_id=f"iot:{n}", code=0, basis=Basis.RULE if p is None else Basis.LEARNED, why=None, probability=p,
            used=used, at_risk=at_risk, deadline=1.0, left_s=1.0, stage_used=used, similar=0, longer=0,
            kindship="stage", push_by=None,
        )
        for n, (p, at_risk, used) in enumerate(told)
    ]  # fmt: skip
    items.sort(key=lambda item: item.place)
    marked = [item.is_likely for item in items]
    assert marked == sorted(marked, reverse=True)
    learned_ = [item.probability for item in items if item.probability is not None]
    assert learned_ == sorted(learned_, reverse=True)
    quiet = [item.probability is None and not item.at_risk for item in items]
    assert quiet == sorted(quiet), "what the rule says nothing of stands last"


def test_the_newest_that_was_learned_is_used_and_each_kind_is_kept_apart(engine: Engine) -> None:
    models, other, seconds = Forecasts(engine, "overtime"), Forecasts(engine, "demand"), [0.0]
    book = ModelBook("overtime", models, Prophet.of_bytes, monotonic=lambda: seconds[0])
    assert book.now() is None
    for n in range(4):
        assert learn_overtime(_Cases(1_500 + n), models, now=NOW + timedelta(days=n), at_once=True)
        other.save(StoredForecast(trained_at=NOW, cases=n, body=b"of another kind"))
    seconds[0] = 61.0
    held = book.now()
    assert held is not None
    assert held.trained_at == NOW + timedelta(days=3)
    models.save(StoredForecast(trained_at=NOW + timedelta(days=4), cases=1, body=b"of another program"))
    seconds[0] = 122.0
    assert book.now() is None
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM forecasts").scalar() == 4


def test_what_was_dismissed_teaches_nothing_and_what_is_open_does() -> None:
    house = House()
    house.bring(
        [
            record(
                n,
                {
                    "reported_at": NOON + minutes(n), "due": 60, "closed": 30 if n < 3 else None, "code": GRIDS[0],
                    "lon": 120.0, "category": "event.01.10",
                },
            )
            for n in range(5)
        ]
    )  # fmt: skip
    cases = ForecastCases(house.engine)
    read = columns_of(cases.newest(10))
    assert cases.count() == len(read["reported"]) == 5
    spells = spells_of(read)
    assert len(spells) == 5
    assert (spells.category == 20_110).all()
    assert len(cases.reported_since(round(1000 * (NOON + minutes(3)).timestamp()))) == 2
