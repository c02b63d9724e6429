"""出勤 — the simulated gridworkers answer their orders: they climb the ladder and walk there; some are silent.

What one of them does about an order follows from the seed and the order's id, so a restart goes on where it was. The
cockpit is known only by its public API. Whoever holds a real phone is left alone: an order that was delivered by
somebody else is theirs, and so is everything of the first on the roster, whom `cockpit up` prints a link for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np

_GRIDWORKER = "gridworker"
#: near enough to say that one has arrived; the cockpit notices most of them itself
_THERE_M = 40.0
SILENT_SHARE, DECLINE_SHARE = 0.10, 0.03
_REASONS = ("正在处理其他任务", "距离太远", "缺少装备或车辆")


class Api(Protocol):
    """The public HTTP API as far as the crew uses it; None while it is away or refuses."""

    def get(self, path: str) -> Any: ...
    def post(self, path: str, body: Any, *, key: str = "") -> Any: ...


class Walks(Protocol):
    """The patrol: who works, where they are, and calling them."""

    def works(self, subject_id: str, now: datetime) -> bool: ...
    def send(self, subject_id: str, lon: float, lat: float) -> None: ...
    def release(self, subject_id: str) -> None: ...
    def away_m(self, subject_id: str, lon: float, lat: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Temper:
    """How somebody takes one order: silent, declining, or how many seconds each thing takes."""

    silent: bool
    declines: str
    deliver_s: float
    read_s: float
    accept_s: float
    depart_s: float
    look_s: float
    work_s: float


def temper_of(seed: int, order_id: str, accept_within_s: float) -> Temper:
    """The same for the same seed and order. Whoever answers does so within the time that is given."""
    rng = np.random.default_rng([abs(seed), *order_id.encode()])
    silent, declines = rng.random() < SILENT_SHARE, rng.random() < DECLINE_SHARE
    hurry = min(1.0, accept_within_s / 60)
    deliver_s = float(rng.uniform(0.3, 1.5))
    read_s = deliver_s + float(rng.uniform(2, 10)) * hurry
    return Temper(
        silent=bool(silent),
        declines=str(rng.choice(_REASONS)) if declines else "",
        deliver_s=deliver_s,
        read_s=read_s,
        accept_s=read_s + float(rng.uniform(2, 22)) * hurry,
        depart_s=float(rng.uniform(4, 20)),
        look_s=float(rng.uniform(2, 8)),
        work_s=float(rng.uniform(150, 480)),
    )


class Crew:
    """One step a second is enough. Not safe for several threads; the patrol that it calls is."""

    def __init__(self, api: Api, patrol: Walks, *, seed: int, leave_alone: frozenset[str] = frozenset()) -> None:
        self._api, self._patrol, self._seed, self._leave_alone = api, patrol, seed, leave_alone
        self._name = ""
        self._called: dict[str, str] = {}
        self._there_since: dict[str, float] = {}
        self._not_ours: set[str] = set()

    def step(self, now: datetime) -> None:
        """Look at every open order and do what is due."""
        if not self._name:
            me = self._api.get("me")
            self._name = me["name"] if me else ""
        page = self._api.get("orders?open=true&limit=1000") if self._name else None
        if page is None:
            return
        ours = [item for item in page["items"] if self._is_ours(item, now)]
        for item in ours:
            self._answer(item, now)
        open_ids = {item["order_id"] for item in ours}
        for order_id in [i for i in self._called if i not in open_ids]:
            self._patrol.release(self._called.pop(order_id))
            self._there_since.pop(order_id, None)

    def _is_ours(self, item: dict[str, Any], now: datetime) -> bool:
        who, order_id = item["recipient"], item["order_id"]
        if who["kind"] != _GRIDWORKER or who["id"] in self._leave_alone or order_id in self._not_ours:
            return False
        said_by = {rung["by"] for rung in item["rungs"][1:] if rung["at"] and rung["how"] != "position"}
        if said_by - {self._name, ""}:
            self._not_ours.add(order_id)  # somebody holds this person's phone
            return False
        return self._patrol.works(who["id"], now)

    def _answer(self, item: dict[str, Any], now: datetime) -> None:
        order_id, at = item["order_id"], {r["rung"]: r["at"] for r in item["rungs"] if r["at"]}
        temper = temper_of(self._seed, order_id, item["accept_within_s"])

        def since(rung: str) -> float:
            return (now - datetime.fromisoformat(at[rung])).total_seconds()

        state = item["state"]
        if state in ("issued", "delivered", "read"):
            waited = since("issued")
            if waited >= temper.deliver_s and "delivered" not in at:
                self._say(order_id, "deliver")
            if temper.silent:
                return
            if waited >= temper.read_s and "read" not in at:
                self._say(order_id, "read")
            if waited >= temper.accept_s and temper.declines:
                self._say(order_id, "decline", note=temper.declines)
            elif waited >= temper.accept_s:
                self._say(order_id, "accept")
        elif state == "accepted" and since("accepted") >= temper.depart_s:
            self._say(order_id, "depart")
            self._call(item)
        elif state == "departed":
            self._call(item)
            if self._stands_there(item, now, temper.look_s):
                self._say(order_id, "arrive")
        elif state == "arrived" and since("arrived") >= temper.work_s:
            self._say(order_id, "finish", note="已处置完毕")

    def _call(self, item: dict[str, Any]) -> None:
        place, order_id = item["place"], item["order_id"]
        if order_id not in self._called and place["lon"] is not None:
            self._called[order_id] = item["recipient"]["id"]
            self._patrol.send(item["recipient"]["id"], place["lon"], place["lat"])

    def _stands_there(self, item: dict[str, Any], now: datetime, look_s: float) -> bool:
        place, order_id = item["place"], item["order_id"]
        if place["lon"] is None:
            return True
        # the last metres from the road to the place are walked without a road
        if self._patrol.away_m(item["recipient"]["id"], place["lon"], place["lat"]) > 3 * _THERE_M:
            return False
        first = self._there_since.setdefault(order_id, now.timestamp())
        return now.timestamp() - first >= look_s

    def _say(self, order_id: str, verb: str, **said: Any) -> None:
        self._api.post(f"orders/{order_id}/{verb}", said, key=f"crew:{order_id}:{verb}")
