"""Socket.IO: who may connect, what browsers say, and how connections end. docs/push.md is its protocol."""

import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import socketio
import structlog
from engineio.exceptions import SocketIsClosedError  # type: ignore[import-untyped]  # publishes no types
from flask import Flask
from flask_socketio import SocketIO

from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.push.client import Client
from cockpit.push.emitter import Emitter
from cockpit.push.messages import ack_of, join_of, look_of, scope_of
from cockpit.push.metrics import PushMetrics
from cockpit.push.painter import Painter
from cockpit.push.parts import PushServices, Visitor
from cockpit.push.presence import Presence
from cockpit.push.rounds import Rounds
from cockpit.push.watch import Watch
from cockpit.push.websocket import LARGEST_MESSAGE, Websockets
from cockpit.push.wire import Encoded, encode

log = structlog.get_logger(__name__)

_NAMESPACE = "/"
_PING_INTERVAL_S = 10
_PING_TIMEOUT_S = 20
_MOST_VIEWS = 200
_FEED_ROLE = "feed"
#: whose orders go out in a lane of their own
_PHONE_ROLE = "gridworker"
#: who sees the others at the same event, and is seen
_OFFICERS = frozenset({"duty", "admin"})


class Push:
    """The push of one process. `movers_held` and `session_ended` are for the API; `attach` joins it to the app."""

    def __init__(self, services: PushServices) -> None:
        self._services = services
        self._websockets = Websockets()
        self._metrics = PushMetrics(services.registry)
        self._painter = Painter(services.render)
        self._rounds = Rounds(
            services.projector, self._painter, send=self._send, metrics=self._metrics, clock_ms=services.clock_ms
        )
        self._presence = Presence(self._send)
        self._emitter = Emitter(
            self._rounds,
            self._painter,
            metrics=self._metrics,
            paint_every_s=services.interval_s,
            monotonic=services.monotonic,
        )
        self._watch = Watch(
            self._rounds,
            identify=self._identify,
            away=services.away,
            disconnect=self._disconnect,
            websockets=self._websockets,
            metrics=self._metrics,
            monotonic=services.monotonic,
        )
        self._sending = threading.Lock()
        self._server: Any = None
        self._metrics.clients.set_function(lambda: len(self._rounds.clients))

    def attach(self, app: Flask) -> SocketIO:
        """Serve `/socket.io` beside the app; nothing runs before `start`."""
        manager = _Manager(self._opened)
        io = SocketIO(
            app,
            async_mode="threading",
            transports=["websocket"],
            allow_upgrades=False,
            async_handlers=False,
            manage_session=False,
            client_manager=manager,
            max_http_buffer_size=LARGEST_MESSAGE,
            ping_interval=_PING_INTERVAL_S,
            ping_timeout=_PING_TIMEOUT_S,
            cors_allowed_origins=self._origins(),
        )
        server = self._server = io.server
        # engine.io's own driver, but for the differences that `websocket` tells of
        server.eio._async = {**server.eio._async, "websocket": self._websockets.driver}
        self._one_at_a_time(server)
        server.on("connect", self._connect)
        server.on("disconnect", self._gone)
        server.on("join", self._join)
        server.on("ack", self._ack)
        server.on("look", self._look)
        server.on("mine", self._want_mine)
        server.on("mode", self._want_mode)
        server.on("clock", lambda _sid, *_: self._services.clock_ms())
        return io

    def start(self) -> None:
        """Begin to send; call it in the process that serves, after any fork."""
        self._services.projector.subscribe(self._emitter.wake)
        self._emitter.start()
        self._watch.start()

    def stop(self) -> None:
        self._emitter.stop()
        self._watch.stop()
        self._websockets.cut_all()
        if self._server is not None:
            self._server.shutdown()

    def movers_held(self, scope: Scope) -> None:
        """A browser of `scope` is fetching the movers. Call with the fold's lock held."""
        self._rounds.hold(scope)

    def session_ended(self, cookie: str) -> None:
        """A session has ended: its browsers are disconnected now (other processes notice within seconds)."""
        with self._rounds.lock:
            ended = [c for c in self._rounds.clients.values() if cookie and c.cookie == cookie]
        for client in ended:
            self._metrics.dropped.labels("session").inc()
            self._disconnect(client)

    # -- what connections do ---------------------------------------------------------------------------------

    def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        if isinstance(auth, dict) and isinstance(auth.get("token"), str):
            environ = {**environ, "HTTP_AUTHORIZATION": f"Bearer {auth['token']}"}
        try:
            visitor = self._identify(environ)
        except self._services.away:
            raise self._refusal("away", "signing in is not possible at the moment") from None
        if visitor is None:
            raise self._refusal("signed_out", "a session or a token is needed")
        if len(self._rounds.clients) >= self._services.most_clients:
            raise self._refusal("full", "this process serves as many browsers as it can")
        scope = _narrowed(visitor.scope, parse_qs(str(environ.get("QUERY_STRING", ""))).get("scope", [""])[-1])
        if scope is None:
            raise self._refusal("scope", f"the scope asked for lies outside your scope {visitor.scope.code}")
        client = Client(
            sid=sid,
            eio_sid=self._server.manager.eio_sid_from_sid(sid, _NAMESPACE),
            allowed=visitor.scope,
            cookie=visitor.cookie,
            environ=environ,
            scope=scope,
            name=visitor.name if visitor.role in _OFFICERS else "",
            subject=visitor.subject if visitor.role == _PHONE_ROLE else "",
        )
        with self._rounds.lock:
            self._rounds.clients[sid] = client

    def _identify(self, environ: Mapping[str, object]) -> Visitor | None:
        """Feeds bring, they do not look."""
        visitor = self._services.identities.of_environ(environ)
        return None if visitor is None or visitor.role == _FEED_ROLE else visitor

    def _refusal(self, why: str, words: str) -> Exception:
        self._metrics.refused.labels(why).inc()
        return socketio.exceptions.ConnectionRefusedError(words)  # type: ignore[no-any-return]  # publishes no types

    def _opened(self, sid: str) -> None:
        """The browser has heard that it is connected: greet it."""
        client = self._rounds.clients.get(sid)
        if client is not None:
            s = self._services
            hello = {
                "instance": s.projector.instance,
                "server_ms": s.clock_ms(),
                "build": s.build,
                "scope": client.scope.code,
            }
            self._send(client, encode("hello", hello))

    def _gone(self, sid: str, *_reason: object) -> None:
        with self._rounds.lock:
            gone = self._rounds.clients.pop(sid, None)
        if gone is not None:
            self._presence.leave(gone)

    def _join(self, sid: str, data: object = None) -> None:
        client, join = self._rounds.clients.get(sid), join_of(data)
        if client is None or join is None:
            return
        scope = _narrowed(client.allowed, join.scope or client.scope.code)
        if scope is None:
            self._metrics.dropped.labels("scope").inc()
            self._disconnect(client)
            return
        s = self._services
        client.lang = join.lang if join.lang in s.langs else s.langs[0]
        client.stage = join.stage or s.default_stage
        client.panels = join.panels and len(self._rounds.views()) < _MOST_VIEWS
        why = self._rounds.join(client, scope=scope, instance=join.instance, seq=join.seq, frame=join.frame)
        if why:
            self._rounds.resync(client, why, s.monotonic())
        else:
            self._emitter.wake()

    def _ack(self, sid: str, data: object = None) -> None:
        client, ack = self._rounds.clients.get(sid), ack_of(data)
        if client is not None and ack is not None and self._rounds.ack(client, *ack):
            self._emitter.wake()

    def _want_mine(self, sid: str, *_: object) -> None:
        """A phone wants what is its own; for an account that stands for nobody there is nothing."""
        client = self._rounds.clients.get(sid)
        if client is not None and client.subject:
            self._rounds.want_mine(client)
            self._emitter.wake()

    def _want_mode(self, sid: str, data: object = None) -> None:
        """A page that draws nothing live wants to turn with the screens that do; of the scope that it looks at."""
        client, wanted = self._rounds.clients.get(sid), scope_of(data)
        scope = None if client is None or wanted is None else _narrowed(client.allowed, wanted)
        if client is not None and scope is not None:
            self._rounds.want_mode(client, scope)
            self._emitter.wake()

    def _look(self, sid: str, data: object = None) -> None:
        """An officer has an event before them, or none; only events of their scope tell who else looks."""
        client, event_id = self._rounds.clients.get(sid), look_of(data)
        if client is None or event_id is None or not client.name:
            return
        projector = self._services.projector
        with projector.lock:
            event = projector.situation.events.get(event_id)
        seen = event is not None and client.allowed.covers(event.report.place.code)
        self._presence.look(client, event_id if seen else "", client.name)

    # -- sending ---------------------------------------------------------------------------------------------

    def _send(self, client: Client, encoded: Encoded) -> None:
        """Queue the packets of one event side by side; never waits for the network."""
        with self._sending:
            try:
                for packet in encoded.packets:
                    self._server.eio.send_packet(client.eio_sid, packet)
            except (SocketIsClosedError, KeyError):
                pass  # its disconnect handler is on the way

    def _disconnect(self, client: Client) -> None:
        """Politely first; the watch cuts what is still there a moment later."""
        self._gone(client.sid)
        self._server.disconnect(client.sid)

    def _one_at_a_time(self, server: Any) -> None:
        """python-socketio answers from the threads that read: not between a message and its attachment."""
        plain = server._send_packet

        def whole(eio_sid: str, packet: object) -> None:
            with self._sending:
                plain(eio_sid, packet)

        server._send_packet = whole

    def _origins(self) -> Any:
        """None means the server's own; with more, a function keeps the own one in."""
        others = frozenset(self._services.origins)
        if not others:
            return None

        def allowed(origin: str, environ: Mapping[str, object]) -> bool:
            return origin in others or origin.partition("://")[2] == environ.get("HTTP_HOST")

        return allowed


class _Manager(socketio.Manager):  # type: ignore[misc]  # publishes no types
    """Tells when a connection is open for messages; handlers run just before that."""

    def __init__(self, opened: Callable[[str], None]) -> None:
        super().__init__()
        self._tell_opened = opened

    def connect(self, sid: str, namespace: str) -> str:
        connected: str = super().connect(sid, namespace)
        self._tell_opened(connected)
        return connected


def _narrowed(allowed: Scope, code: str) -> Scope | None:
    """The scope `code` within `allowed`, which holds where nothing is asked; None if it lies outside."""
    if not code:
        return allowed
    try:
        wanted = Scope(code)
    except UnknownScopeError:
        return None
    return wanted if allowed.covers(wanted.code) else None
