"""一键指挥: mode, orders and the run are one decision; nothing is doubled, whoever is busy is passed over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.command import Command
from cockpit.domain.facts import CommandRefused, DayStarted, Fact, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.order_facts import OrderIssued
from cockpit.domain.plan_commands import TickChecklist
from cockpit.domain.plan_facts import ChecklistTicked, Lacking, Passed, PlanRun, PlanTaken
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.decide import decide
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.situation.view import apply, delta_of, view_of
from tests.plans import EVENT, plan, recipient, run
from tests.stories import NOON, RULES, entered, minutes, reported


def situation_after(*facts: Fact) -> Situation:
    situation = Situation(rules=RULES)
    for fact in facts or (reported(),):
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation


def done(situation: Situation, command: Command) -> list[Fact]:
    facts = decide(situation, command)
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return facts


def rule_of(situation: Situation, command: Command) -> str:
    (fact,) = decide(situation, command)
    assert isinstance(fact, CommandRefused), fact
    return fact.rule


def tick(item: str = "cordon", done: bool = True, **given: Any) -> TickChecklist:
    told: dict[str, Any] = {"command_id": f"t-{item}-{done}", "by": "duty", "scope": "330110", "at": NOON + minutes(2)}
    return TickChecklist(run_id="r1", item_id=item, done=done, **{**told, **given})


def test_one_key_runs_the_plan_switches_the_mode_and_orders_everybody() -> None:
    situation = situation_after()
    facts = done(situation, run())
    assert [type(fact) for fact in facts] == [PlanRun, PlanTaken, ModeChanged, OrderIssued, OrderIssued]
    assert facts[0].fact_id == "command:r1"
    running = situation.plan_runs["r1"]
    assert set(running.run.order_ids) == set(situation.orders.open)
    assert situation.modes["330110"].event_id == EVENT
    assert {order.issued.plan_id for order in situation.orders.values()} == {"road_collapse"}


def test_a_run_that_is_decided_again_leads_to_nothing() -> None:
    situation = situation_after()
    done(situation, run())
    assert decide(situation, run()) == []
    assert len(situation.orders) == 2


def test_a_second_key_for_the_same_plan_is_refused_until_its_orders_are_over() -> None:
    situation = situation_after()
    done(situation, run())
    assert rule_of(situation, run("r2", 3, 4)) == "plan_is_running"
    other = run("r3", 3, plan=plan("gas_leak"))
    assert isinstance(decide(situation, other)[0], PlanRun)


def test_who_has_become_busy_is_passed_over_and_what_lacks_is_told() -> None:
    situation = situation_after(reported(), reported(2))
    done(situation, run())
    (told, _taken, _mode, order) = done(situation, run("r2", 2, 3, event_id="hotline_12345:2"))
    assert isinstance(told, PlanRun)
    assert told.passed == (Passed("gw-2", "recipient_busy"),)
    assert told.lacking == (Lacking("gridworker", 2, 1),)
    assert isinstance(order, OrderIssued)
    assert order.order.recipient.id == "gw-3"


def test_nobody_outside_the_scope_is_ordered() -> None:
    situation = situation_after()
    command = run(scope=reported().report.place.code[:9])
    far = replace(command.forces[0], recipients=(recipient(1, "330110113200001"), recipient(2)))
    told = done(situation, replace(command, forces=(far,)))[0]
    assert isinstance(told, PlanRun)
    assert told.passed == (Passed("gw-1", "recipient_out_of_scope"),)


def test_the_mode_stays_where_a_plan_says_nothing_of_it_or_it_is_war_around_the_event_already() -> None:
    quiet = situation_after()
    done(quiet, run(plan=plan(mode=None)))
    assert not quiet.modes
    war = situation_after()
    done(war, run())
    facts = done(war, run("r2", 5, plan=plan("gas_leak")))
    assert not any(isinstance(fact, ModeChanged) for fact in facts)
    assert war.modes["330110"].mode is Mode.WARTIME


def test_no_plan_runs_for_an_event_that_is_over_or_elsewhere() -> None:
    over = situation_after(reported(), entered(1, Stage.FED_BACK, NOON), entered(1, Stage.CLOSED, NOON + minutes(1)))
    assert rule_of(over, run()) == "event_is_finished"
    assert rule_of(situation_after(), run(scope="330110113")) == "unknown_event"


def test_a_checklist_is_ticked_and_unticked_and_of_two_officers_one_is_first() -> None:
    situation = situation_after()
    done(situation, run())
    (first,) = decide(situation, tick())
    (second,) = decide(situation, tick("pipes", command_id="other"))
    assert isinstance(first, ChecklistTicked)
    assert first.fact_id == second.fact_id, "the log lets one in, the other is decided again"
    done(situation, tick())
    assert decide(situation, tick(command_id="again")) == []
    assert situation.plan_runs["r1"].done == 1
    done(situation, tick(done=False, at=NOON + minutes(3)))
    assert situation.plan_runs["r1"].done == 0
    assert rule_of(situation, tick("nothing")) == "unknown_item"
    assert rule_of(situation, replace(tick(), run_id="r9")) == "unknown_plan_run"


@pytest.mark.parametrize("is_over", [True, False])
def test_a_run_stays_as_long_as_its_event(is_over: bool) -> None:
    situation = situation_after()
    done(situation, run())
    if is_over:
        for stage, minute in ((Stage.FED_BACK, 2), (Stage.CLOSED, 3)):
            evolve(situation, entered(1, stage, NOON + minutes(minute)), "50-0")
    tomorrow = NOON + timedelta(days=1)
    evolve(situation, DayStarted(fact_id="d", at=tomorrow, received_at=tomorrow, day=tomorrow.date()), "99-0")
    assert bool(situation.plan_runs) is not is_over


@given(st.lists(st.tuples(st.sampled_from(("cordon", "pipes")), st.booleans()), max_size=12), st.data())
def test_a_checkpoint_and_a_screen_have_the_checklist_as_it_stands(
    ticks: list[tuple[str, bool]], data: st.DataObject
) -> None:
    situation, scope = situation_after(), Scope("330110")
    done(situation, run())
    screen, seen = view_of(situation, scope), []
    cut = data.draw(st.integers(0, len(ticks)))
    for n, (item, is_done) in enumerate(ticks):
        if n == cut:
            situation = restored(checkpoint_of(situation), RULES)
        command = tick(item, is_done, command_id=f"t{n}", at=NOON + minutes(2 + n))
        for fact in decide(situation, command):
            seen += evolve(situation, fact, f"{situation.seq + 1}-0")
            evolve(situation, fact, f"{situation.seq + 1}-0")
    assert apply(screen, delta_of(situation, scope, seen)) == view_of(situation, scope)
    last = dict(ticks)
    assert situation.plan_runs["r1"].done == sum(last.values())
