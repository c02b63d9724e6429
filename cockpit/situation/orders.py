"""调度单的折叠: what facts about orders change in the situation, and an order as a browser holds it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from cockpit.domain.fact import Fact
from cockpit.domain.order import How, Order, OrderMark, OrderStep, Rung
from cockpit.domain.order_facts import (
    OrderEscalated,
    OrderIssued,
    OrderReminded,
    OrdersGiven,
    OrderStepped,
    OrderSubstituted,
)
from cockpit.situation.situation import Changed, Situation


def _given(_situation: Situation, _fact: OrdersGiven) -> Iterable[Changed]:
    """It ends its command; each order has a fact of its own."""
    return ()


def _issued(situation: Situation, fact: OrderIssued) -> Iterable[Changed]:
    order, book = fact.order, situation.orders
    if order.order_id in book:
        return
    book.put(Order(issued=order))
    book.turns[order.recipient.id] = book.turn_of(order.recipient.id) + 1
    yield Changed("order", order.order_id)


def _stepped(situation: Situation, fact: OrderStepped) -> Iterable[Changed]:
    step = OrderStep(
        rung=fact.rung, at=fact.at, how=fact.how, by=fact.by, note=fact.note, attachments=fact.attachments,
        said_at=fact.said_at, place=fact.place, fact_id=fact.fact_id,
    )  # fmt: skip
    return _changed(situation, fact.order_id, lambda order: order.with_step(step))


def _reminded(situation: Situation, fact: OrderReminded) -> Iterable[Changed]:
    mark = OrderMark(at=fact.at, why=fact.note, fact_id=fact.fact_id, by=fact.by, command_id=fact.command_id)
    return _changed(situation, fact.order_id, lambda order: order.with_reminder(mark))


def _substituted(situation: Situation, fact: OrderSubstituted) -> Iterable[Changed]:
    step = OrderStep(
        rung=Rung.SUBSTITUTED, at=fact.at, how=How.SYSTEM, note=fact.why, other_id=fact.by_order_id,
        fact_id=fact.fact_id,
    )  # fmt: skip
    return _changed(situation, fact.order_id, lambda order: order.with_step(step))


def _escalated(situation: Situation, fact: OrderEscalated) -> Iterable[Changed]:
    mark = OrderMark(at=fact.at, why=fact.why, fact_id=fact.fact_id)
    return _changed(situation, fact.order_id, lambda order: order.with_escalation(mark))


def _changed(situation: Situation, order_id: str, change: Callable[[Order], Order]) -> Iterable[Changed]:
    """An order that has left the fold is over: what is told about it later is in the journal alone."""
    order = situation.orders.get(order_id)
    if order is None:
        return
    new = change(order)
    if new is not order:
        situation.orders.put(new)
        yield Changed("order", order_id)


def drop_ended_orders(situation: Situation, start: datetime) -> Iterable[Changed]:
    """What ended before `start`, a local midnight, leaves the fold."""
    for order in [o for o in situation.orders.values() if o.ended_at is not None and o.ended_at < start]:
        situation.orders.drop(order.order_id)
        yield Changed("order", order.order_id)


EVOLVE_ORDERS: dict[type[Fact], Callable[[Situation, Any], Iterable[Changed]]] = {
    OrdersGiven: _given,
    OrderIssued: _issued,
    OrderStepped: _stepped,
    OrderReminded: _reminded,
    OrderSubstituted: _substituted,
    OrderEscalated: _escalated,
}


def order_row(order: Order) -> list[Any]:
    """`[event_id, recipient_id, recipient_kind, recipient_name, task, state, issued_ms, accept_by_ms, {rung: ms},
    reminded_ms, substitutes, substituted_by, escalated_ms, lon, lat, by, command_id, reminders]`; null where there is
    none. `reminded_ms` is the newest of as many `reminders`.

    New columns come at the end: a browser reads rows by place.
    """
    issued = order.issued
    return [
        issued.event_id,
        issued.recipient.id,
        issued.recipient.kind.value,
        issued.recipient.name,
        issued.task,
        order.state.value,
        _millis(issued.issued_at),
        _millis(issued.accept_by),
        {Rung.ISSUED.value: _millis(issued.issued_at), **{s.rung.value: _millis(s.at) for s in order.ladder}},
        _millis(order.reminded_at),
        issued.substitutes or None,
        order.substituted_by or None,
        _millis(order.escalated_at),
        None if issued.place.lon is None else round(issued.place.lon, 6),
        None if issued.place.lat is None else round(issued.place.lat, 6),
        issued.by,
        issued.command_id,
        len(order.reminders),
    ]


def _millis(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
