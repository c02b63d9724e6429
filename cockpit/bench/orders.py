"""调度: from the click that orders somebody to that person's phone; 500 orders of which a fifth is never answered."""

import contextlib
import itertools
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx

from cockpit.bench import systems
from cockpit.bench.light_socket import LightSocket
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure, quantile
from cockpit.bench.systems import Installation
from cockpit.bench.view import VIEW

CASE = "orders: sent, silent, filled"
_PHONES, _ORDERS_PER_S = 10, 4
_STAMPED = re.compile(r"fan-(\d{16})")
_SPARE = 200
_GRACE_S = 2.0


def run(report: Report, *, quick: bool) -> None:
    """A running cockpit, through its public API; the phones are sockets as docs/push.md has them."""
    clicks, many, limit_s = (40, 100, 8.0) if quick else (300, 500, 20.0)
    grace = f"ORDER_GRACE_S={_GRACE_S}"
    with systems.installed("--no-simulate", "--set", grace) as installation, _desk(installation) as desk:
        report.rows += _click_rows(installation, desk, clicks)
        report.rows += _silent_rows(desk, many, limit_s)


# -- click → phone -------------------------------------------------------------------------------------------------


def _click_rows(installation: Installation, desk: httpx.Client, clicks: int) -> list[Row]:
    people = [item["id"] for item in desk.get("nearby", params=_NEAR).json()["items"][:_PHONES]]
    phones = [_Phone(installation.url, installation.token("gridworker", "--subject", who)) for who in people]
    time.sleep(2)
    try:
        for n in range(clicks):
            begun = time.monotonic()
            stamp = f"fan-{time.time_ns() // 1000}"
            command_id = _ordered(desk, [people[n % len(people)]], stamp, 600.0)["command_id"]
            time.sleep(0.5 / _ORDERS_PER_S)  # what is taken back at once never comes to a phone
            desk.post("orders/undo", json={"command_id": command_id}).raise_for_status()
            time.sleep(max(0.0, 1 / _ORDERS_PER_S - (time.monotonic() - begun)))
        time.sleep(2)
        delays = [ms for phone in phones for ms in phone.delays_ms.values()]
    finally:
        for phone in phones:
            phone.close()
    workload = f"{len(phones)} phones, {_ORDERS_PER_S} orders/s, {clicks} clicks"

    def row(measure: str, unit: str, ours: float, target: float) -> Row:
        return Row(
            case=CASE, workload=workload, measure=measure, unit=unit, ours=Figure.of([ours]), others={}, target=target
        )

    return [
        row("from the click to the phone, p50", "ms", quantile(delays, 0.5), 200),
        row("from the click to the phone, p99", "ms", quantile(delays, 0.99), 500),
        row("orders that reached no phone", f"of {clicks}", clicks - len(delays), 0),
    ]


class _Phone:
    """A gridworker's phone as far as its orders go: it hears its lane and acknowledges."""

    def __init__(self, url: str, token: str) -> None:
        self._socket, self._token = LightSocket(url, "/socket.io/?EIO=4&transport=websocket"), token
        #: stamp → milliseconds from the click until the order was here for the first time
        self.delays_ms: dict[str, float] = {}
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._socket.close()
        self._thread.join(timeout=5)

    def _hear(self) -> None:
        with contextlib.suppress(OSError):
            # the first message may have come with the handshake
            for message in itertools.chain(self._socket.pending(), self._messages()):
                self._take(message if isinstance(message, str) else "")

    def _messages(self) -> Iterator[bytes | str]:
        while True:
            yield from self._socket.pump()

    def _take(self, message: str) -> None:
        if message == "2":
            self._socket.send("3")
        elif message.startswith("0"):
            self._socket.send("40" + json.dumps({"token": self._token}))
        elif message.startswith('42["hello"'):
            self._socket.send('42["mine"]')
        elif message.startswith('42["mine"'):
            now = time.time() * 1e6
            for stamp in _STAMPED.findall(message):
                self.delays_ms.setdefault(stamp, (now - int(stamp)) / 1e3)
            seq = json.loads(message[2:])[1]["seq"]
            self._socket.send("42" + json.dumps(["ack", {"lane": "mine", "n": seq}]))


# -- silence -------------------------------------------------------------------------------------------------------


def _silent_rows(desk: httpx.Client, many: int, limit_s: float) -> list[Row]:
    begun = time.monotonic()
    order_ids = _ordered(desk, [f"car-{n}" for n in range(many)], "到现场", limit_s)["order_ids"]
    silent = set(order_ids[::5])
    while len(_all(desk)) < many:  # nobody accepts what has not come
        time.sleep(0.05)
    with ThreadPoolExecutor(4) as drivers:
        words = drivers.map(
            lambda order_id: desk.post(f"orders/{order_id}/accept", json={}).status_code,
            [order_id for order_id in order_ids if order_id not in silent],
        )
        accepted = Counter(words)[202]
    accepting_s = time.monotonic() - begun
    due_s = limit_s + max(_GRACE_S, limit_s / 2)
    filled_s, orders = float("nan"), {}
    while time.monotonic() - begun < due_s + 60:
        orders = _all(desk)
        # an answer is for ever: a moment later nobody is filled any more
        if sum(order["substitutes"] is not None for order in orders.values()) >= len(silent):
            filled_s = time.monotonic() - begun - due_s
            break
        time.sleep(0.2)
    time.sleep(3)
    orders = _all(desk)
    stands_in_for = Counter(order["substitutes"] for order in orders.values() if order["substitutes"])
    wrong = sum(stands_in_for[order_id] != 1 for order_id in silent) + len(stands_in_for.keys() - silent)
    still_asked = Counter(order["recipient"]["id"] for order in orders.values() if _is_open(order))
    twice = sum(n > 1 for n in still_asked.values())
    workload = f"{many} orders of one command, {len(silent)} never answered, limit {limit_s:.0f} s"

    def row(measure: str, unit: str, ours: float, target: float | None) -> Row:
        return Row(
            case=CASE, workload=workload, measure=measure, unit=unit, ours=Figure.of([ours]), others={}, target=target
        )

    return [
        row("silent orders not filled exactly once", f"of {len(silent)}", wrong, 0),
        row("people with two open orders", f"of {many + len(silent)}", twice, 0),
        row("acceptances that were not taken", f"of {many - len(silent)}", many - len(silent) - accepted, 0),
        row("all filled after they were due", "s", filled_s, 5),
        row("ordered and accepted by four clients", "s", accepting_s, None),
    ]


def _is_open(order: dict[str, Any]) -> bool:
    return order["state"] not in {"cancelled", "substituted", "declined", "finished"}


def _all(desk: httpx.Client) -> dict[str, dict[str, Any]]:
    """Every order to a car, by id."""
    found: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    while True:
        query: dict[str, Any] = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        page = desk.get("orders", params=query).json()
        found |= {o["order_id"]: o for o in page["items"] if o["recipient"]["id"].startswith("car-")}
        cursor = page["next"]
        if not cursor:
            return found


# -- the ground ----------------------------------------------------------------------------------------------------

_EVENT = "gridworker:bench-order"
_NEAR: dict[str, str | int] = {"event_id": _EVENT, "kinds": "gridworker", "radius_m": 20_000, "limit": _PHONES}


@contextlib.contextmanager
def _desk(installation: Installation) -> Iterator[httpx.Client]:
    """An officer's client, once an event, some gridworkers and many cars are known."""
    feed = {"Authorization": f"Bearer {installation.token('feed')}"}
    now = datetime.now(UTC).isoformat()
    event = {
        "event_id": "bench-order", "source": "gridworker", "title": "道路塌陷", "lon": VIEW.lon, "lat": VIEW.lat,
        "reported_at": now,
    }  # fmt: skip
    api = f"{installation.url}/api/v1/"
    cars = range(500 + _SPARE)
    there = [_position(f"car-{n}", "vehicle", now, 0.02 if n < 500 else n * 1e-6) for n in cars]
    # names of nobody's roster: whoever reports a position and is on no plan is at work
    there += [_position(f"bench-{n}", "gridworker", now, n * 1e-5) for n in range(_PHONES)]
    with httpx.Client(base_url=api, headers=feed, timeout=60, trust_env=False) as source:
        source.post("feeds/events", json=[event]).raise_for_status()
        source.post("feeds/positions", json=there).raise_for_status()
    officer = {"Authorization": f"Bearer {installation.token('duty')}"}
    with httpx.Client(base_url=api, headers=officer, timeout=60, trust_env=False) as desk:
        while True:
            answer = desk.get("nearby", params=_NEAR)
            if answer.status_code == 200 and len(answer.json()["items"]) == _PHONES:
                break
            time.sleep(0.2)
        yield desk


def _position(subject_id: str, kind: str, at: str, east: float) -> dict[str, Any]:
    return {"subject_id": subject_id, "kind": kind, "lon": VIEW.lon + east, "lat": VIEW.lat, "at": at}


def _ordered(desk: httpx.Client, recipient_ids: list[str], task: str, accept_within_s: float) -> dict[str, Any]:
    body = {
        "event_id": _EVENT, "recipient_ids": recipient_ids, "task": task, "accept_within_s": accept_within_s,
        "despite": ["busy"],
    }  # fmt: skip
    told: dict[str, Any] = desk.post("orders", json=body).raise_for_status().json()
    return told
