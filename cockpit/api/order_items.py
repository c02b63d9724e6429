"""An order as an item of an answer: the whole ladder, what was skipped said so."""

from typing import Any

from cockpit.domain.order import PROGRESS, How, Order, OrderStep, Rung


def order_item(order: Order) -> dict[str, Any]:
    """One order. Times are the server's; `said_at` is the phone's own."""
    issued = order.issued
    return {
        "order_id": order.order_id,
        "command_id": issued.command_id,
        "event_id": issued.event_id,
        "title": issued.title,
        "recipient": {"id": issued.recipient.id, "kind": issued.recipient.kind, "name": issued.recipient.name},
        "task": issued.task,
        "by": issued.by,
        "issued_at": issued.issued_at,
        "accept_within_s": issued.accept_within_s,
        "accept_by": issued.accept_by,
        "state": order.state,
        "rungs": [_issued_rung(order), *_rungs(order)],
        "reminded_at": order.reminded_at,
        "reminders": [{"at": m.at, "by": m.by or None, "note": m.why} for m in order.reminders],
        "substitutes": issued.substitutes or None,
        "substituted_by": order.substituted_by or None,
        "escalated_at": order.escalated_at,
        "escalated_why": order.escalations[0].why if order.escalations else None,
        "ended_at": order.ended_at,
        "plan_id": issued.plan_id or None,
        "place": {
            "lon": issued.place.lon,
            "lat": issued.place.lat,
            "code": issued.place.code,
            "address": issued.place.address,
        },
    }


def _issued_rung(order: Order) -> dict[str, Any]:
    how = How.SYSTEM if order.issued.substitutes else How.PERSON
    return _rung(OrderStep(rung=Rung.ISSUED, at=order.issued.issued_at, how=how, by=order.issued.by))


def _rungs(order: Order) -> list[dict[str, Any]]:
    """What was reached after the issuing, in order; rungs that were skipped on the way up have no time."""
    told: list[dict[str, Any]] = []
    height = 0
    for step in order.ladder:
        if step.rung in PROGRESS:
            rises_to = PROGRESS.index(step.rung)
            told += [_skipped(rung) for rung in PROGRESS[height + 1 : rises_to]]
            height = rises_to
        told.append(_rung(step))
    return told


def _rung(step: OrderStep) -> dict[str, Any]:
    place = step.place
    return {
        "rung": step.rung,
        "at": step.at,
        "skipped": False,
        "how": step.how,
        "by": step.by,
        "note": step.note,
        "said_at": step.said_at,
        "attachments": step.attachments,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
    }


def _skipped(rung: Rung) -> dict[str, Any]:
    return {
        "rung": rung, "at": None, "skipped": True, "how": None, "by": "", "note": "", "said_at": None,
        "attachments": (), "lon": None, "lat": None,
    }  # fmt: skip
