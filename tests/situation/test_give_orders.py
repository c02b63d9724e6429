"""下达: what a command about orders leads to."""

from datetime import datetime
from typing import Any

import pytest

from cockpit.domain.commands import Command
from cockpit.domain.facts import CommandRefused, DayStarted, Fact
from cockpit.domain.order import How, OrderRecipient, Rung, order_id_of
from cockpit.domain.order_commands import IssueOrders, StepOrder, UndoOrders
from cockpit.domain.order_facts import OrderIssued, OrdersGiven
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.decide import decide
from cockpit.situation.situation import Situation
from cockpit.situation.view import view_of
from tests.laws.test_the_fold import fold
from tests.stories import GRIDS, NOON, entered, minutes, ordered, reported, stepped, worker

EVENT = "hotline_12345:1"
LATER = NOON + minutes(2)


def issue(*recipients: OrderRecipient, **given: Any) -> IssueOrders:
    defaults: dict[str, Any] = {
        "command_id": "c1", "by": "值班员", "scope": "330110", "at": NOON + minutes(1), "event_id": EVENT,
        "recipients": recipients or (worker(1), worker(2)), "task": "到现场查看", "accept_within_s": 120.0,
    }  # fmt: skip
    return IssueOrders(**{**defaults, **given})


def step(rung: Rung, number: int = 1, at: datetime = LATER, **given: Any) -> StepOrder:
    defaults: dict[str, Any] = {
        "command_id": f"s:{rung}", "by": "网格员1", "scope": "330110", "at": at, "order_id": f"o{number}", "rung": rung,
    }  # fmt: skip
    return StepOrder(**{**defaults, **given})


def undo(at: datetime, **given: Any) -> UndoOrders:
    return UndoOrders(command_id="u1", by="值班员", scope="330110", at=at, undone_command_id="c1", **given)


def rule_of(situation: Situation, command: Command) -> str:
    facts = decide(situation, command)
    assert len(facts) == 1
    assert isinstance(facts[0], CommandRefused), facts
    return facts[0].rule


def after(*facts: Fact) -> Situation:
    return fold([reported(1), *facts])


def test_one_command_orders_all_its_recipients() -> None:
    situation = after()
    given, *issued = decide(situation, issue())
    assert isinstance(given, OrdersGiven)
    assert given.order_ids == (order_id_of("c1", "w1"), order_id_of("c1", "w2"))
    assert [f.order.recipient.id for f in issued if isinstance(f, OrderIssued)] == ["w1", "w2"]
    fold([given, *issued], situation)
    assert set(situation.orders.busy) == {"w1", "w2"}
    assert decide(situation, issue()) == []


def test_a_recipient_named_twice_is_ordered_once() -> None:
    assert len(decide(after(), issue(worker(1), worker(1)))) == 2


def test_who_has_an_open_order_is_not_ordered_again_without_knowing_it() -> None:
    situation = after(ordered(1))
    assert rule_of(situation, issue()) == "recipient_busy"
    assert len(decide(situation, issue(despite=("busy",)))) == 3
    fold([stepped(1, Rung.FINISHED, NOON + minutes(1))], situation)
    assert len(decide(situation, issue())) == 3


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"unknown": ("w1",)}, "recipient_unknown"),
        ({"off_duty": ("w2",)}, "recipient_off_duty"),
        ({"recipients": (worker(1, "330108001001001"),)}, "recipient_out_of_scope"),
        ({"event_id": "hotline_12345:9"}, "unknown_event"),
        ({"scope": "330110113"}, "unknown_event"),
    ],
)
def test_what_forbids_an_order_names_its_rule(given: dict[str, Any], rule: str) -> None:
    assert rule_of(after(), issue(**given)) == rule


def test_a_finished_event_gets_no_orders() -> None:
    assert rule_of(after(entered(1, Stage.CLOSED, NOON + minutes(1))), issue()) == "event_is_finished"


def test_who_is_off_duty_may_be_ordered_knowingly() -> None:
    assert len(decide(after(), issue(off_duty=("w1",), despite=("off_duty",)))) == 3


def test_unknown_and_foreign_recipients_are_never_overridden() -> None:
    both = ("busy", "off_duty")
    assert rule_of(after(), issue(unknown=("w1",), despite=both)) == "recipient_unknown"
    assert rule_of(after(), issue(worker(1, "330108001001001"), despite=both)) == "recipient_out_of_scope"


def test_two_officers_who_order_the_same_person_at_once_want_the_same_turn() -> None:
    """The log lets in one of them; the other is decided again and refused."""
    situation = after()
    [_, first] = decide(situation, issue(worker(1)))
    [_, second] = decide(situation, issue(worker(1), command_id="c2"))
    assert first.fact_id == second.fact_id


def test_a_person_climbs_the_ladder() -> None:
    situation = after(ordered(1))
    for rung in (Rung.DELIVERED, Rung.READ, Rung.ACCEPTED, Rung.DEPARTED, Rung.ARRIVED, Rung.FINISHED):
        [fact] = decide(situation, step(rung))
        fold([fact], situation)
        assert situation.orders["o1"].state is rung


def test_what_is_so_already_is_no_mistake_and_changes_nothing() -> None:
    situation = after(ordered(1), stepped(1, Rung.ARRIVED, NOON + minutes(1)))
    for rung in (Rung.DELIVERED, Rung.ACCEPTED, Rung.ARRIVED):
        assert decide(situation, step(rung)) == []


@pytest.mark.parametrize(
    ("end", "rule"),
    [
        (Rung.CANCELLED, "order_is_cancelled"), (Rung.DECLINED, "order_is_declined"),
        (Rung.SUBSTITUTED, "order_is_substituted"),
    ],
)  # fmt: skip
def test_an_order_that_is_over_cannot_be_accepted(end: Rung, rule: str) -> None:
    assert rule_of(after(ordered(1), stepped(1, end, NOON + minutes(1))), step(Rung.ACCEPTED)) == rule


def test_what_is_finished_cannot_be_cancelled_and_who_is_there_cannot_decline() -> None:
    assert rule_of(after(ordered(1), stepped(1, Rung.FINISHED, NOON)), step(Rung.CANCELLED)) == "order_is_finished"
    assert rule_of(after(ordered(1), stepped(1, Rung.ARRIVED, NOON)), step(Rung.DECLINED)) == "too_late_to_decline"


def test_a_gridworker_speaks_only_for_own_orders_wherever_they_lead() -> None:
    situation = after(ordered(1))
    assert rule_of(situation, step(Rung.ACCEPTED, recipient_id="w2")) == "unknown_order"
    assert len(decide(situation, step(Rung.ACCEPTED, recipient_id="w1", scope=GRIDS[3]))) == 1
    assert rule_of(situation, step(Rung.ACCEPTED, scope=GRIDS[3])) == "unknown_order"


def test_a_phone_whose_clock_is_an_hour_wrong_is_stamped_by_the_server() -> None:
    situation = after(ordered(1))
    said = NOON - minutes(60)
    fold(decide(situation, step(Rung.ACCEPTED, said_at=said)), situation)
    [accepted] = situation.orders["o1"].ladder
    assert (accepted.at, accepted.said_at) == (NOON + minutes(2), said)


def test_a_server_whose_clock_lags_never_makes_a_rung_earlier_than_the_one_before() -> None:
    situation = after(ordered(1), stepped(1, Rung.ACCEPTED, NOON + minutes(5)))
    fold(decide(situation, step(Rung.DEPARTED, at=NOON + minutes(4))), situation)
    accepted, departed = situation.orders["o1"].ladder
    assert departed.at > accepted.at


def test_what_was_ordered_a_moment_ago_can_be_undone() -> None:
    situation = after(ordered(1), ordered(2), stepped(2, Rung.ACCEPTED, NOON + minutes(0.05)))
    facts = decide(situation, undo(NOON + minutes(10 / 60)))
    assert len(facts) == 2
    fold(facts, situation)
    assert {order.state for order in situation.orders.values()} == {Rung.CANCELLED}
    assert decide(situation, undo(NOON + minutes(1))) == [], "a repeated undo is no mistake"


def test_after_ten_seconds_an_undo_is_over() -> None:
    assert rule_of(after(ordered(1)), undo(NOON + minutes(10.1 / 60))) == "undo_is_over"
    assert rule_of(after(), undo(NOON)) == "unknown_order"


def test_a_screen_holds_the_orders_of_its_scope_until_the_day_after_they_ended() -> None:
    situation = after(ordered(1), ordered(2), stepped(1, Rung.FINISHED, NOON, how=How.PERSON))
    rows = view_of(situation, Scope(GRIDS[0]))["orders"]
    assert rows["o1"][5] == "finished"
    assert rows["o2"][:6] == [EVENT, "w2", "gridworker", "网格员2", "到现场查看", "issued"]
    assert view_of(situation, Scope(GRIDS[3]))["orders"] == {}
    tomorrow = NOON.date().replace(day=NOON.day + 1)
    fold([DayStarted(fact_id="day", at=NOON, received_at=NOON, day=tomorrow)], situation)
    assert set(situation.orders) == {"o2"}, "what is open stays, whatever day it is"
