"""下达: what asking for orders, for a rung or for an undo leads to. All recipients of a command, or nobody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.domain.command import Command
from cockpit.domain.event import Event, Place
from cockpit.domain.fact import Fact
from cockpit.domain.order import (
    PROGRESS,
    REACHED_FROM,
    UNDO_WITHIN,
    How,
    Issued,
    Order,
    OrderRecipient,
    RecipientKind,
    Rung,
    order_id_of,
)
from cockpit.domain.order_commands import IssueOrders, StepOrder, UndoOrders
from cockpit.domain.order_facts import OrderIssued, OrdersGiven, OrderStepped
from cockpit.domain.refusal import ForbiddenError, Refusal
from cockpit.domain.scope import Scope
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Situation

#: clocks of two machines may differ: what is done to an order comes after what is known of it
_AFTER = timedelta(milliseconds=1)
#: what speaks against doing anything more about an order that has ended
OVER = {
    Rung.FINISHED: Refusal("order_is_finished", "the order is finished"),
    Rung.DECLINED: Refusal("order_is_declined", "the order was declined"),
    Rung.CANCELLED: Refusal("order_is_cancelled", "the order was cancelled"),
    Rung.SUBSTITUTED: Refusal("order_is_substituted", "somebody else was ordered instead"),
}
#: the gravest first
_AGAINST = (
    Refusal("recipient_unknown", "nobody here knows"),
    Refusal("recipient_out_of_scope", "these belong to another scope"),
    Refusal("recipient_off_duty", "these are not on duty"),
    Refusal("recipient_busy", "these have an open order"),
)
_GRAVITY = [refusal.rule for refusal in _AGAINST]


class Objection(NamedTuple):
    """A rule that speaks against ordering one recipient, and the open order that makes this one busy."""

    rule: str
    recipient: OrderRecipient
    order_id: str = ""


def objections(situation: Situation, command: IssueOrders) -> list[Objection]:
    """Everything that forbids the command as far as its recipients go, the gravest rule first."""
    scope, found = Scope(command.scope), []
    for recipient in command.recipients:
        if recipient.id in command.unknown:
            found.append(Objection("recipient_unknown", recipient))
        elif not scope.covers(recipient.code):
            found.append(Objection("recipient_out_of_scope", recipient))
        else:
            if recipient.id in command.off_duty and "off_duty" not in command.despite:
                found.append(Objection("recipient_off_duty", recipient))
            busy_with = _busy_with(situation, recipient, command.event_id)
            if busy_with and "busy" not in command.despite:
                found.append(Objection("recipient_busy", recipient, busy_with[-1].order_id))
    return sorted(found, key=lambda objection: _GRAVITY.index(objection.rule))


def _busy_with(situation: Situation, recipient: OrderRecipient, event_id: str) -> list[Order]:
    """What keeps somebody busy: a person with any order, a unit only with one for the same event."""
    held = situation.orders.open_of(recipient.id)
    return [o for o in held if o.issued.event_id == event_id] if recipient.kind is RecipientKind.UNIT else held


def issue_orders(situation: Situation, command: IssueOrders) -> list[Fact]:
    """One fact that ends the command and one for each order; none if it was decided. Raises ForbiddenError."""
    recipients = list({recipient.id: recipient for recipient in command.recipients}.values())
    order_ids = tuple(order_id_of(command.command_id, recipient.id) for recipient in recipients)
    if any(order_id in situation.orders for order_id in order_ids):
        return []
    event = open_event_of(situation, command, command.event_id)
    against = objections(situation, command)
    if against:
        rule, reason = _AGAINST[_GRAVITY.index(against[0].rule)]
        raise ForbiddenError(rule, f"{reason}: {', '.join(o.recipient.id for o in against if o.rule == rule)}")
    given = OrdersGiven(
        fact_id=outcome_id(command), at=command.at, received_at=command.at, event_id=event.event_id,
        command_id=command.command_id, order_ids=order_ids, by=command.by,
    )  # fmt: skip
    issued = orders_issued(
        situation, command, event, recipients, task=command.task, accept_within_s=command.accept_within_s,
        account=command.account, place=command.place, plan_id=command.plan_id,
    )  # fmt: skip
    return [given, *issued]


def orders_issued(
    situation: Situation,
    command: Command,
    event: Event,
    recipients: Sequence[OrderRecipient],
    *,
    task: str,
    accept_within_s: float,
    account: str = "",
    place: Place | None = None,
    plan_id: str = "",
) -> list[OrderIssued]:
    """The facts of orders to different recipients, whatever command asks for them; nothing is checked here."""
    return [
        order_issued(
            situation,
            Issued(
                order_id=order_id_of(command.command_id, recipient.id),
                command_id=command.command_id,
                event_id=event.event_id,
                title=event.report.title,
                recipient=recipient,
                task=task,
                by=command.by,
                account=account,
                issued_at=command.at,
                accept_within_s=accept_within_s,
                place=place or event.report.place,
                plan_id=plan_id,
            ),
            command.at,
        )
        for recipient in recipients
    ]


def order_issued(situation: Situation, issued: Issued, at: datetime) -> OrderIssued:
    """The fact of one order. Its id is the recipient's next turn, so that nobody is ordered twice unawares."""
    recipient_id = issued.recipient.id
    fact_id = f"ordered:{recipient_id}:{situation.orders.turn_of(recipient_id)}"
    return OrderIssued(fact_id=fact_id, at=at, received_at=at, order=issued)


def open_event_of(situation: Situation, command: Command, event_id: str) -> Event:
    """The event that orders are for. Raises ForbiddenError."""
    event = situation.events.get(event_id)
    if event is None or not Scope(command.scope).covers(event.report.place.code):
        raise ForbiddenError("unknown_event", f"no event {event_id} is at work in scope {command.scope}")
    if not event.is_open:
        raise ForbiddenError("event_is_finished", f"event {event_id} is {event.stage.value}")
    return event


def step_order(situation: Situation, command: StepOrder) -> list[Fact]:
    """The fact of a rung; none where the order is there already or further up. Raises ForbiddenError."""
    order = situation.orders.get(command.order_id)
    if order is None or not _concerns(order, command):
        raise ForbiddenError("unknown_order", f"no order {command.order_id} of today is in scope {command.scope}")
    if order.state is command.rung or _is_below(command.rung, order.state):
        return []
    over = OVER.get(order.state)
    if over is not None:
        raise ForbiddenError(*over)
    if order.state not in REACHED_FROM[command.rung]:
        raise ForbiddenError("too_late_to_decline", "who has arrived cannot decline any more")
    return [_stepped(order, command, command.rung, command.how)]


def undo_orders(situation: Situation, command: UndoOrders) -> list[Fact]:
    """Cancel what is open of a command's orders, within ten seconds of it. Raises ForbiddenError."""
    scope = Scope(command.scope)
    orders = [
        order
        for order in situation.orders.values()
        if order.issued.command_id == command.undone_command_id and scope.covers(order.issued.place.code)
    ]
    if not orders:
        raise ForbiddenError("unknown_order", f"command {command.undone_command_id} issued nothing here")
    still_open = [order for order in orders if order.is_open]
    if still_open and command.at - min(o.issued.issued_at for o in orders) > UNDO_WITHIN:
        raise ForbiddenError("undo_is_over", "orders can be undone for ten seconds; cancel them one by one")
    return [_stepped(order, command, Rung.CANCELLED, How.PERSON) for order in still_open]


def order_turn_id(order: Order) -> str:
    """The id of the next thing that happens to an order: who decides by what was before is told to decide again."""
    return f"order:{order.order_id}:{order.turn}"


def order_time(order: Order, at: datetime) -> datetime:
    """When the next thing happens to an order: never before what has happened."""
    return max(at, order.last_at + _AFTER)


def _concerns(order: Order, command: StepOrder) -> bool:
    if command.recipient_id:
        return order.issued.recipient.id == command.recipient_id
    return Scope(command.scope).covers(order.issued.place.code)


def _is_below(rung: Rung, state: Rung) -> bool:
    return rung in PROGRESS and state in PROGRESS and PROGRESS.index(rung) <= PROGRESS.index(state)


def _stepped(order: Order, command: StepOrder | UndoOrders, rung: Rung, how: How) -> OrderStepped:
    said = command if isinstance(command, StepOrder) else None
    return OrderStepped(
        fact_id=order_turn_id(order),
        at=order_time(order, command.at),
        received_at=command.at,
        order_id=order.order_id,
        rung=rung,
        how=how,
        by=command.by,
        note=said.note if said else "",
        attachments=said.attachments if said else (),
        said_at=said.said_at if said else None,
        place=said.place if said else None,
        command_id=command.command_id,
    )
