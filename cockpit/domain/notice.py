"""通知: what people outside the cockpit are told of: which facts, in which catalogue's words, and to whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cockpit.domain.fact import Fact
from cockpit.domain.facts import FeedLost, FeedRecovered, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.order import RecipientKind
from cockpit.domain.order_facts import OrderEscalated, OrderIssued
from cockpit.domain.plan_facts import PlanRun


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
    #: what fills them in English, where it differs
    values_en: dict[str, str] = field(default_factory=dict)


def notices_of(fact: Fact) -> list[Notice]:
    """What is told of a fact; nothing of most."""
    tell = NOTICES_OF.get(type(fact))
    return tell(fact) if tell else []


def _escalated(fact: OrderEscalated) -> list[Notice]:
    values = {"recipient": fact.recipient_name, "task": fact.task, "title": fact.title, "address": fact.place.address}
    return [Notice(kind=f"order_escalated_{fact.why}", code=fact.place.code, event_id=fact.event_id, values=values)]


def _mode(fact: ModeChanged) -> list[Notice]:
    kind, values = "wartime" if fact.mode is Mode.WARTIME else "peacetime", {"by": fact.by}
    return [Notice(kind=kind, code=fact.scope, event_id=fact.event_id or "", values=values)]


def _issued(fact: OrderIssued) -> list[Notice]:
    """Units have no phone of ours: they are told outside."""
    order = fact.order
    if order.recipient.kind is not RecipientKind.UNIT:
        return []
    values = {"task": order.task, "title": order.title, "by": order.by, "address": order.place.address}
    unit, code = order.recipient.name, order.place.code
    return [Notice(kind="order_to_unit", code=code, event_id=order.event_id, unit=unit, values=values)]


def _plan_run(fact: PlanRun) -> list[Notice]:
    """Everybody whom the plan names is told the plan's words."""
    return [
        Notice(
            kind="plan_message", code=fact.code, event_id=fact.event_id, unit=told.to,
            values={"title": fact.title.zh, "text": told.text},
        )
        for told in fact.told
    ]  # fmt: skip


def _feed(fact: FeedLost | FeedRecovered) -> list[Notice]:
    kind = "feed_lost" if isinstance(fact, FeedLost) else "feed_back"
    values = {"name": fact.title_zh or fact.feed, "feed": fact.feed}
    return [Notice(kind=kind, code=fact.code, values=values, values_en={"name": fact.title_en or fact.feed})]


#: one line for each kind of fact that is told outside
NOTICES_OF: dict[type[Fact], Callable[[Any], list[Notice]]] = {
    OrderEscalated: _escalated,
    ModeChanged: _mode,
    OrderIssued: _issued,
    PlanRun: _plan_run,
    FeedLost: _feed,
    FeedRecovered: _feed,
}
