"""`plans`: which fit an event and why, run one with one key, tick what is done; and what is broken in a file."""

from datetime import datetime
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from cockpit.api.asked import Instants, answer, limit_asked, page_of, scope_asked
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import Principal, principal, require
from cockpit.api.language import language
from cockpit.api.messages import Id, Name
from cockpit.api.plan_items import plan_item, run_item
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.event import Event
from cockpit.domain.facts import CommandRefused
from cockpit.domain.order import order_id_of
from cockpit.domain.plan import Plan, by_match, match_of
from cockpit.domain.plan_commands import Assigned, RunPlan, TickChecklist
from cockpit.domain.role import Role
from cockpit.services.plan_files import PlanBook
from cockpit.services.plan_running import PlanRunner

_OFFICERS = (Role.DUTY, Role.ADMIN)


class RunPlanRequest(BaseModel):
    """一键指挥 for an event; the plan's own forces unless others are named."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    event_id: Id
    recipient_ids: Annotated[list[Id], Field(max_length=500)] = Field(
        default_factory=list, description="whom to order instead of whom the plan would find"
    )


class TickRequest(BaseModel):
    """An item of a checklist that is done, or is not done after all."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    item: Id
    done: StrictBool = True
    note: Name = ""


class Plans:
    """The answers, and the two commands."""

    def __init__(self, instants: Instants, commands: Commands, *, plans: PlanBook, runner: PlanRunner) -> None:
        self._instants, self._commands = instants, commands
        self._plans, self._runner = plans, runner

    def list_all(self) -> Response:
        """`?event_id`: with `match`, those that fit best first; `match` is null for a plan that does not fit."""
        lang, read = language(request), self._plans.now()
        event = self._event(request.args.get("event_id", ""))
        if event is None:
            items = [plan_item(plan, lang) for plan in read.plans.values()]
        else:
            items = [plan_item(plan, lang, match) for plan, match in by_match(read.plans.values(), event)]
        broken = [{"file": b.file, "field": b.field, "error": b.error} for b in read.broken]
        listed: list[object] = list(items)
        return page_of(self._instants.clock(), listed, total=len(items), broken=broken)

    def get(self, plan_id: str) -> Response:
        """One plan; with `?event_id` also whom it would send."""
        lang, plan, now = language(request), self._plan(plan_id), self._instants.clock()
        event = self._event(request.args.get("event_id", ""))
        if event is None:
            return answer({"as_of": now, **plan_item(plan, lang)})
        asking = require(*_OFFICERS)
        item = plan_item(plan, lang, match_of(plan, event))
        filled = self._runner.filled(plan, event, scope=asking.scope, now=now)
        for force, found in zip(item["forces"], filled, strict=True):
            force["candidates"] = [
                {"id": c.id, "kind": c.kind, "name": c.name, "distance_m": c.distance_m, "eta_s": c.eta_s}
                for c in found.candidates
            ]
        return answer({"as_of": now, **item})

    def run(self, plan_id: str) -> Response:
        """202 with the ids of the command (the run's too) and of the orders, and who is told."""
        asking = require(*_OFFICERS)
        wanted, plan = parsed(RunPlanRequest), self._plan(plan_id)
        event, ids = self._event(wanted.event_id, must=True), list(dict.fromkeys(wanted.recipient_ids))
        assert event is not None
        at = self._instants.clock()
        forces, told = self._forces(plan, event, ids, asking, at), self._runner.told(plan, event, at)
        cameras = self._runner.cameras(plan, event, scope=asking.scope, now=at)
        order_ids = [recipient.id for force in forces for recipient in force.recipients]

        def make(command_id: str, at: datetime) -> RunPlan:
            return RunPlan(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, event_id=event.event_id,
                plan=plan, forces=forces, told=told, cameras=cameras, account=asking.account.token_id,
            )  # fmt: skip

        return self._commands.ask(
            asking,
            make,
            reason_of=_reason,
            answered_with=lambda command_id: {
                "run_id": command_id,
                "order_ids": self._ordered(command_id) or [order_id_of(command_id, one) for one in order_ids],
                "told": [{"to": to, "text": text} for to, text in told],
                "cameras": list(cameras),
            },
        )

    def list_runs(self) -> Response:
        """`?event_id&scope&as_of`: plans that were run, the newest first, each with its checklist."""
        lang, scope, limit = language(request), scope_asked(), limit_asked()
        event_id = request.args.get("event_id", "")
        with self._instants.asked(facts_alone=True) as (situation, as_of):
            found = [
                running
                for running in situation.plan_runs.values()
                if scope.covers(running.run.code) and event_id in ("", running.run.event_id)
            ]
        found.sort(key=lambda running: running.run.at, reverse=True)
        items: list[object] = [run_item(running, lang) for running in found[:limit]]
        return page_of(as_of, items, total=len(found))

    def tick(self, run_id: str) -> Response:
        """Tick an item of a run's checklist, or take the tick away."""
        asking = require(*_OFFICERS)
        wanted = parsed(TickRequest)
        return self._commands.ask(
            asking,
            lambda command_id, at: TickChecklist(
                command_id=command_id, by=asking.name, scope=asking.scope.code, at=at, run_id=run_id,
                item_id=wanted.item, done=wanted.done, note=wanted.note.strip(),
            ),
            reason_of=_reason,
        )  # fmt: skip

    def _ordered(self, run_id: str) -> list[str]:
        """What a run ordered, where a repeated request finds it done already."""
        with self._instants.fold.lock:
            running = self._instants.fold.situation.plan_runs.get(run_id)
        return list(running.run.order_ids) if running else []

    def _forces(
        self, plan: Plan, event: Event, ids: list[str], asking: Principal, now: datetime
    ) -> tuple[Assigned, ...]:
        if not ids:
            return self._runner.assigned(plan, event, scope=asking.scope, now=now)
        chosen = self._runner.chosen(plan, event, ids, now)
        if chosen.unknown:
            told = texts(language(request))["evacuation_rule.recipient_unknown"]
            raise ProblemError(
                409, told, rule="recipient_unknown", recipients=[clean(unknown) for unknown in chosen.unknown]
            )
        return chosen.forces

    def _plan(self, plan_id: str) -> Plan:
        plan = self._plans.now().plans.get(plan_id)
        if plan is None:
            raise ProblemError(404, f"there is no plan {clean(plan_id[:100])}", rule="unknown_plan")
        return plan

    def _event(self, event_id: str, *, must: bool = False) -> Event | None:
        """The event asked about, None if none is. Raises ProblemError 404 for one that this account does not see."""
        if not event_id and not must:
            return None
        with self._instants.fold.lock:
            event = self._instants.fold.situation.events.get(event_id)
        if event is None or not principal().scope.covers(event.report.place.code):
            raise ProblemError(404, f"no event {clean(event_id[:200])} is at work", rule="unknown_event")
        return event


def _reason(refused: CommandRefused) -> str:
    words = texts(language(request))
    return words.find(f"plan_rule.{refused.rule}", words.find(f"rule.{refused.rule}", refused.reason))


def plans_blueprint(plans: Plans) -> Blueprint:
    """`/api/v1/plans…`."""
    blueprint = Blueprint("plans", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/plans", "list", plans.list_all, methods=["GET"])
    blueprint.add_url_rule("/plans/runs", "runs", plans.list_runs, methods=["GET"])
    blueprint.add_url_rule("/plans/runs/<run_id>/checklist", "tick", plans.tick, methods=["POST"])
    blueprint.add_url_rule("/plans/<plan_id>", "get", plans.get, methods=["GET"])
    blueprint.add_url_rule("/plans/<plan_id>/run", "run", plans.run, methods=["POST"])
    return blueprint
