"""The push over real sockets: who may connect, what arrives, and how connections end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import socketio
from websocket import WebSocket, WebSocketConnectionClosedException, create_connection
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from cockpit.domain.scope import Scope
from cockpit.push.register import Push, PushServices, register_push
from cockpit.situation.wire import HEAD_BYTES, POSITION_BYTES
from cockpit.store.accounts import Role
from tests.api.town import HERE_STREET, NOON, Town, event, position

#: only a test that fails waits so long
PATIENCE_S = 20.0


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nobody reads a test's access log."""


class Served:
    """A town on a port of its own, with its push."""

    def __init__(self, town: Town, **given: Any) -> None:
        self.town = town
        self.screens: list[Screen] = []
        services: dict[str, Any] = {
            "projector": town.fold, "identities": town.identities, "build": "b", "registry": town.registry,
            "render": lambda _scope, _lang, _stage: {"as_of_ms": 1, "panels": {"p": "x"}, "counts": {}, "feeds": {}},
            "interval_s": 0.05,
        }  # fmt: skip
        self.push: Push = register_push(town.app, PushServices(**{**services, **given}))
        town.build(session_ended=self.push.session_ended, movers_held=self.push.movers_held)
        self.server: BaseWSGIServer = make_server("127.0.0.1", 0, town.app, threaded=True, request_handler=_Quiet)
        self.server.daemon_threads = True  # type: ignore[attr-defined]  # of the threading mix-in
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.socket_url = self.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def open(self, **given: Any) -> "Screen":
        self.screens.append(Screen(self, **given))
        return self.screens[-1]

    def connect(self, *, query: str = "", header: dict[str, str] | None = None) -> WebSocket:
        """A bare websocket; its greeting may come in one piece with the answer to the handshake."""
        return create_connection(f"{self.socket_url}{query}", header=header or {}, timeout=PATIENCE_S)

    def refuses(self, *, query: str = "", **headers: str) -> bool:
        """True if somebody with these headers is told that he may not connect."""
        raw = self.connect(query=query, header=headers)
        assert str(raw.recv()).startswith("0{")
        raw.send("40")
        said = str(raw.recv())
        raw.close()
        assert said.startswith(("40{", "44{")), said
        return bool(said.startswith("44{"))

    def close(self) -> None:
        # the server goes first: a client that closes waits for seconds
        self.push.stop()
        for screen in self.screens:
            screen.io.eio.read_loop_task.join()
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


class Screen:
    """A socket client that remembers what it heard and acknowledges like a browser."""

    def __init__(self, served: Served, *, cookie: str = "", token: str = "", query: str = "", ack: bool = True) -> None:
        self._served, self._ack = served, ack
        self._heard = threading.Condition()
        self.heard: list[tuple[str, Any]] = []
        self.io = socketio.Client(reconnection=False)
        for name in ("hello", "delta", "frame", "panels", "beat", "resync", "lookers", "mine", "mode"):
            self.io.on(name, lambda data=None, name=name: self._take(name, data))
        self.io.on("disconnect", lambda *_: self._take("disconnect", None))
        headers = {"Cookie": f"cockpit_session={cookie}"} if cookie else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.io.connect(
            served.url + query, headers=headers, transports=["websocket"], wait=True, wait_timeout=PATIENCE_S
        )

    def _take(self, name: str, data: Any) -> None:
        numbers = {"delta": "seq", "frame": "frame", "panels": "as_of_ms", "mine": "seq", "mode": "seq"}
        if self._ack and name in numbers:
            with suppress(socketio.exceptions.SocketIOError):  # it may just have been cut off
                self.io.emit("ack", {"lane": name, "n": data[numbers[name]]})
        with self._heard:
            self.heard.append((name, data))
            self._heard.notify_all()

    def wait(self, name: str, that: Callable[[Any], bool] = lambda _data: True) -> Any:
        """The first message `name` for which `that` holds."""

        def found() -> list[Any]:
            return [data for heard, data in list(self.heard) if heard == name and that(data)]

        with self._heard:
            assert self._heard.wait_for(lambda: bool(found()), PATIENCE_S), f"no {name} among {self.heard}"
            return found()[0]

    def join(self, **given: Any) -> None:
        """As a browser does: continue from what the API just gave."""
        fold = self._served.town.fold
        hello = self.wait("hello")
        with fold.lock:
            where = {"seq": fold.situation.seq, "frame": fold.movers.frame}
            self._served.push.movers_held(Scope(hello["scope"]))
        self.io.emit("join", {"instance": hello["instance"], "lang": "en", "panels": True, **where, **given})


@pytest.fixture
def served(bare_town: Town) -> Iterator[Served]:
    served = Served(bare_town)
    yield served
    served.close()


@pytest.fixture
def screens(served: Served) -> Callable[..., Screen]:
    return served.open


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def told(town: Town, *events: dict[str, Any]) -> None:
    town.caller(Role.FEED).post("feeds/events", list(events))
    town.fold.follow()


def test_a_signed_in_browser_is_greeted_and_hears_what_changes(served: Served, screens: Any) -> None:
    town = served.town
    screen = screens(cookie=town.browser(Role.SCREEN).cookie)
    hello = screen.wait("hello")
    assert (hello["instance"], hello["build"], hello["scope"]) == ("instance-1", "b", "330110")
    screen.join()
    told(town, event(1, title="<img src=x onerror=alert(1)>"))
    delta = screen.wait("delta")
    assert delta["events"]["citizen:1"][5] == "<img src=x onerror=alert(1)>"
    town.caller(Role.FEED).post("feeds/positions", [position("a"), position("b")])
    town.fold.follow()
    frame = screen.wait("frame")
    assert [who for _, who, _ in frame["roster"]] == ["a", "b"]
    assert len(frame["buf"]) == HEAD_BYTES + 2 * POSITION_BYTES
    assert screen.wait("panels")["panels"] == {"p": "x"}
    assert screen.io.call("clock", timeout=PATIENCE_S) > 1_700_000_000_000
    assert screen.wait("beat")["seq"] >= 0


def test_nobody_connects_without_a_session(served: Served) -> None:
    town = served.town
    street, feed = town.token(Role.DUTY, HERE_STREET), town.token(Role.FEED)
    assert served.refuses()
    assert served.refuses(Cookie="cockpit_session=guess")
    assert served.refuses(Authorization="Bearer guess")
    assert served.refuses(Authorization=f"Bearer {feed}")
    assert served.refuses(Authorization=f"Bearer {street}", query="&scope=330110")
    assert served.refuses(Authorization=f"Bearer {street}", query="&scope=x")
    assert not served.refuses(Authorization=f"Bearer {street}", query=f"&scope={HERE_STREET}")


def test_a_page_of_another_site_cannot_connect(served: Served) -> None:
    cookie = served.town.browser(Role.SCREEN).cookie
    headers = {
        "Cookie": f"cockpit_session={cookie}", "Origin": "https://evil.example", "Connection": "Upgrade",
        "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
    }  # fmt: skip
    answer = httpx.get(f"{served.url}/socket.io/?EIO=4&transport=websocket", headers=headers)
    assert (answer.status_code, answer.json()) == (400, "Not an accepted origin.")


def test_only_websockets_are_spoken(served: Served) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        socketio.Client(reconnection=False).connect(served.url, transports=["polling"])


def test_a_street_s_browser_hears_its_street(served: Served, screens: Any) -> None:
    town = served.town
    screen = screens(token=town.token(Role.DUTY, HERE_STREET))
    screen.join()
    told(town, event(1, lon=119.80, lat=30.40), event(2))
    delta = screen.wait("delta", lambda d: bool(d["events"]))
    assert list(delta["events"]) == ["citizen:2"]


def test_a_browser_that_asks_for_more_than_its_scope_is_cut_off(served: Served, screens: Any) -> None:
    screen = screens(token=served.town.token(Role.DUTY, HERE_STREET))
    screen.join(scope="330110")
    screen.wait("disconnect")


@pytest.mark.parametrize("wrong", [{"instance": "other"}, {"seq": 10**9}, {"frame": 10**9}])
def test_a_browser_of_another_life_joins_again(served: Served, screens: Any, wrong: dict[str, Any]) -> None:
    screen = screens(token=served.town.token(Role.SCREEN))
    screen.join(**wrong)
    screen.wait("resync")


@pytest.mark.parametrize(
    "nonsense",
    [None, 5, "x", [], {"seq": -1}, {"seq": 1.5}, {"instance": "i", "seq": 2**70}, {"lane": "moon", "n": 1}, {"n": []}],
)
def test_nonsense_from_a_browser_changes_nothing(served: Served, screens: Any, nonsense: Any) -> None:
    screen = screens(token=served.town.token(Role.SCREEN))
    screen.wait("hello")
    for name in ("join", "ack", "clock", "nothing"):
        screen.io.emit(name, nonsense)
    screen.join()
    told(served.town, event(1))
    screen.wait("delta")


def test_signing_out_ends_the_sockets_of_the_session(served: Served, screens: Any) -> None:
    town = served.town
    browser, other = town.browser(Role.DUTY), town.browser(Role.DUTY)
    cookie = browser.cookie
    ended, stays = screens(cookie=cookie), screens(cookie=other.cookie)
    ended.wait("hello")
    stays.join()
    browser.client.post("/signout", headers={"X-CSRF-Token": browser.csrf})
    ended.wait("disconnect")
    told(town, event(1))
    stays.wait("delta")
    assert served.refuses(Cookie=f"cockpit_session={cookie}")


def test_a_token_revoked_elsewhere_ends_its_sockets_within_seconds(served: Served, screens: Any) -> None:
    town = served.town
    screen = screens(cookie=town.browser(Role.SCREEN).cookie)
    screen.wait("hello")
    (account,) = town.accounts.list_tokens()
    town.accounts.revoke_token(account.token_id, NOON)
    screen.wait("disconnect")


def test_a_frozen_browser_is_cut_off_and_costs_one_message_a_lane(bare_town: Town) -> None:
    seconds = [0.0]
    served = Served(bare_town, monotonic=lambda: seconds[0] + time.monotonic())
    try:
        screen = served.open(token=bare_town.token(Role.SCREEN), ack=False)
        screen.join()
        told(bare_town, event(1))
        screen.wait("delta")
        for n in range(2, 10):
            told(bare_town, event(n))
        seconds[0] = 31.0
        screen.wait("disconnect")
        assert sum(name == "delta" for name, _ in screen.heard) == 1
    finally:
        served.close()


def test_a_connection_that_never_says_who_it_is_is_cut(bare_town: Town) -> None:
    seconds = [0.0]
    served = Served(bare_town, monotonic=lambda: seconds[0] + time.monotonic())
    try:
        raw = served.connect()
        assert str(raw.recv()).startswith("0")
        until(lambda: bool(served.push._watch._websockets.open_ids()))
        served.push._watch.look()
        seconds[0] = 10.0
        served.push._watch.look()
        with pytest.raises((WebSocketConnectionClosedException, ConnectionResetError)):
            raw.recv()
    finally:
        served.close()


def test_a_full_house_takes_no_more(bare_town: Town) -> None:
    served = Served(bare_town, most_clients=1)
    try:
        token = bare_town.token(Role.SCREEN)
        served.open(token=token).wait("hello")
        assert served.refuses(Authorization=f"Bearer {token}")
    finally:
        served.close()


def test_officers_at_the_same_event_see_each_other(screens: Callable[..., Screen], served: Served) -> None:
    town = served.town
    town.caller(Role.FEED).post("feeds/events", event(1))
    town.fold.follow()
    names = ("李明", "王芳")
    tokens = [
        town.accounts.create_token(role=Role.DUTY, scope="330110", name=n, subject="", now=town.now) for n in names
    ]
    one, other = (screens(token=token) for token in tokens)
    watching, elsewhere = screens(token=town.token(Role.SCREEN)), screens(token=town.token(Role.DUTY, "330110113"))
    for screen in (one, other, watching, elsewhere):
        screen.wait("hello")
        screen.io.emit("look", {"event_id": "citizen:1"})
    one.wait("lookers", lambda told: told == {"event_id": "citizen:1", "names": ["王芳"]})
    other.wait("lookers", lambda told: told == {"event_id": "citizen:1", "names": ["李明"]})
    other.io.emit("look", {"event_id": None})
    one.wait("lookers", lambda told: told["names"] == [])
    other.io.emit("look", {"event_id": "citizen:1"})
    until(lambda: [d["names"] for name, d in one.heard if name == "lookers"][-1] == ["王芳"])
    other.io.disconnect()
    until(lambda: [d["names"] for name, d in one.heard if name == "lookers"][-1] == [])
    for silent in (watching, elsewhere):
        assert "lookers" not in [name for name, _ in silent.heard]
