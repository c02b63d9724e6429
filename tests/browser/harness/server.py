"""The harness's server: one Dash page with the map, the scripts of `assets/`, and the lanes of docs/push.md."""

import base64
import json
import mimetypes
import threading
import tomllib
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import dash_leaflet  # noqa: F401  registers its scripts with Dash before the page is made
import socketio
from dash import Dash, html
from flask import Flask, Response, abort, request
from werkzeug.serving import WSGIRequestHandler, make_server

from cockpit.catalogue import texts
from layouts.duty import DeskPage, duty
from layouts.situation_map import situation_map
from tests.browser.harness.world import CENTRE, World, now_ms

PROJECT = Path(__file__).resolve().parents[3]
CITY = PROJECT / "cockpit" / "cities" / "yuhang"
#: only the wire and the map: the harness has no panels
OURS = r"^(?!(10-bus|2\d-|30-clock|4\d-map|50-stats|10-tokens|40-map)).*"
#: a desk is everything
ALL = r"^$"
PUMP_S = 0.02
BEAT_S = 1.0


@dataclass
class Client:
    """What the server remembers of a browser: a cursor a lane, and whether it still waits for an answer."""

    seq: int
    frame: int
    unanswered: set[str] = field(default_factory=set)
    said_at: float = 0.0
    acks: list[dict[str, Any]] = field(default_factory=list)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        pass


class Harness:
    """One server process' worth of push. `stop` and a new one on the same port is a restart."""

    def __init__(
        self, world: World, *, port: int = 0, city: bool = False, stage: str = "", clock_off_ms: int = 0,
        lang: str = "zh-CN", bounds: tuple[float, float, float, float] | None = None, pad: str = "0,0,0,0",
        covered: str = "0,0,0,0",
        desk: DeskPage | None = None,
    ) -> None:  # fmt: skip
        self.world = world
        self.instance = uuid.uuid4().hex[:8]
        self.city = city
        self.clients: dict[str, Client] = {}
        self.signed_in = True
        self.silent = False
        self.joins = 0
        self.clock_off_ms = clock_off_ms
        self._stage = stage or "left:0;top:0;width:1280px;height:800px"
        self._lang = lang
        self._bounds = bounds
        self._pad = pad
        self._covered = covered
        self._desk = desk
        self._over = threading.Event()
        self._emitting = threading.Lock()
        self.sio = socketio.Server(async_mode="threading", cors_allowed_origins=[])
        app = self._app()
        app.wsgi_app = socketio.WSGIApp(self.sio, app.wsgi_app)  # type: ignore[method-assign]  # as its docs say
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/"
        self._threads = [
            threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True),
            threading.Thread(target=self._pump, daemon=True),
        ]

    def start(self) -> "Harness":
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        self._over.set()
        self._threads[1].join()
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self.sio.eio.sockets.values()):
            connection.close(wait=False)  # nobody is left to write what is still queued

    def say(self, name: str, data: Any) -> None:
        """Any message to everybody, whether it fits or not."""
        with self._emitting:
            self.sio.emit(name, data)

    # --- the page and the HTTP half

    def _app(self) -> Flask:
        server = Flask("harness")
        dash = Dash(
            "harness", server=server, assets_folder=str(PROJECT / "assets"), assets_ignore=ALL if self._desk else OURS,
            assets_path_ignore=["^phone$"], update_title="",
            suppress_callback_exceptions=True,
        )  # fmt: skip
        dash.layout = self._layout
        server.before_request(self._guard)
        server.add_url_rule("/api/v1/snapshot", view_func=self._snapshot)
        server.add_url_rule("/api/v1/movers", view_func=self._movers)
        server.add_url_rule("/city/<name>", view_func=self._city_file)
        self.sio.on("connect", self._connect)
        self.sio.on("join", self._join)
        self.sio.on("ack", self._ack)
        self.sio.on("clock", lambda _sid, *_: now_ms() + self.clock_off_ms)
        self.sio.on("disconnect", lambda sid, *_: self.clients.pop(sid, None))
        return server

    def _layout(self) -> Any:
        if self._desk is not None:
            words = texts(self._desk.lang)
            lon, lat = CENTRE
            bounds = self._bounds or (lon - 0.15, lat - 0.1, lon + 0.15, lat + 0.1)
            ground = situation_map(bounds=bounds, centre=CENTRE, zoom=12, width=0)
            return html.Div(duty(replace(self._desk, bounds=bounds), words, ground))
        style = dict(part.split(":", 1) for part in self._stage.split(";"))
        lon, lat = CENTRE
        bounds = self._bounds or (lon - 0.15, lat - 0.1, lon + 0.15, lat + 0.1)
        ground = situation_map(bounds=bounds, centre=CENTRE, zoom=12, width=0)
        scrims = [html.Div(className=f"scrim {side}") for side in ("left", "right", "top", "bottom")]
        box = {"position": "absolute", "inset": "0"}
        edges = {"data-pad": self._pad, "data-covered": self._covered}
        return html.Main(
            [
                html.Div(ground, className="map-ground", style=box, **edges),
                *(scrims if self._pad != "0,0,0,0" else []),
            ],
            id="stage",
            style={"position": "absolute", "transformOrigin": "0 0", "fontFamily": "var(--font)", **style},
            **{
                "data-page": "screen", "data-scope": "330110", "data-lang": self._lang, "data-stage": "1920x1080",
                "data-texts": json.dumps(dict(texts(self._lang)), ensure_ascii=False), "data-mode": "peace",
            },
        )  # fmt: skip

    def _guard(self) -> None:
        if request.path.startswith("/api/") and not self.signed_in:
            abort(401)

    def _snapshot(self) -> Any:
        return self.world.snapshot(self.instance)

    def _movers(self) -> Any:
        answer, buf = self.world.movers(self.instance)
        return {**answer, "at_ms": now_ms() + self.clock_off_ms, "buf": base64.b64encode(buf).decode()}

    def _city_file(self, name: str) -> Any:
        if not self.city:
            abort(404)
        if name == "city.json":
            return tomllib.loads((CITY / "city.toml").read_text(encoding="utf-8"))
        path = CITY / Path(name).name
        if not path.is_file():
            abort(404)
        return Response(path.read_bytes(), mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream")

    # --- the lanes

    def _connect(self, sid: str, _environ: Any, _auth: Any = None) -> None:
        if not self.signed_in:
            raise socketio.exceptions.ConnectionRefusedError("signed_out")
        hello = {"instance": self.instance, "server_ms": now_ms() + self.clock_off_ms, "build": "0", "scope": "330110"}
        self.sio.emit("hello", hello, to=sid)

    def _join(self, sid: str, said: dict[str, Any]) -> None:
        self.joins += 1
        if said["instance"] != self.instance:
            self.sio.emit("resync", {}, to=sid)
            return
        self.clients[sid] = Client(seq=said["seq"], frame=said["frame"])

    def _ack(self, sid: str, said: dict[str, Any]) -> None:
        client = self.clients.get(sid)
        if client:
            client.acks.append(said)
            client.unanswered.discard(said["lane"])

    def _pump(self) -> None:
        while not self._over.wait(PUMP_S):
            for sid, client in list(self.clients.items()):
                if not self.silent:
                    with self._emitting:
                        self._serve(sid, client)

    def _serve(self, sid: str, client: Client) -> None:
        now = now_ms() / 1000
        if "delta" not in client.unanswered and (delta := self.world.delta(client.seq)):
            client.seq = delta["seq"]
            client.unanswered.add("delta")
            self.sio.emit("delta", delta, to=sid)
            client.said_at = now
        if "frame" not in client.unanswered and (frame := self.world.frame_since(client.frame)):
            client.frame = frame["frame"]
            client.unanswered.add("frame")
            self.sio.emit("frame", frame, to=sid)
            client.said_at = now
        if now - client.said_at >= BEAT_S:
            beat = {"at_ms": now_ms() + self.clock_off_ms, "seq": client.seq, "frame": client.frame}
            self.sio.emit("beat", beat, to=sid)
            client.said_at = now
