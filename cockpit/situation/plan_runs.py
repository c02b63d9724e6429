"""预案执行: what a command to run a plan leads to, and what is known of the plans that run."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cockpit.domain.commands import SwitchMode
from cockpit.domain.event import Event
from cockpit.domain.fact import Fact
from cockpit.domain.mode import Mode
from cockpit.domain.order_facts import OrderIssued
from cockpit.domain.plan_commands import RunPlan, TickChecklist
from cockpit.domain.plan_facts import ChecklistTicked, Lacking, Passed, PlanRun, PlanTaken
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.give_orders import open_event_of, orders_issued
from cockpit.situation.outcome import outcome_id
from cockpit.situation.plan_book import RunningPlan, Tick
from cockpit.situation.situation import Changed, Situation
from cockpit.situation.switch_mode import switch_mode

#: a second key within this time is the same wish, also when nobody could be ordered
_SAME_WISH = timedelta(seconds=60)


# -- deciding ----------------------------------------------------------------------------------------------------


def run_plan(situation: Situation, command: RunPlan) -> list[Fact]:
    """`PlanRun`, the mode and every order, together. Who has become busy meanwhile is passed over: one key must not
    fail because of one of twelve people."""
    if command.command_id in situation.plan_runs:
        return []
    event, plan = open_event_of(situation, command, command.event_id), command.plan
    _check_not_running(situation, command)
    passed, orders, lacking, given = list[Passed](), list[OrderIssued](), list[Lacking](), set[str]()
    for force in command.forces:
        free = [r for r in force.recipients if r.id not in given]
        allowed = [r for r in free if _rule_against(situation, command, r.id, r.code) is None]
        passed += [Passed(r.id, rule) for r in free if (rule := _rule_against(situation, command, r.id, r.code))]
        given |= {r.id for r in allowed}
        orders += orders_issued(
            situation, command, event, allowed, task=force.task, accept_within_s=plan.accept_within_s,
            account=command.account, plan_id=plan.plan_id,
        )  # fmt: skip
        if len(allowed) < force.wanted:
            lacking.append(Lacking(force.kind, force.wanted, len(allowed)))
    run = PlanRun(
        fact_id=outcome_id(command),
        at=command.at,
        received_at=command.at,
        run_id=command.command_id,
        plan_id=plan.plan_id,
        plan_version=plan.version,
        title=plan.title,
        event_id=event.event_id,
        code=event.report.place.code,
        order_ids=tuple(issued.order.order_id for issued in orders),
        lacking=tuple(lacking),
        passed=tuple(passed),
        checklist=plan.checklist,
        told=command.told,
        cameras=command.cameras,
        layers=plan.layers,
        by=command.by,
        command_id=command.command_id,
    )
    return [run, _taken(situation, command), *_mode(situation, command, event), *orders]


def tick_checklist(situation: Situation, command: TickChecklist) -> list[Fact]:
    running = situation.plan_runs.get(command.run_id)
    if running is None or not Scope(command.scope).covers(running.run.code):
        raise ForbiddenError("unknown_plan_run", f"no plan {command.run_id} runs in scope {command.scope}")
    if all(item.item_id != command.item_id for item in running.run.checklist):
        raise ForbiddenError("unknown_item", f"the checklist has no item {command.item_id}")
    known = running.ticks.get(command.item_id)
    if (known.done if known else False) is command.done:
        return []
    return [
        ChecklistTicked(
            fact_id=f"tick:{command.run_id}:{running.turns}",
            at=command.at,
            received_at=command.at,
            run_id=command.run_id,
            item_id=command.item_id,
            done=command.done,
            note=command.note,
            by=command.by,
            command_id=command.command_id,
        )
    ]


def _taken(situation: Situation, command: RunPlan) -> PlanTaken:
    plan_id, event_id = command.plan.plan_id, command.event_id
    turn = sum((r.run.plan_id, r.run.event_id) == (plan_id, event_id) for r in situation.plan_runs.values())
    return PlanTaken(
        fact_id=f"plan:{plan_id}:{event_id}:{turn}",
        at=command.at,
        received_at=command.at,
        run_id=command.command_id,
        plan_id=plan_id,
        event_id=event_id,
    )


def _check_not_running(situation: Situation, command: RunPlan) -> None:
    """Raises ForbiddenError if this plan runs for this event: a click of another officer, or an impatient one."""
    for running in situation.plan_runs.values():
        run = running.run
        if (run.plan_id, run.event_id) != (command.plan.plan_id, command.event_id):
            continue
        has_open = any(order_id in situation.orders.open for order_id in run.order_ids)
        if has_open or command.at - run.at < _SAME_WISH:
            raise ForbiddenError("plan_is_running", f"{run.by} has run plan {run.plan_id} for this event already")


def _rule_against(situation: Situation, command: RunPlan, recipient_id: str, code: str) -> str | None:
    if not Scope(command.scope).covers(code):
        return "recipient_out_of_scope"
    return "recipient_busy" if situation.orders.open_of(recipient_id) else None


def _mode(situation: Situation, command: RunPlan, event: Event) -> list[Fact]:
    """Wartime around the event, unless it is so already or the plan leaves the mode alone."""
    if command.plan.mode is None:
        return []
    is_war = command.plan.mode is Mode.WARTIME
    switch = SwitchMode(
        command_id=command.command_id, by=command.by, scope=command.scope, at=command.at, mode=command.plan.mode,
        event_id=event.event_id if is_war else None,
    )  # fmt: skip
    try:
        changed = switch_mode(situation, switch)
    except ForbiddenError as forbidden:
        if forbidden.rule == "mode_is_the_same":
            return []
        raise
    return [replace(fact, fact_id=f"plan_mode:{command.command_id}:{n}") for n, fact in enumerate(changed)]


# -- the fold ----------------------------------------------------------------------------------------------------


def _run(situation: Situation, fact: PlanRun) -> Iterable[Changed]:
    if fact.run_id not in situation.plan_runs:
        situation.plan_runs[fact.run_id] = RunningPlan(run=fact, ticks={})
        yield Changed("plan_run", fact.run_id)


def _noted(_situation: Situation, _fact: PlanTaken) -> Iterable[Changed]:
    """It keeps a second run out of the log; the run has a fact of its own."""
    return ()


def _ticked(situation: Situation, fact: ChecklistTicked) -> Iterable[Changed]:
    running = situation.plan_runs.get(fact.run_id)
    if running is None or (known := running.ticks.get(fact.item_id)) == (tick := _tick_of(fact)):
        return
    if known is not None and known.at > tick.at:
        return
    ticks = {**running.ticks, fact.item_id: tick}
    situation.plan_runs[fact.run_id] = replace(running, ticks=ticks, turns=running.turns + 1)
    yield Changed("plan_run", fact.run_id)


def _tick_of(fact: ChecklistTicked) -> Tick:
    return Tick(fact.done, fact.by, fact.at, fact.note)


def forget_plan_runs(situation: Situation, start: datetime) -> Iterable[Changed]:
    """A new day: runs from before it whose event has left the fold go too."""
    old = [key for key, r in situation.plan_runs.items() if r.run.at < start and r.run.event_id not in situation.events]
    for key in old:
        del situation.plan_runs[key]
        yield Changed("plan_run", key)


EVOLVE_PLANS: dict[type[Fact], Callable[[Situation, Any], Iterable[Changed]]] = {
    PlanRun: _run,
    PlanTaken: _noted,
    ChecklistTicked: _ticked,
}
