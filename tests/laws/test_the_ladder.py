"""Laws of the ladder: whatever is told of orders, in whatever order, and by however many at once."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.facts import Fact
from cockpit.domain.order import ENDED, PROGRESS, Order, Rung
from tests.laws.test_the_fold import fold
from tests.stories import NOON, minutes, ordered, rungs

told = st.lists(rungs(st.integers(1, 2)), max_size=25, unique_by=lambda fact: fact.fact_id)
BEFORE = NOON - minutes(1)


def _orders(facts: list[Fact]) -> dict[str, Order]:
    return dict(fold([ordered(1, BEFORE), ordered(2, BEFORE), *facts]).orders)


@given(told)
def test_the_ladder_never_goes_back(facts: list[Fact]) -> None:
    situation = fold([ordered(1, BEFORE), ordered(2, BEFORE)])
    # as they are appended: each later than what is known
    for fact in sorted(facts, key=lambda f: (f.at, f.fact_id)):
        before = dict(situation.orders)
        fold([fact], situation)
        for order_id, old in before.items():
            new = situation.orders[order_id]
            assert _height(new.state) >= _height(old.state)
            assert old.state not in ENDED or new.state is old.state
            assert new.ladder[: len(old.ladder)] == old.ladder
            times = [new.issued.issued_at, *(step.at for step in new.ladder)]
            assert times == sorted(times)
            heights = [PROGRESS.index(s.rung) for s in new.ladder if s.rung in PROGRESS]
            assert heights == sorted(set(heights))


@given(told, st.randoms(use_true_random=False))
def test_rungs_may_arrive_in_any_order(facts: list[Fact], chance: Random) -> None:
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert _orders(shuffled) == _orders(facts)


@given(told)
def test_what_is_told_twice_changes_nothing(facts: list[Fact]) -> None:
    assert _orders([*facts, *facts]) == _orders(facts)


@given(told)
def test_the_open_orders_and_the_busy_people_are_those_that_the_orders_say(facts: list[Fact]) -> None:
    book = fold([ordered(1, BEFORE), ordered(2, BEFORE), *facts]).orders
    is_open = {order_id for order_id, order in book.items() if order.is_open}
    assert set(book.open) == is_open
    assert {book[order_id].issued.recipient.id for order_id in is_open} == set(book.busy)
    assert all(book.open[order_id] is book[order_id] for order_id in is_open)


def _height(rung: Rung) -> int:
    return PROGRESS.index(rung) if rung in PROGRESS else len(PROGRESS)
