"""One round: for every browser whatever it lacks, computed from its own cursor and encoded once per cursor.

No threads and no sockets here: `send` and the clock come in, so a test can be the browser.
"""

import threading
from collections.abc import Callable
from typing import Any

from cockpit.domain.scope import Scope
from cockpit.push.client import Client, Cursor, LaneName
from cockpit.push.deltas import delta_message, empty_delta, is_empty
from cockpit.push.frames import Frame
from cockpit.push.lacking import Lacking, Now, Projection
from cockpit.push.metrics import PushMetrics
from cockpit.push.mine import Mine
from cockpit.push.painter import Painter, View
from cockpit.push.turned import Turned
from cockpit.push.wire import ATTACHMENT, Encoded, encode
from cockpit.situation.view import Delta

_BEAT_S = 1.0


class Rounds:
    """The browsers and what each of them has. `lock` guards the clients; the fold has a lock of its own."""

    def __init__(
        self,
        projection: Projection,
        painter: Painter,
        *,
        send: Callable[[Client, Encoded], None],
        metrics: PushMetrics,
        clock_ms: Callable[[], int],
    ) -> None:
        self.lock = threading.Lock()
        self.clients: dict[str, Client] = {}
        self._lacking, self._painter, self._send = Lacking(projection), painter, send
        self._mine = Mine(projection, clock_ms=clock_ms)
        self._turned = Turned(projection, clock_ms=clock_ms)
        self._metrics, self._clock_ms = metrics, clock_ms

    def hold(self, scope: Scope) -> None:
        """Somebody is fetching the movers of `scope`. Call with the fold's lock held."""
        self._lacking.hold(scope)

    def join(self, client: Client, *, scope: Scope, instance: str, seq: int, frame: int) -> str:
        """Continue `client` from where it says it is; what does not fit is told to join again: the reason, or ""."""
        why = self._lacking.misfit(scope=scope, instance=instance, seq=seq, frame=frame)
        with self.lock:
            client.scope, client.joined = scope, not why
            client.delta.start(seq)
            client.frame.start(frame)
            client.panel.start(0)
        return why

    def want_mine(self, client: Client) -> None:
        """A phone asks for what is its own, from the beginning."""
        with self.lock:
            client.wants_mine = bool(client.subject)
            client.mine.start(-1)

    def want_mode(self, client: Client, scope: Scope) -> None:
        """A page asks for the mode of `scope`, from the beginning."""
        with self.lock:
            client.scope = scope if not client.joined else client.scope
            client.wants_mode, client.mode_told = True, None
            client.mode.start(-1)

    def ack(self, client: Client, lane: LaneName, n: int) -> bool:
        """A browser has applied a message; False if that was not the one it was sent."""
        with self.lock:
            return client.lane(lane).acked(n)

    def views(self) -> list[View]:
        """What has to be painted."""
        with self.lock:
            wanted = [View(c.scope, c.lang, c.stage) for c in self.clients.values() if c.joined and c.panels]
        return list(dict.fromkeys(wanted))

    def run(self, now_s: float) -> None:
        """Send every browser what it lacks, and a beat to those who heard nothing for a second."""
        with self.lock:
            clients = [c for c in self.clients.values() if c.joined]
            phones = [c for c in self.clients.values() if c.wants_mine]
            turning = [c for c in self.clients.values() if c.wants_mode]
        for told in self._mine.look(phones):  # first: somebody waits for an order, nobody for a picture
            self._mark_and_send(told.client, LaneName.MINE, told.since, told.seq, told.message, now_s)
        for told in self._turned.look(turning):
            self._mark_and_send(told.client, LaneName.MODE, told.since, told.seq, told.message, now_s)
        now = self._lacking.look(clients)
        cache: dict[tuple[Any, ...], Encoded | None] = {}
        for client in clients:
            self._serve(client, now, cache, now_s)

    def resync(self, client: Client, why: str, now_s: float) -> None:
        """Tell a browser to join again."""
        with self.lock:
            client.joined = False
        self._metrics.resyncs.labels(why).inc()
        self._out(client, "resync", encode("resync", {}), now_s)

    def _serve(self, client: Client, now: Now, cache: dict[tuple[Any, ...], Encoded | None], now_s: float) -> None:
        quiet = now_s - client.heard_s >= _BEAT_S
        if self._is_free(client.delta, LaneName.DELTA, now.seq) and not self._serve_delta(client, now, cache, now_s):
            return
        if self._is_free(client.frame, LaneName.FRAME, now.frame):
            self._serve_frame(client, now, cache, now_s)
        if client.panels and client.panel.waiting is None:
            self._serve_panels(client, cache, now_s)
        if quiet and now_s - client.heard_s >= _BEAT_S and not client.is_deaf(now_s):
            self._beat(client, now, cache, now_s)

    def _is_free(self, cursor: Cursor, lane: LaneName, newest: int) -> bool:
        if cursor.seen >= newest:
            return False
        if cursor.waiting is not None:
            self._metrics.skipped.labels(lane.value).inc()
            return False
        return True

    def _serve_delta(
        self, client: Client, now: Now, cache: dict[tuple[Any, ...], Encoded | None], now_s: float
    ) -> bool:
        """False if the browser has to join again."""
        cursor = client.delta
        key = cursor.seen, client.scope.code
        if key not in now.deltas:  # it acknowledged or joined while the round was on: the next one serves it
            return True
        delta = now.deltas[key]
        if delta is None:
            self.resync(client, "behind", now_s)
            return False
        if is_empty(delta):
            with self.lock:
                if cursor.seen == key[0] and client.joined:
                    cursor.seen = now.seq
            return True
        self._lane(client, LaneName.DELTA, now.seq, cache, now_s, lambda n: self._delta(delta, n, now))
        self._metrics.merged.labels("delta").inc(max(now.seq - key[0] - 1, 0))
        return True

    def _delta(self, delta: Delta, since: int, now: Now, seq: int | None = None) -> Encoded:
        message = delta_message(delta, since=since, seq=now.seq if seq is None else seq, at_ms=now.at_ms, day=now.day)
        return encode("delta", message)

    def _serve_frame(
        self, client: Client, now: Now, cache: dict[tuple[Any, ...], Encoded | None], now_s: float
    ) -> None:
        cursor = client.frame
        key = cursor.seen, client.scope.code
        if key not in now.frames:
            return
        frame = now.frames[key]
        if frame is None:
            with self.lock:
                if cursor.seen == key[0] and client.joined:
                    cursor.seen = now.frame
            return
        self._lane(client, LaneName.FRAME, frame.frame, cache, now_s, lambda n: _encoded_frame(frame, n))
        self._metrics.merged.labels("frame").inc(max(now.frame - key[0] - 1, 0))

    def _serve_panels(self, client: Client, cache: dict[tuple[Any, ...], Encoded | None], now_s: float) -> None:
        view = View(client.scope, client.lang, client.stage)
        painting = self._painter.find(view)
        if painting is None or painting.as_of_ms <= client.panel.n:
            return
        key = "panels", client.panel.n, view
        if key not in cache:
            payload = painting.since(client.panel.n)
            cache[key] = None if payload is None else encode("panels", payload)
        encoded = cache[key]
        if encoded is not None:
            self._mark_and_send(client, LaneName.PANELS, key[1], painting.as_of_ms, encoded, now_s)

    def _lane(
        self,
        client: Client,
        lane: LaneName,
        n: int,
        cache: dict[tuple[Any, ...], Encoded | None],
        now_s: float,
        make: Callable[[int], Encoded],
    ) -> None:
        cursor = client.lane(lane)
        since, seen = cursor.n, cursor.seen
        key = lane, since, seen, client.scope.code
        encoded = cache.get(key)
        if encoded is None:
            encoded = cache[key] = make(since)
        self._mark_and_send(client, lane, since, n, encoded, now_s)

    def _mark_and_send(
        self, client: Client, lane: LaneName, since: int, n: int, encoded: Encoded, now_s: float
    ) -> None:
        """Marked first: the acknowledgement may be here before `send` has returned.

        A browser that joined anew meanwhile does not get what was made for its old cursor.
        """
        with self.lock:
            cursor = client.lane(lane)
            if not client.is_ready(lane) or cursor.waiting is not None or cursor.n != since or n <= since:
                return
            cursor.sent(n, now_s)
        self._out(client, lane.value, encoded, now_s)

    def _beat(self, client: Client, now: Now, cache: dict[tuple[Any, ...], Encoded | None], now_s: float) -> None:
        """Nothing else was said; a browser whose scope was spared hears how far it is nevertheless."""
        cursor = client.delta
        if cursor.waiting is None and cursor.seen > cursor.n:
            since, seq = cursor.n, cursor.seen
            self._mark_and_send(client, LaneName.DELTA, since, seq, self._delta(empty_delta(), since, now, seq), now_s)
            return
        key = "beat", cursor.n, client.frame.n
        encoded = cache.get(key)
        if encoded is None:
            payload = {"at_ms": self._clock_ms(), "seq": cursor.n, "frame": client.frame.n}
            encoded = cache[key] = encode("beat", payload)
        self._out(client, "beat", encoded, now_s)

    def _out(self, client: Client, lane: str, encoded: Encoded, now_s: float) -> None:
        client.heard_s = now_s
        self._metrics.messages.labels(lane).inc()
        self._metrics.bytes.labels(lane).inc(encoded.size)
        self._send(client, encoded)


def _encoded_frame(frame: Frame, since: int) -> Encoded:
    payload = {
        "since": since,
        "frame": frame.frame,
        "at_ms": frame.at_ms,
        "roster": frame.roster,
        "buf": ATTACHMENT,
    }
    return encode("frame", payload, frame.buf)
