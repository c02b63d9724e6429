"""Looks after connections: ended sessions, frozen browsers, and those who connect but never say who they are."""

import threading
import time
from collections.abc import Callable, Mapping

import structlog

from cockpit.push.client import Client
from cockpit.push.metrics import PushMetrics
from cockpit.push.rounds import Rounds
from cockpit.push.websocket import Websockets

log = structlog.get_logger(__name__)

_EVERY_S = 2.0
#: a connection that belongs to no browser we know is cut after this
_STRANGER_S = 6.0


class Watch:
    """Looks every two seconds, beside the emitter: asking the database may take a while."""

    def __init__(
        self,
        rounds: Rounds,
        *,
        identify: Callable[[Mapping[str, object]], object | None],
        away: tuple[type[Exception], ...],
        disconnect: Callable[[Client], None],
        websockets: Websockets,
        metrics: PushMetrics,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rounds, self._identify, self._away = rounds, identify, away
        self._disconnect, self._websockets, self._metrics = disconnect, websockets, metrics
        self._monotonic = monotonic
        self._strangers: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="push-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def look(self) -> None:
        """One look at every connection."""
        now_s = self._monotonic()
        with self._rounds.lock:
            clients = list(self._rounds.clients.values())
        for client in clients:
            if client.is_frozen(now_s):
                self._drop(client, "frozen")
                self._websockets.cut(client.eio_sid)
        self._drop_ended([c for c in clients if not c.is_frozen(now_s)])
        self._cut_strangers({c.eio_sid for c in clients}, now_s)

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            try:
                self.look()
            except Exception:  # whatever it is, the next look may be better
                log.exception("watch over connections failed")

    def _drop_ended(self, clients: list[Client]) -> None:
        """Each session is asked about once, however many browsers it has."""
        lives: dict[tuple[object, ...], bool] = {}
        for client in clients:
            key = client.environ.get("HTTP_AUTHORIZATION"), client.cookie
            if key not in lives:
                try:
                    lives[key] = self._identify(client.environ) is not None
                except self._away:
                    return
            if not lives[key]:
                self._drop(client, "session")

    def _cut_strangers(self, known: set[str], now_s: float) -> None:
        unknown = set(self._websockets.open_ids()) - known
        self._strangers = {i: self._strangers.get(i, now_s) for i in unknown}
        for eio_sid, since_s in self._strangers.items():
            if now_s - since_s > _STRANGER_S:
                self._websockets.cut(eio_sid)

    def _drop(self, client: Client, why: str) -> None:
        log.info("browser disconnected", why=why, scope=client.scope.code)
        self._metrics.dropped.labels(why).inc()
        self._disconnect(client)
