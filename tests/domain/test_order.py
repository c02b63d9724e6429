"""调度单: the ladder goes up, may skip, and never goes back."""

from datetime import timedelta

import pytest

from cockpit.domain.order import PROGRESS, How, Order, OrderMark, OrderStep, Rung, order_id_of, substitute_id_of
from cockpit.domain.order_ladder import Due, due_of
from tests.stories import NOON, minutes, ordered


def order(*steps: tuple[Rung, float], **given: object) -> Order:
    """An order with steps so many minutes after it was issued, limit two minutes."""
    told = Order(issued=ordered(1, NOON, **given).order)
    for rung, after in steps:
        told = told.with_step(
            OrderStep(rung=rung, at=NOON + minutes(after), how=How.PERSON, fact_id=f"{rung}:{after}", other_id="")
        )
    return told


def test_an_order_climbs_rung_by_rung() -> None:
    climbed = order(*((rung, n) for n, rung in enumerate(PROGRESS[1:], 1)))
    assert climbed.state is Rung.FINISHED
    assert [step.rung for step in climbed.ladder] == list(PROGRESS[1:])
    assert climbed.ended_at == NOON + minutes(6)
    assert not climbed.is_open


def test_a_rung_may_be_skipped_and_stays_empty() -> None:
    arrived = order((Rung.ARRIVED, 3))
    assert arrived.state is Rung.ARRIVED
    assert arrived.reached_at(Rung.ACCEPTED) is None
    assert not arrived.is_silent


def test_what_is_told_late_does_not_lead_back() -> None:
    told = order((Rung.ACCEPTED, 1), (Rung.READ, 2))
    assert told.state is Rung.ACCEPTED
    assert told.reached_at(Rung.READ) is None


@pytest.mark.parametrize("end", [Rung.FINISHED, Rung.DECLINED, Rung.CANCELLED, Rung.SUBSTITUTED])
def test_an_order_that_is_over_goes_nowhere(end: Rung) -> None:
    over = order((end, 1))
    for rung in Rung:
        assert over.with_step(OrderStep(rung=rung, at=NOON + minutes(2), how=How.PERSON, fact_id="x")).state is end


def test_who_has_accepted_is_not_substituted() -> None:
    assert order((Rung.ACCEPTED, 1), (Rung.SUBSTITUTED, 2)).state is Rung.ACCEPTED


def test_who_has_declined_keeps_that_word_though_somebody_else_goes() -> None:
    declined = order((Rung.DECLINED, 1))
    filled = declined.with_step(
        OrderStep(rung=Rung.SUBSTITUTED, at=NOON + minutes(2), how=How.SYSTEM, other_id="o2", fact_id="s")
    )
    assert (filled.state, filled.substituted_by) == (Rung.DECLINED, "o2")


def test_an_acceptance_at_the_limit_is_in_time_and_a_reminder_comes_after_it() -> None:
    waiting = order()
    assert due_of(waiting, waiting.issued.accept_by) is None
    assert due_of(waiting, waiting.issued.accept_by + timedelta(milliseconds=1)) is Due.REMIND


def test_after_the_reminder_half_the_limit_is_waited_then_somebody_else_goes_then_an_officer() -> None:
    reminded = order().with_reminder(OrderMark(at=NOON + minutes(2.5), fact_id="r"))
    assert due_of(reminded, NOON + minutes(3.5)) is None
    assert due_of(reminded, NOON + minutes(3.6)) is Due.SUBSTITUTE
    stands_in = order(substitutes="o0").with_reminder(OrderMark(at=NOON + minutes(2.5), fact_id="r"))
    assert due_of(stands_in, NOON + minutes(3.6)) is Due.ESCALATE
    escalated = stands_in.with_escalation(OrderMark(at=NOON + minutes(4), fact_id="e"))
    assert due_of(escalated, NOON + minutes(99)) is None


def test_a_short_limit_still_leaves_time_to_answer_the_reminder() -> None:
    reminded = order(accept_within_s=10.0).with_reminder(OrderMark(at=NOON, fact_id="r"))
    assert due_of(reminded, NOON + timedelta(seconds=15)) is None
    assert due_of(reminded, NOON + timedelta(seconds=15.1)) is Due.SUBSTITUTE
    assert due_of(reminded, NOON + timedelta(seconds=14.9), grace_s=1.0) is Due.SUBSTITUTE


def test_who_answers_is_let_alone() -> None:
    late = NOON + minutes(60)
    for rung in (Rung.ACCEPTED, Rung.DEPARTED, Rung.ARRIVED, Rung.FINISHED, Rung.CANCELLED, Rung.SUBSTITUTED):
        assert due_of(order((rung, 1)), late) is None
    assert due_of(order((Rung.DECLINED, 1)), NOON + minutes(1)) is Due.SUBSTITUTE


def test_ids_follow_from_what_happened() -> None:
    assert order_id_of("c1", "w1") == order_id_of("c1", "w1") != order_id_of("c1", "w2")
    assert order_id_of("c1", "电动车/7?").isalnum()
    assert substitute_id_of("o1") == substitute_id_of("o1") != substitute_id_of("o2")
