"""送达: brings each subscription its facts in order, a thread each, so that a slow receiver holds up nobody else.

A message is named in the database before its first byte goes out and leaves the outbox when the receiver has said
that it took it. Who dies in between sends the very same message again: at least once, and a receiver knows the
repeat by `webhook-id` and by each `fact_id`. One process holds a subscription at a time.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import structlog

from cockpit.services.outward.filling import Filling
from cockpit.services.outward.posting import Outcome, Poster, Told
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.store.outward import Outward, OutwardFact, Subscription, SubscriptionState
from cockpit.stream.connection import UNAVAILABLE as STREAM_AWAY

log = structlog.get_logger(__name__)

MOST_FACTS = 100
MOST_BYTES = 256 * 1024
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 600.0
#: tries of a message that the receiver itself refuses, before it is set aside
MOST_REFUSALS = 5
#: longer than the slowest try
_HELD_FOR = timedelta(seconds=90)
_REST_S, _AWAY_S, _LOOK_EVERY_S = 0.5, 2.0, 2.0
_END_WITHIN_S = 5.0


def pause_of(tries: int) -> float:
    """Seconds that are waited after so many tries in vain."""
    return float(min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(tries - 1, 20)))


def message_of(subscription_id: str, facts: Sequence[OutwardFact]) -> bytes:
    """The body of a message: always the same for the same facts."""
    items = ",".join(fact.body for fact in facts)
    at = datetime.fromtimestamp(facts[-1].stream_ms / 1000, UTC).isoformat()
    return (
        f'{{"type":"cockpit.facts","timestamp":"{at}","data":{{"subscription":"{subscription_id}","facts":[{items}]}}}}'
    ).encode()


class Courier:
    """Delivers for one process, `holder`. `most_tries` in vain stop a subscription."""

    def __init__(
        self,
        table: Outward,
        filling: Filling,
        poster: Poster,
        *,
        holder: str,
        most_tries: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._table, self._filling, self._poster = table, filling, poster
        self._holder, self._most_tries, self._clock = holder, most_tries, clock
        self._most: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop`; subscriptions that come get a thread, those that go end theirs."""
        threads: dict[str, threading.Thread] = {}
        while not stop.is_set():
            try:
                wanted = [s.id for s in self._table.list()]
            except DATABASE_AWAY:
                wanted = []  # who has a thread waits there
            for subscription_id in wanted:
                if subscription_id not in threads or not threads[subscription_id].is_alive():
                    thread = threading.Thread(
                        target=self._serve, args=(subscription_id, stop), name="outward", daemon=True
                    )
                    threads[subscription_id] = thread
                    thread.start()
            stop.wait(_LOOK_EVERY_S)
        for thread in threads.values():
            # what is under way may still end well; what does not goes out again when we are back
            thread.join(_END_WITHIN_S)

    def _serve(self, subscription_id: str, stop: threading.Event) -> None:
        told, held_until = False, self._clock() - _HELD_FOR
        while not stop.is_set():
            try:
                now = self._clock()
                if held_until - now < _HELD_FOR / 2:
                    until = now + _HELD_FOR
                    if not self._table.hold(subscription_id, self._holder, now=now, until=until):
                        if self._table.find(subscription_id) is None:
                            return
                        stop.wait(_AWAY_S)
                        continue
                    held_until = until
                subscription = self._table.find(subscription_id)
                if subscription is None:
                    return
                filled, sent = self._filling.fill(subscription), self.deliver(subscription)
                told = False
                if not (filled or sent):
                    stop.wait(_REST_S)
            except (*DATABASE_AWAY, *STREAM_AWAY) as away:
                if not told:
                    log.warning("outward waits for a store", subscription=subscription_id, error=type(away).__name__)
                    told = True
                stop.wait(_AWAY_S)

    def deliver(self, subscription: Subscription) -> bool:
        """Send the next message of a subscription if it is due; False if nothing was sent."""
        now = self._clock()
        if subscription.state is SubscriptionState.STOPPED or subscription.due_at > now:
            return False
        most = self._most.get(subscription.id, MOST_FACTS)

        def name(first: OutwardFact) -> str:
            told = f"{subscription.id}:{first.stream_ms}-{first.stream_n}:{now.isoformat()}"
            return f"msg_{blake2b(told.encode(), digest_size=16).hexdigest()}"

        facts = self._table.next_message(subscription.id, most=most, most_bytes=MOST_BYTES, name=name)
        if not facts:
            return False
        message = facts[0].message
        told = self._poster.post(subscription.url, subscription.secret, message, message_of(subscription.id, facts))
        if told.outcome is Outcome.TAKEN:
            self._table.acknowledged(subscription.id, message, self._clock())
            self._most[subscription.id] = min(MOST_FACTS, most * 2)
            if subscription.tries:
                log.info("a receiver takes facts again", subscription=subscription.id, tries=subscription.tries)
        else:
            self._settle(subscription, message, len(facts), told)
        return True

    def _settle(self, subscription: Subscription, message: str, count: int, told: Told) -> None:
        tries, now = subscription.tries + 1, self._clock()
        stop = told.outcome is Outcome.GONE or (told.outcome is Outcome.AWAY and tries >= self._most_tries)
        pause = timedelta(seconds=max(pause_of(tries), told.after_s))
        self._table.failed(subscription.id, now=now, due_at=now + pause, error=told.why, stop=stop)
        if stop:
            log.error("a subscription is stopped", subscription=subscription.id, tries=tries, why=told.why)
        elif told.outcome is Outcome.REFUSED and count > 1:
            self._most[subscription.id] = max(1, count // 2)
            self._table.take_apart(subscription.id, message)
        elif told.outcome is Outcome.REFUSED and tries >= MOST_REFUSALS:
            log.error("a fact is refused by its receiver", subscription=subscription.id, message=message, why=told.why)
            self._table.set_aside(subscription.id, message)
        elif subscription.tries == 0:
            log.warning("a receiver takes no facts", subscription=subscription.id, why=told.why)
