"""盯办: looks at the orders once a second: reminds, sends somebody else, escalates, and notices who has arrived.

Any number of these may run, and be killed at any moment: what happens to an order is always its next turn, and the log
lets each turn in once. Whoever was too late sees in the fold what the other has done.
"""

import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Protocol

import structlog

from cockpit.domain.fact import Fact
from cockpit.domain.order import Order, OrderRecipient
from cockpit.domain.order_ladder import GRACE_S, Due, why_of
from cockpit.services.projector import Projector
from cockpit.services.watching import watch
from cockpit.situation.order_watching import (
    ARRIVED_WITHIN_M,
    DueOrder,
    arrived,
    asked_before,
    due_orders,
    escalated,
    reminded,
    substituted,
)
from cockpit.stream.facts import FactLog

log = structlog.get_logger(__name__)

_EVERY_S = 0.5


class Substitutes(Protocol):
    """Who could go instead (`services.substitutes`)."""

    def next_best(self, order: Order, exclude: Collection[str], now: datetime) -> OrderRecipient | None:
        """The best candidate for the order's place who is not in `exclude`; None if nobody is left."""


class OrderWatch:
    """One watch. Used by one thread."""

    def __init__(
        self,
        *,
        projector: Projector,
        facts: FactLog,
        substitutes: Substitutes,
        grace_s: float = GRACE_S,
        arrived_within_m: float = ARRIVED_WITHIN_M,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._projector, self._facts, self._substitutes = projector, facts, substitutes
        self._grace_s, self._arrived_within_m, self._clock = grace_s, arrived_within_m, clock

    def run(self, stop: threading.Event) -> None:
        """Look until `stop`; while Redis is away nothing is done and nothing is lost."""
        self._projector.wait_ready(600)
        watch(self.look, stop, name="orders", rest=lambda: stop.wait(_EVERY_S))

    def look(self) -> int:
        """Do what is due; how many orders it was done for by this watch."""
        # what was accepted a moment ago must not be substituted
        if not self._projector.follow_to(self._facts.tail()):
            return 0
        now = self._clock()
        with self._projector.lock:
            situation, movers = self._projector.situation, self._projector.movers
            due = due_orders(situation, now, grace_s=self._grace_s)
            single: list[Fact] = [*arrived(situation, movers, now, within_m=self._arrived_within_m)]
        single += [reminded(order, now) for order, what in due if what is Due.REMIND]
        single += [escalated(order, now, why=why_of(order)) for order, what in due if what is Due.ESCALATE]
        done = sum(self._facts.append(single)) if single else 0
        taken: set[str] = set()
        for item in due:
            if item.due is Due.SUBSTITUTE:
                done += self._substitute(item, taken, now)
        return done

    def _substitute(self, item: DueOrder, taken: set[str], now: datetime) -> bool:
        order = item.order
        with self._projector.lock:
            exclude = asked_before(self._projector.situation, order) | taken
        recipient = self._substitutes.next_best(order, exclude, now)
        if recipient is None:
            return self._append([escalated(order, now, why="nobody_left")], order, "nobody is left")
        with self._projector.lock:
            facts = substituted(self._projector.situation, order, recipient, now)
        taken.add(recipient.id)
        return self._append(facts, order, recipient.id)

    def _append(self, facts: list[Fact], order: Order, to: str) -> bool:
        """All or nothing: whatever happened meanwhile to the order or to its substitute is looked at next time."""
        done = all(self._facts.append_together(facts))
        if done:
            log.info("order filled", order_id=order.order_id, recipient=order.issued.recipient.id, to=to)
        return done
