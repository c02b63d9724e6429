"""部门红黄牌: a count of cards is the length of the list that it opens, within scope, filters and period."""

from datetime import timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.act import ActKind, Degree
from cockpit.domain.carrier import carrier_of
from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.services.analyses.topics import NOBODY, Topics, Units
from cockpit.services.cards import CardBook
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.forecast.demand import DemandDesk
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.situation.period import Filters, Period
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import encode
from tests.laws.test_analyses import NOW, asked, ground
from tests.laws.test_drill_down import YUHANG, ZONE, Fold, filters, stories
from tests.services.test_cards import Facts
from tests.services.test_past_events import House, record, rows
from tests.stories import NOON, RULES, acted, minutes


def card_of(n: int, event_id: str, at: int, degree: Degree, unit: str) -> JournalEntry:
    fact = acted(n, ActKind.SUPERVISED, NOON + minutes(at), degree=degree, unit=unit)
    body = encode(fact)[1].decode().replace(fact.event_id, event_id)
    return JournalEntry(
        position=f"{n}-0", fact_id=f"card:{n}", type="EventActed", at=fact.at, received_at=fact.at, code="", body=body
    )


_given = st.lists(
    st.tuples(
        st.integers(0, 12), st.booleans(), st.integers(-5_000, 2_000), st.sampled_from(Degree),
        st.sampled_from(["", "局1", "红牌:局"]),
    ),
    max_size=10,
)  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(stories(), st.lists(rows(), max_size=8), _given, st.sampled_from(["", "330110", "330110012"]), filters())
def test_cards_are_counted_by_the_unit_that_got_them_and_open_their_events(
    facts: list[Fact], told: list[dict[str, Any]], cards: list[tuple[int, bool, int, Degree, str]], scope: str,
    wanted: Filters,
) -> None:  # fmt: skip
    house, fold = House(), Fold(*facts)
    kept = [record(n, row)._replace(unit=f"局{n % 3}" if n % 4 else "") for n, row in enumerate(told, 100)]
    house.bring(kept)
    drill = DrillDown(fold, lambda _at: fold.situation, house.past, YUHANG)
    ids = [*(f"hotline_12345:{n}" for n in range(1, 7)), *(one.event_id for one in kept)]
    given_ = [(ids[n % len(ids)], at, degree, unit) for n, _, at, degree, unit in cards]
    book = CardBook(Facts(*(card_of(n, *one) for n, one in enumerate(given_))))
    demand = DemandDesk(YUHANG, ZONE, RULES.calendar, lambda: None)
    topics = Topics(drill, OpenEvents(fold, lambda _at: fold.situation, lambda: None), demand, ground(), book)
    period = Period(NOON - timedelta(days=3), NOW, is_open=True)
    drilled = Drilled.of(drill, drill.known(None, NOW), Question(Scope(scope), period, wanted))
    there = set(drilled.known.ids_of(drilled.rows, np.arange(len(drilled.rows))))

    units = topics.of(asked("units"), drilled, None, NOW)
    assert isinstance(units, Units)
    assert units.cards is not None
    lines = [line.unit for line in units.lines]
    assert len(lines) == len(set(lines))
    assert units.cards.units <= set(lines)
    for degree in (Degree.RED, Degree.YELLOW):
        mine = {e for e, at, d, _ in given_ if d is degree and period.since <= NOON + minutes(at) < NOW} & there
        listed: set[str] = set()
        for unit in lines:
            its = topics.of(asked("units", f"{degree.value}:{unit or NOBODY}"), drilled, None, NOW)
            assert isinstance(its, Units)
            assert its.picked is not None
            assert its.picked.total == units.cards.count(degree, unit) == len(its.picked.events)
            for event in its.picked.events:
                told_units = {u or carrier_of(event) for e, _, d, u in given_ if (e, d) == (event.event_id, degree)}
                assert unit in told_units
            listed |= {event.event_id for event in its.picked.events}
        assert listed == mine
    house.engine.dispose()
