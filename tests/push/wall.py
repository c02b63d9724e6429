"""A browser for tests: keeps what it is sent by the rules of docs/push.md, acknowledges when it is told to."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry

from cockpit.domain.scope import Scope
from cockpit.push.client import Client, LaneName
from cockpit.push.lacking import Projection
from cockpit.push.metrics import PushMetrics
from cockpit.push.painter import Painter
from cockpit.push.rounds import Rounds
from cockpit.push.wire import Encoded
from cockpit.situation.view import KINDS, View, apply, view_of
from cockpit.situation.wire import unpack


def decoded(encoded: Encoded) -> tuple[str, Any]:
    """Name and payload of an event, its attachment put in its place."""
    text = encoded.packets[0].data
    name, payload = msgspec.json.decode(text.removeprefix("51-") if text.startswith("51-") else text[1:])
    if len(encoded.packets) == 2:
        payload["buf"] = encoded.packets[1].data
    return name, payload


@dataclass(eq=False)
class Wall:
    """One browser. `inbox` holds what was sent and not applied yet."""

    client: Client
    hall: "Hall"
    view: View = field(default_factory=dict)
    seq: int = 0
    frame: int = 0
    movers: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    panels: dict[str, Any] = field(default_factory=dict)
    inbox: list[tuple[str, Any]] = field(default_factory=list)
    resyncs: int = 0
    heard: list[str] = field(default_factory=list)

    def join(self) -> None:
        """Fetch snapshot and movers, then continue from there."""
        projection, scope = self.hall.projection, self.client.scope
        with projection.lock:
            self.view = view_of(projection.situation, scope, closed_since=projection.day_started_at())
            self.seq, self.frame = projection.situation.seq, projection.movers.frame
            self.hall.rounds.hold(scope)
            rows = projection.movers.since(0, scope)
            buf = projection.movers.packed(rows)
            roster = [[r, projection.movers.subjects[r], ""] for r in rows.tolist()]
        self.movers = {}
        self._place(roster, buf)
        self.inbox.clear()
        why = self.hall.rounds.join(
            self.client, scope=scope, instance=projection.instance, seq=self.seq, frame=self.frame
        )
        assert why == ""

    def take(self, *, ack: bool = True) -> None:
        """Apply everything that has arrived."""
        while self.inbox:
            name, data = self.inbox.pop(0)
            self.heard.append(name)
            if name == "resync":
                self.resyncs += 1
                self.join()
                return
            if name == "beat":
                continue
            n = getattr(self, f"_{name}")(data)
            if ack:
                assert self.hall.rounds.ack(self.client, LaneName(name), n)

    def _delta(self, data: Any) -> int:
        assert data["since"] <= self.seq < data["seq"]
        self.view = apply(self.view, {k: data[k] for k in (*KINDS, "mode") if k in data})
        self.seq = data["seq"]
        return self.seq

    def _frame(self, data: Any) -> int:
        assert data["since"] <= self.frame < data["frame"]
        self._place(data["roster"], data["buf"])
        self.frame = data["frame"]
        return self.frame

    def _panels(self, data: Any) -> int:
        self.panels |= data["panels"]
        as_of_ms: int = data["as_of_ms"]
        return as_of_ms

    def _place(self, roster: list[list[Any]], buf: bytes) -> None:
        names = {row: who for row, who, _ in roster}
        told = unpack(buf)
        for row, lon, lat in zip(told.rows.tolist(), told.lon.tolist(), told.lat.tolist(), strict=True):
            if lon != lon:  # NaN: gone
                self.movers.pop(row, None)
            else:
                known = names.get(row) or self.movers[row][0]
                self.movers[row] = (known, lon, lat)


class Hall:
    """The rounds and all browsers, without threads: time passes when a test says so."""

    def __init__(self, projection: Projection, painter: Painter | None = None) -> None:
        self.projection = projection
        self.now_s = 1_000.0
        self.registry = CollectorRegistry()
        self.painter = painter or Painter(lambda _scope, _lang, _stage: {"as_of_ms": 0, "panels": {}})
        self.rounds = Rounds(
            projection, self.painter, send=self._send, metrics=PushMetrics(self.registry),
            clock_ms=lambda: round(self.now_s * 1000),
        )  # fmt: skip
        self.walls: dict[str, Wall] = {}
        self.sent: list[Encoded] = []

    def open(self, scope: str, *, panels: bool = False) -> Wall:
        """A browser that has joined."""
        sid = f"sid-{len(self.walls)}"
        client = Client(
            sid=sid, eio_sid=sid, allowed=Scope(scope), cookie="", environ={}, scope=Scope(scope),
            lang="en", stage="1x1", panels=panels,
        )  # fmt: skip
        wall = self.walls[sid] = Wall(client, self)
        self.rounds.clients[sid] = client
        wall.join()
        return wall

    def round(self, seconds: float = 0.05) -> None:
        self.now_s += seconds
        self.rounds.run(self.now_s)

    def metric(self, name: str, lane: str) -> float:
        return self.registry.get_sample_value(name, {"lane": lane}) or 0.0

    def _send(self, client: Client, encoded: Encoded) -> None:
        self.sent.append(encoded)
        self.walls[client.sid].inbox.append(decoded(encoded))
