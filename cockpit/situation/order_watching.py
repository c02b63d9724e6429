"""盯办: the facts that time and positions make of orders. Pure; each is the order's next turn, so that it is once."""

from datetime import datetime
from typing import NamedTuple

from cockpit.domain.event import Place
from cockpit.domain.fact import Fact
from cockpit.domain.geo import distance_m
from cockpit.domain.order import How, Issued, Order, OrderRecipient, RecipientKind, Rung, substitute_id_of
from cockpit.domain.order_facts import OrderEscalated, OrderReminded, OrderStepped, OrderSubstituted
from cockpit.domain.order_ladder import GRACE_S, Due, due_of, why_of
from cockpit.situation.give_orders import order_issued, order_time, order_turn_id
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation

#: who is this near the place has arrived, if the position is this fresh
ARRIVED_WITHIN_M = 50.0
FRESH_S = 60.0
_ON_THE_WAY = frozenset({Rung.ACCEPTED, Rung.DEPARTED})
_MOVING = frozenset({RecipientKind.GRIDWORKER, RecipientKind.VEHICLE})


class DueOrder(NamedTuple):
    """An order and what it is due for."""

    order: Order
    due: Due


def due_orders(situation: Situation, now: datetime, *, grace_s: float = GRACE_S) -> list[DueOrder]:
    """What the watch has to do at `now`, the longest waiting first. Nobody is called for an event that is over."""
    found = [
        DueOrder(order, due)
        for order in situation.orders.watched.values()
        if (due := due_of(order, now, grace_s=grace_s)) is not None and _is_wanted(situation, order)
    ]
    return sorted(found, key=lambda item: (item.order.issued.accept_by, item.order.order_id))


def _is_wanted(situation: Situation, order: Order) -> bool:
    event = situation.events.get(order.issued.event_id)
    return event is not None and event.is_open


def reminded(order: Order, now: datetime) -> OrderReminded:
    """催办."""
    return OrderReminded(
        fact_id=order_turn_id(order), at=order_time(order, now), received_at=now, order_id=order.order_id
    )


def substituted(situation: Situation, order: Order, recipient: OrderRecipient, now: datetime) -> list[Fact]:
    """改派: one does not go any more and another does, both or neither."""
    issued = order.issued
    by_order_id = substitute_id_of(order.order_id)
    instead = Issued(
        order_id=by_order_id,
        command_id=issued.command_id,
        event_id=issued.event_id,
        title=issued.title,
        recipient=recipient,
        task=issued.task,
        by=issued.by,
        account=issued.account,
        issued_at=now,
        accept_within_s=issued.accept_within_s,
        place=issued.place,
        substitutes=order.order_id,
        plan_id=issued.plan_id,
    )
    gone = OrderSubstituted(
        fact_id=order_turn_id(order), at=order_time(order, now), received_at=now, order_id=order.order_id,
        by_order_id=by_order_id, why=why_of(order),
    )  # fmt: skip
    return [gone, order_issued(situation, instead, now)]


def escalated(order: Order, now: datetime, *, why: str) -> OrderEscalated:
    """上报: the ladder has come to its end without an answer."""
    issued = order.issued
    return OrderEscalated(
        fact_id=order_turn_id(order), at=order_time(order, now), received_at=now, order_id=order.order_id,
        event_id=issued.event_id, title=issued.title, recipient_name=issued.recipient.name, task=issued.task, why=why,
        place=issued.place,
    )  # fmt: skip


def arrived(
    situation: Situation, movers: Movers, now: datetime, *, within_m: float = ARRIVED_WITHIN_M, fresh_s: float = FRESH_S
) -> list[OrderStepped]:
    """Who has accepted and is at the place by a fresh position. Hold the lock of both."""
    found = []
    for order in situation.orders.open.values():
        issued = order.issued
        if order.state not in _ON_THE_WAY or issued.place.lon is None or issued.recipient.kind not in _MOVING:
            continue
        row = movers.find_row(issued.recipient.id)
        if row is None:
            continue
        seen = movers.rows[row]
        if not seen["drawn"] or now.timestamp() - int(seen["at_ms"]) / 1000 > fresh_s:
            continue
        lon, lat = float(seen["lon"]), float(seen["lat"])
        if distance_m(issued.place.lon, issued.place.lat, lon, lat) <= within_m:
            found.append(_arrival(order, Place(lon=lon, lat=lat), now))
    return found


def _arrival(order: Order, place: Place, now: datetime) -> OrderStepped:
    return OrderStepped(
        fact_id=order_turn_id(order), at=order_time(order, now), received_at=now, order_id=order.order_id,
        rung=Rung.ARRIVED, how=How.POSITION, by=order.issued.recipient.name, place=place,
    )  # fmt: skip


def asked_before(situation: Situation, order: Order) -> set[str]:
    """Who is not asked to stand in: whoever has an open order, or was asked for this very event and did not go."""
    same = (o for o in situation.orders.values() if o.issued.event_id == order.issued.event_id)
    refused = {o.issued.recipient.id for o in same if o.state in (Rung.DECLINED, Rung.SUBSTITUTED)}
    return {order.issued.recipient.id, *refused, *situation.orders.busy}
