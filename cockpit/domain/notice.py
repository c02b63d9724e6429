"""通知: what people outside the cockpit are told of: which facts, in which catalogue's words, and to whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cockpit.domain.fact import Fact
from cockpit.domain.facts import ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.order import RecipientKind
from cockpit.domain.order_facts import OrderEscalated, OrderIssued


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing to tell. `kind` names its texts `notice.{kind}.title` and `.body`, `values` fill them."""

    kind: str
    #: where it happened: channels have scopes
    code: str
    event_id: str = ""
    #: the unit it is for; empty for the centre itself
    unit: str = ""
    values: dict[str, str] = field(default_factory=dict)


def notice_of(fact: Fact) -> Notice | None:
    """What is told of a fact; None for most."""
    tell = NOTICE_OF.get(type(fact))
    return tell(fact) if tell else None


def _escalated(fact: OrderEscalated) -> Notice:
    values = {"recipient": fact.recipient_name, "task": fact.task, "title": fact.title, "address": fact.place.address}
    return Notice(kind=f"order_escalated_{fact.why}", code=fact.place.code, event_id=fact.event_id, values=values)


def _mode(fact: ModeChanged) -> Notice:
    kind = "wartime" if fact.mode is Mode.WARTIME else "peacetime"
    return Notice(kind=kind, code=fact.scope, event_id=fact.event_id or "", values={"by": fact.by, "scope": fact.scope})


def _issued(fact: OrderIssued) -> Notice | None:
    """Units have no phone of ours: they are told outside."""
    order = fact.order
    if order.recipient.kind is not RecipientKind.UNIT:
        return None
    values = {"task": order.task, "title": order.title, "by": order.by, "address": order.place.address}
    return Notice(
        kind="order_to_unit", code=order.place.code, event_id=order.event_id, unit=order.recipient.name, values=values
    )


#: one line for each kind of fact that is told outside
NOTICE_OF: dict[type[Fact], Callable[[Any], Notice | None]] = {
    OrderEscalated: _escalated,
    ModeChanged: _mode,
    OrderIssued: _issued,
}
