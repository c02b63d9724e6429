"""催办: what reminding of an order by hand leads to. It climbs no rung and moves no limit: it is heard on the phone."""

from datetime import datetime

from cockpit.domain.fact import Fact
from cockpit.domain.order import REMIND_EVERY, Order
from cockpit.domain.order_commands import RemindOrder
from cockpit.domain.order_facts import OrderReminded
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.give_orders import OVER, order_time, order_turn_id
from cockpit.situation.situation import Situation


def remind_order(situation: Situation, command: RemindOrder) -> list[Fact]:
    """The fact of one reminder; none if this command has reminded. Raises ForbiddenError."""
    order = situation.orders.get(command.order_id)
    if order is None or not Scope(command.scope).covers(order.issued.place.code):
        raise ForbiddenError("unknown_order", f"no order {command.order_id} of today is in scope {command.scope}")
    if any(mark.command_id == command.command_id for mark in order.reminders):
        return []
    over = OVER.get(order.state)
    if over is not None:
        raise ForbiddenError(*over)
    again_at = remind_again_at(order)
    if again_at is not None and command.at < again_at:
        raise ForbiddenError("order_reminded_lately", f"somebody was reminded of order {order.order_id} a moment ago")
    return [
        OrderReminded(
            fact_id=order_turn_id(order),
            at=order_time(order, command.at),
            received_at=command.at,
            order_id=order.order_id,
            by=command.by,
            note=command.note,
            command_id=command.command_id,
        )
    ]


def remind_again_at(order: Order) -> datetime | None:
    """From when on the order may be reminded of again; None if it never was."""
    return None if order.reminded_at is None else order.reminded_at + REMIND_EVERY
