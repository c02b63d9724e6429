"""`orders`: order somebody to an event, say how far it has come, take it back; and every order with its ladder."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import reduce
from typing import Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cockpit.api.asked import (
    Instants,
    answer,
    choice_of,
    cursor_after,
    cursor_asked,
    flag_of,
    limit_asked,
    page_of,
    scope_asked,
)
from cockpit.api.commands import Commands, parsed
from cockpit.api.identity import Principal, principal, require
from cockpit.api.language import language
from cockpit.api.messages import Id, Number, Text, Time
from cockpit.api.order_items import order_item
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import Texts, texts
from cockpit.domain.commands import Command
from cockpit.domain.event import Place
from cockpit.domain.facts import CommandRefused
from cockpit.domain.order import How, Order, Rung, order_id_of
from cockpit.domain.order_commands import IssueOrders, StepOrder, UndoOrders
from cockpit.services.recipients import RecipientBook
from cockpit.situation.give_orders import Objection, objections
from cockpit.situation.situation import Situation
from cockpit.store.accounts import Role

#: the verbs of `POST orders/{id}/{verb}`
VERBS = {
    "deliver": Rung.DELIVERED,
    "read": Rung.READ,
    "accept": Rung.ACCEPTED,
    "decline": Rung.DECLINED,
    "depart": Rung.DEPARTED,
    "arrive": Rung.ARRIVED,
    "finish": Rung.FINISHED,
    "cancel": Rung.CANCELLED,
}
#: everything of one command goes into the log at once
MOST_RECIPIENTS = 500
_OFFICERS = (Role.DUTY, Role.ADMIN)


class OrdersRequest(BaseModel):
    """Order recipients to an event. All of them, or nobody if a rule forbids one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    event_id: Id
    recipient_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    task: Annotated[
        str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$", strip_whitespace=True)
    ]
    accept_within_s: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] | None = Field(
        default=None, description="how long an answer is waited for; a setting says it without"
    )
    despite: list[Literal["busy", "off_duty"]] = Field(
        default_factory=list, max_length=2, description="what the officer overrides knowingly"
    )


class OrderStepRequest(BaseModel):
    """What may be said beside a rung."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    note: Text = ""
    attachments: Annotated[
        list[Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]], Field(max_length=20)
    ] = Field(default_factory=list)
    said_at: Time | None = Field(default=None, description="when the phone says it was; the server's clock counts")
    lon: Annotated[Number, Field(ge=-180, le=180)] | None = None
    lat: Annotated[Number, Field(ge=-90, le=90)] | None = None


class UndoRequest(BaseModel):
    """撤回 of what one command issued, within ten seconds."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    command_id: Id


class Orders:
    """Turns requests into commands; what a rule forbids is 409 with the rule and, for recipients, each of them."""

    def __init__(
        self, instants: Instants, commands: Commands, *, recipients: RecipientBook, accept_within_s: float
    ) -> None:
        self._instants, self._commands = instants, commands
        self._recipients, self._accept_within_s = recipients, accept_within_s

    def post(self) -> Response:
        """下达."""
        asking = require(*_OFFICERS)
        wanted = parsed(OrdersRequest)
        self._know_event(wanted.event_id, asking)
        ids = list(dict.fromkeys(wanted.recipient_ids))

        def make(command_id: str, at: datetime) -> IssueOrders:
            looked_up = self._recipients.look_up(ids, at)
            return IssueOrders(
                command_id=command_id,
                by=asking.name,
                scope=asking.scope.code,
                at=at,
                event_id=wanted.event_id,
                recipients=looked_up.recipients,
                task=wanted.task,
                accept_within_s=wanted.accept_within_s or self._accept_within_s,
                account=asking.account.token_id,
                unknown=looked_up.unknown,
                off_duty=looked_up.off_duty,
                despite=tuple(wanted.despite),
            )

        return self._commands.ask(
            asking,
            make,
            reason_of=_reason_of(texts(language(request))),
            refused_with=_objected(texts(language(request))),
            answered_with=lambda command_id: {"order_ids": [order_id_of(command_id, i) for i in ids]},
        )

    def step(self, order_id: str, verb: str) -> Response:
        """Say that an order has reached a rung: a gridworker for own orders, an officer for all of the scope."""
        asking = require(*_OFFICERS, Role.GRIDWORKER)
        rung = VERBS.get(verb)
        if rung is None:
            raise ProblemError(404, f"there is no {clean(verb[:50])} of an order")
        is_officer = asking.role in _OFFICERS
        if rung is Rung.CANCELLED and not is_officer:
            raise ProblemError(403, "who has an order may decline it, not cancel it", roles=list(_OFFICERS))
        subject = _subject(asking)
        said = parsed(OrderStepRequest)
        self._know_order(order_id, asking)

        def make(command_id: str, at: datetime) -> StepOrder:
            return StepOrder(
                command_id=command_id,
                by=asking.name,
                scope=asking.scope.code,
                at=at,
                order_id=order_id,
                rung=rung,
                # the phone tells by itself that the order is there
                how=How.SYSTEM if rung is Rung.DELIVERED else How.PERSON,
                recipient_id=subject,
                note=said.note.strip(),
                attachments=tuple(said.attachments),
                said_at=said.said_at,
                place=None if said.lon is None or said.lat is None else Place(lon=said.lon, lat=said.lat),
            )

        return self._commands.ask(asking, make, reason_of=_reason_of(texts(language(request))))

    def undo(self) -> Response:
        """撤回: cancel what is open of a command's orders, within ten seconds of it."""
        asking = require(*_OFFICERS)
        wanted = parsed(UndoRequest)
        return self._commands.ask(
            asking,
            lambda command_id, at: UndoOrders(
                command_id=command_id,
                by=asking.name,
                scope=asking.scope.code,
                at=at,
                undone_command_id=wanted.command_id,
            ),
            reason_of=_reason_of(texts(language(request))),
            # the orders may still wait for a dispatcher; it decides in the order in which it was asked
            decided_later={"unknown_order"},
        )

    def list_orders(self) -> Response:
        """Orders that are open or ended today (then, with `as_of`), the newest first. A gridworker sees own ones."""
        asking, limit, cursor = principal(), limit_asked(), cursor_asked()
        wanted = self._filter(asking)
        with self._instants.asked(facts_alone=True) as (situation, now):
            found = [order for order in situation.orders.values() if wanted(order)]
        keyed = sorted(((-o.issued.issued_at.timestamp(), o.order_id), o) for o in found)
        rest = [(key, order) for key, order in keyed if cursor is None or key > cursor]
        after = cursor_after(*rest[limit - 1][0]) if len(rest) > limit else None
        items: list[object] = [order_item(order) for _, order in rest[:limit]]
        return page_of(now, items, total=len(found), after=after)

    def get(self, order_id: str) -> Response:
        """One order."""
        asking = principal()
        with self._instants.asked(facts_alone=True) as (situation, now):
            order = situation.orders.get(order_id)
        if order is None or not _sees(asking, order):
            raise ProblemError(404, f"no order {clean(order_id[:100])} is known", rule="unknown_order")
        return answer({"as_of": now, **order_item(order)})

    def outcome(self, command_id: str) -> Response:
        """What became of a command: an officer who was acknowledged and sees nothing come asks here.

        `refused` and why, `granted` where it issued orders, `unknown` where it still waits, had nothing to do, or was
        about something else.
        """
        require(*_OFFICERS)
        words = texts(language(request))
        with self._instants.fold.lock:
            situation, now = self._instants.fold.situation, self._instants.clock()
            refusal = situation.refusals.get(command_id)
            issued = [o.order_id for o in situation.orders.values() if o.issued.command_id == command_id]
        told: dict[str, object] = {"as_of": now, "command_id": command_id, "state": "unknown", "order_ids": issued}
        if refusal is not None:
            text = words.find(f"rule.{refusal.rule}", refusal.reason)
            told |= {"state": "refused", "rule": refusal.rule, "detail": refusal.reason if "{" in text else text}
        elif issued:
            told["state"] = "granted"
        return answer(told)

    def _filter(self, asking: Principal) -> Callable[[Order], bool]:
        scope, state, is_open = scope_asked(), choice_of("state", Rung), flag_of("open")
        event_id, recipient_id = request.args.get("event_id", ""), request.args.get("recipient_id", "")
        subject = _subject(asking)

        def wanted(order: Order) -> bool:
            issued = order.issued
            if subject and issued.recipient.id != subject:
                return False
            if not subject and not scope.covers(issued.place.code):
                return False
            if event_id and issued.event_id != event_id:
                return False
            if recipient_id and issued.recipient.id != recipient_id:
                return False
            return (state is None or order.state is state) and (is_open is None or order.is_open is is_open)

        return wanted

    def _know_event(self, event_id: str, asking: Principal) -> None:
        with self._instants.fold.lock:
            event = self._instants.fold.situation.events.get(event_id)
            known = event is not None and asking.scope.covers(event.report.place.code)
        if not known:
            raise ProblemError(404, f"no event {clean(event_id[:200])} is at work", rule="unknown_event")

    def _know_order(self, order_id: str, asking: Principal) -> None:
        with self._instants.fold.lock:
            order = self._instants.fold.situation.orders.get(order_id)
        if order is None or not _sees(asking, order):
            raise ProblemError(404, f"no order {clean(order_id[:100])} is known", rule="unknown_order")


def _subject(asking: Principal) -> str:
    """Whom a gridworker's account stands for; empty for everybody else. Raises ProblemError 403."""
    if asking.role is not Role.GRIDWORKER:
        return ""
    if not asking.account.subject:
        raise ProblemError(403, "this account stands for nobody: its token was made without a subject")
    return asking.account.subject


def _sees(asking: Principal, order: Order) -> bool:
    subject = _subject(asking)
    return order.issued.recipient.id == subject if subject else asking.scope.covers(order.issued.place.code)


def _reason_of(words: Texts) -> Callable[[CommandRefused], str]:
    return lambda refused: words.find(f"rule.{refused.rule}", refused.reason)


def _objected(words: Texts) -> Callable[[Situation, Command, CommandRefused], Mapping[str, object]]:
    """Every recipient that a rule speaks against, and the sentence with their names."""

    def about(situation: Situation, command: Command, refused: CommandRefused) -> Mapping[str, object]:
        found = objections(situation, command) if isinstance(command, IssueOrders) else []
        if not found or refused.rule != found[0].rule:
            return {}
        named = (o.recipient.name for o in found if o.rule == refused.rule)
        names = reduce(lambda one, other: words.format("orders.and", one=one, other=other), named)
        return {
            "detail": words.format(f"rule.{refused.rule}", names=names),
            "recipients": [_objection_item(objection, situation) for objection in found],
        }

    return about


def _objection_item(objection: Objection, situation: Situation) -> dict[str, object]:
    order = situation.orders.get(objection.order_id)
    return {
        "id": objection.recipient.id,
        "name": objection.recipient.name,
        "rule": objection.rule,
        "order_id": objection.order_id or None,
        "event_id": order.issued.event_id if order else None,
        "title": order.issued.title if order else None,
        "state": order.state if order else None,
    }


def orders_blueprint(orders: Orders) -> Blueprint:
    """`/api/v1/orders`."""
    blueprint = Blueprint("orders", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/orders", "list", orders.list_orders, methods=["GET"])
    blueprint.add_url_rule("/orders", "post", orders.post, methods=["POST"])
    blueprint.add_url_rule("/orders/undo", "undo", orders.undo, methods=["POST"])
    blueprint.add_url_rule("/orders/<order_id>", "get", orders.get, methods=["GET"])
    blueprint.add_url_rule("/orders/<order_id>/<verb>", "step", orders.step, methods=["POST"])
    blueprint.add_url_rule("/commands/<command_id>", "outcome", orders.outcome, methods=["GET"])
    return blueprint
