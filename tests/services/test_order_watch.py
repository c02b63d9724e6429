"""盯办: every silent order is reminded of once, filled once and escalated once, however many watch and whoever dies."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from cockpit.domain.facts import Fact
from cockpit.domain.fix import Fix
from cockpit.domain.order import Order, OrderRecipient, Rung, substitute_id_of
from cockpit.domain.order_facts import OrderEscalated, OrderIssued, OrderReminded, OrderStepped, OrderSubstituted
from cockpit.domain.stage import Stage
from cockpit.services.order_watch import OrderWatch
from cockpit.services.projector import Projector
from cockpit.stream.connection import connect
from cockpit.stream.embedded import EmbeddedServer
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.fix_batch import FixBatch
from cockpit.stream.keys import Keys
from cockpit.stream.lane import millis_of
from cockpit.stream.positions import RedisPositionLane
from tests.services.test_dispatchers import Nothing
from tests.services.test_projector import CITY, RULES
from tests.stories import NOON, entered, minutes, ordered, reported, stepped, worker

ORDERS = 30
#: limit, pause and a moment
LATE = timedelta(seconds=121)
LATER = LATE + timedelta(seconds=61)


class NextOfMany:
    """The next of a row of people who are not excluded, as 附近 would name them."""

    def __init__(self, people: int = 500) -> None:
        self._people = [worker(n) for n in range(100, 100 + people)]

    def next_best(self, order: Order, exclude: Collection[str], now: datetime) -> OrderRecipient | None:  # noqa: ARG002 - the seam
        return next((who for who in self._people if who.id not in exclude), None)


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class _Interrupted(RedisFactLog):
    """The real log, and a moment before an entry in which something else may happen."""

    def __init__(self, client: Redis, keys: Keys, before_append: Callable[[], None]) -> None:
        super().__init__(client, keys)
        self._before_append = before_append

    def append_together(self, facts: Sequence[Fact]) -> list[bool]:
        self._before_append()
        return super().append_together(facts)


@contextmanager
def watching(
    url: str, keys: Keys, clock: Clock, *, people: int = 500, before_append: Callable[[], None] = lambda: None
) -> Iterator[OrderWatch]:
    """One watch as its process joins it, with a connection and a fold of its own."""
    client = connect(url)
    facts = _Interrupted(client, keys, before_append)
    projector = Projector(
        city=CITY, rules=RULES, facts=facts, positions=RedisPositionLane(client, keys), checkpoints=Nothing(),
        journal=Nothing(), clock=clock,
    )  # fmt: skip
    projector.start()
    assert projector.wait_ready(20)
    try:
        yield OrderWatch(projector=projector, facts=facts, substitutes=NextOfMany(people), clock=clock)
    finally:
        projector.stop()
        client.close()


def told(facts: RedisFactLog) -> list[Fact]:
    return [entry.fact for entry in facts.read("0", count=10_000, block_ms=0) if entry.fact is not None]


def of_kind(facts: RedisFactLog, kind: type[Fact]) -> Counter[str]:
    """How often each order has a fact of this kind."""
    return Counter(f.order_id for f in told(facts) if isinstance(f, kind))  # type: ignore[attr-defined]  # all have one


@pytest.fixture
def facts(redis_client: Redis, keys: Keys) -> RedisFactLog:
    log = RedisFactLog(redis_client, keys)
    log.append([reported(1), *(ordered(n) for n in range(1, ORDERS + 1))])
    return log


def test_a_silent_order_is_reminded_filled_and_at_last_escalated(
    facts: RedisFactLog, keys: Keys, valkey_url: str
) -> None:
    clock = Clock()
    with watching(valkey_url, keys, clock) as watch:
        clock.now = NOON + timedelta(seconds=120)
        assert watch.look() == 0
        clock.now = NOON + LATE
        assert (watch.look(), watch.look()) == (ORDERS, 0)
        clock.now += timedelta(seconds=60)
        assert watch.look() == 0
        clock.now += timedelta(seconds=1)
        assert (watch.look(), watch.look()) == (ORDERS, 0)
        # the substitutes are silent as well
        clock.now += LATE
        assert watch.look() == ORDERS
        clock.now += timedelta(seconds=61)
        assert (watch.look(), watch.look()) == (ORDERS, 0)
        clock.now += timedelta(days=1)
        assert watch.look() == 0
    first = {f"o{n}" for n in range(1, ORDERS + 1)}
    second = {substitute_id_of(order_id) for order_id in first}
    assert of_kind(facts, OrderReminded) == Counter(first | second)
    assert of_kind(facts, OrderSubstituted) == Counter(first)
    assert of_kind(facts, OrderEscalated) == Counter(second)
    issued = [f.order for f in told(facts) if isinstance(f, OrderIssued)]
    assert len({order.recipient.id for order in issued}) == len(issued) == 2 * ORDERS, "nobody stands in twice"


def test_many_watches_at_once_do_everything_once(facts: RedisFactLog, keys: Keys, valkey_url: str) -> None:
    clock, start = Clock(NOON + LATE), threading.Barrier(3)

    def watch_all() -> None:
        with watching(valkey_url, keys, clock) as watch:
            for _ in range(4):
                start.wait(30)
                # whoever lost a race looks again, as every half second
                for _ in range(30):
                    watch.look()
                if start.wait(30) == 0:
                    clock.now += LATER
                start.wait(30)

    threads = [threading.Thread(target=watch_all) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    first = {f"o{n}" for n in range(1, ORDERS + 1)}
    second = {substitute_id_of(order_id) for order_id in first}
    assert of_kind(facts, OrderReminded) == Counter(first | second)
    assert of_kind(facts, OrderSubstituted) == Counter(first)
    assert of_kind(facts, OrderEscalated) == Counter(second)
    recipients = Counter(f.order.recipient.id for f in told(facts) if isinstance(f, OrderIssued))
    assert len(recipients) == 2 * ORDERS
    assert set(recipients.values()) == {1}


def test_who_accepts_while_the_watch_decides_is_not_substituted(
    facts: RedisFactLog, keys: Keys, valkey_url: str
) -> None:
    clock, accepted = Clock(NOON + LATE), [False]

    def meanwhile() -> None:
        if not accepted[0]:
            accepted[0] = True
            at = clock.now
            # the order's next turn, as a dispatcher decides it
            facts.append([stepped(1, Rung.ACCEPTED, at, fact_id="order:o1:1")])

    with watching(valkey_url, keys, clock, before_append=meanwhile) as watch:
        watch.look()
        clock.now = NOON + LATER + timedelta(seconds=1)
        watch.look()
        watch.look()
    assert "o1" not in of_kind(facts, OrderSubstituted)
    assert len(of_kind(facts, OrderSubstituted)) == ORDERS - 1


def test_who_declines_is_filled_at_once_and_a_place_without_anybody_left_is_an_officers(
    facts: RedisFactLog, keys: Keys, valkey_url: str
) -> None:
    facts.append([stepped(1, Rung.DECLINED, NOON + minutes(1)), stepped(2, Rung.DECLINED, NOON + minutes(1))])
    clock = Clock(NOON + minutes(1))
    with watching(valkey_url, keys, clock, people=1) as watch:
        assert watch.look() == 2
    assert of_kind(facts, OrderSubstituted) == Counter(["o1"])
    [escalated] = [f for f in told(facts) if isinstance(f, OrderEscalated)]
    assert (escalated.order_id, escalated.why) == ("o2", "nobody_left")


def test_nobody_is_called_for_an_event_that_is_over(facts: RedisFactLog, keys: Keys, valkey_url: str) -> None:
    facts.append([entered(1, Stage.CLOSED, NOON + minutes(1))])
    with watching(valkey_url, keys, Clock(NOON + minutes(60))) as watch:
        assert watch.look() == 0


def test_who_has_accepted_and_stands_at_the_place_has_arrived(
    facts: RedisFactLog, redis_client: Redis, keys: Keys, valkey_url: str
) -> None:
    facts.append([stepped(n, Rung.ACCEPTED, NOON + minutes(1)) for n in (1, 2, 3)])
    at = NOON + minutes(5)
    lane = RedisPositionLane(redis_client, keys)
    old = at - minutes(2)
    lane.append(_fixes([("w1", 120.0, 30.3, at), ("w2", 120.01, 30.3, at), ("w3", 120.0, 30.3, old)]))
    lane.append(_fixes([("w4", 120.0, 30.3, at)]))
    clock = Clock(at)
    with watching(valkey_url, keys, clock) as watch:
        _until_moved(watch, 4)
        watch.look()
    arrivals = [f for f in told(facts) if isinstance(f, OrderStepped) and f.rung is Rung.ARRIVED]
    assert [(f.order_id, f.how.value) for f in arrivals] == [("o1", "position")], (
        "not who is a kilometre away, whose position is two minutes old, or who has not accepted"
    )


def test_redis_restarted_in_the_middle_of_the_ladder_loses_and_doubles_nothing(tmp_path: Path) -> None:
    server, keys = EmbeddedServer(tmp_path / "mortal"), Keys("mortal")
    url = server.start()
    try:
        client = connect(url)
        log = RedisFactLog(client, keys)
        log.append([reported(1), *(ordered(n) for n in range(1, ORDERS + 1))])
        clock = Clock(NOON + LATE)
        with watching(url, keys, clock) as watch:
            assert watch.look() == ORDERS
        client.close()
        server.stop()
        url = server.start()
        clock.now = NOON + LATER
        with watching(url, keys, clock) as watch:
            clock.now += timedelta(seconds=1)
            assert watch.look() == ORDERS
        client = connect(url)
        log = RedisFactLog(client, keys)
        assert set(of_kind(log, OrderReminded).values()) == set(of_kind(log, OrderSubstituted).values()) == {1}
        assert len(of_kind(log, OrderSubstituted)) == ORDERS
        client.close()
    finally:
        server.stop()


def _fixes(told: Sequence[tuple[str, float, float, datetime]]) -> FixBatch:
    fixes = [Fix(subject_id=who, kind="gridworker", lon=lon, lat=lat, at=at) for who, lon, lat, at in told]
    return FixBatch.of(fixes, millis_of(max(fix.at for fix in fixes)))


def _until_moved(watch: OrderWatch, people: int) -> None:
    deadline = time.monotonic() + 20
    while len(watch._projector.movers) < people:
        assert time.monotonic() < deadline
        time.sleep(0.01)
