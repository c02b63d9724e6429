"""kill -9 between the click and the order and in the middle of the ladder: every click becomes its order once, every
silent order is reminded of once and filled once.
"""

import contextlib
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from itertools import cycle

import httpx
import pytest

from tests.cli.running import running, until
from tests.faults.counting import SETTLED_WITHIN_S, rows
from tests.faults.intake import SOURCE, report_of
from tests.faults.test_kills import ROUNDS, SEED, _kill, _runs

pytestmark = pytest.mark.faults

ORDERS, CARS, LIMIT_S = 15, 60, 3.0
_ISSUED = "SELECT json_extract(body, '$.order.order_id'), json_extract(body, '$.order.recipient.id') FROM facts"


def test_orders_and_their_ladder_survive_kills(tmp_path):
    chance = random.Random(f"{SEED}:orders")
    with running(tmp_path / "data", "--no-simulate", "--set", "ORDER_GRACE_S=1") as up:
        duty = up.client(up.linked_token("duty"))
        with up.client(up.linked_token("admin")) as feed, duty:
            _prepare(feed, duty)

            def keep_killing():
                for _, victim in zip(range(ROUNDS), cycle(("dispatch", "redis", "worker")), strict=False):
                    time.sleep(chance.uniform(0.1, 1.5))
                    _kill(up, victim)
                    until(partial(_runs, up, victim), within_s=30, what=f"{victim} runs again")

            killer = threading.Thread(target=keep_killing)
            killer.start()
            asked = [_ordered(duty, n) for n in range(ORDERS)]
            accepted = {order_id for n, order_id in enumerate(asked) if n % 5 == 0 and _accepts(duty, order_id)}
            killer.join(120)
            assert not killer.is_alive()
            silent = set(asked) - accepted
            until(
                lambda: silent <= _told(up, "OrderSubstituted").keys(),
                within_s=SETTLED_WITHIN_S,
                what="every silent order is filled",
            )
            until(
                lambda: len(_told(up, "OrderEscalated")) == len(silent),
                within_s=SETTLED_WITHIN_S,
                what="every silent substitute is escalated",
            )
        issued = rows(up, f"{_ISSUED} WHERE type = 'OrderIssued'")
        assert Counter(order_id for order_id, _ in issued).most_common(1)[0][1] == 1
        assert set(asked) <= {order_id for order_id, _ in issued}
        assert len(issued) == len(asked) + len(silent), "one substitute for each, and no other order"
        assert len({recipient for _, recipient in issued}) == len(issued), "nobody was ordered twice"
        for kind in ("OrderReminded", "OrderSubstituted", "OrderEscalated"):
            assert set(_told(up, kind).values()) == {1}, kind
        assert _told(up, "OrderSubstituted").keys() == silent
        print(f"{len(asked)} orders, {len(accepted)} accepted, {len(silent)} filled and escalated, each once")


def _prepare(feed, duty):
    """An event; cars that will be ordered some way off, others right beside it."""
    assert feed.post("feeds/events", json=[report_of(1)]).json()["accepted"] == 1
    now = datetime.now(UTC).isoformat()
    cars = [
        {"subject_id": f"car-{n}", "kind": "vehicle", "lon": 119.98 + (0.02 if n < ORDERS else n * 1e-5), "lat": 30.28,
         "at": now}
        for n in range(CARS)
    ]  # fmt: skip
    assert feed.post("feeds/positions", json=cars).json()["accepted"] == CARS
    query = {"event_id": f"{SOURCE}:f1", "kinds": "vehicle", "limit": 100}

    def is_ready():
        answer = duty.get("nearby", params=query)
        return answer.status_code == 200 and len(answer.json()["items"]) == CARS

    until(is_ready, within_s=30, what="the cars are near")


def _ordered(duty, n):
    """Click until it is acknowledged, with one key: the order's id."""
    body = {"event_id": f"{SOURCE}:f1", "recipient_ids": [f"car-{n}"], "task": "到现场", "accept_within_s": LIMIT_S}
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            answer = duty.post("orders", json=body, headers={"Idempotency-Key": f"click-{n}"})
            if answer.status_code == 202:
                [order_id] = answer.json()["order_ids"]
                return order_id
            assert answer.status_code in {404, 409, 500, 502, 503}, answer.text
        time.sleep(0.05)
    raise AssertionError(f"order {n} was never acknowledged")


def _accepts(duty, order_id):
    """The driver accepts, again and again until there is an answer; False if somebody else was sent meanwhile."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            answer = duty.post(f"orders/{order_id}/accept", json={}, headers={"Idempotency-Key": f"accept-{order_id}"})
            if answer.status_code == 202:
                until(lambda: _state(duty, order_id) not in {"issued", ""}, within_s=60, what="the word is decided")
                return _state(duty, order_id) == "accepted"
            if answer.status_code == 409:
                return False
        time.sleep(0.05)
    raise AssertionError(f"{order_id} was never accepted")


def _state(duty, order_id):
    with contextlib.suppress(httpx.HTTPError, ValueError):
        answer = duty.get(f"orders/{order_id}")
        if answer.status_code == 200:
            return answer.json()["state"]
    return ""


def _told(up, kind):
    """How often the journal tells this of each order."""
    found = rows(up, f"SELECT json_extract(body, '$.order_id') FROM facts WHERE type = '{kind}'")
    return Counter(order_id for (order_id,) in found)
