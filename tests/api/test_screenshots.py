"""导出图片 through the API: without a browser it says what is missing, and only what is on the lists is asked for."""

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from cockpit.api.screenshots import ScreenshotAnswers, screenshots_blueprint
from cockpit.services.screenshots.asked import AskedError, address_of
from cockpit.services.screenshots.child import TakingError
from cockpit.services.screenshots.chromium import find_chromium
from cockpit.services.screenshots.desk import MOST_WAITING, Drawn, FullError, ScreenshotDesk
from cockpit.services.screenshots.leftovers import PREFIX, own_folder, sweep_left
from cockpit.services.screenshots.order import Caption, Order, Told
from cockpit.services.screenshots.page_shown import PageShown
from cockpit.services.screenshots.shelf import Picture, PictureShelf, PictureState, own_name
from cockpit.store.accounts import Role
from tests.api.town import Town

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def asked(picture_id: str = "a1", **given: object) -> Picture:
    told = {
        "id": picture_id, "page": "screen", "size": "1920x1080", "scope": "330110", "lang": "zh-CN", "role": "leader",
        "query": {}, "fragment": "", "asked_by": "王芳", "asked_at": NOW, "holder": own_name(),
    }  # fmt: skip
    return msgspec.convert({**told, **given}, Picture)


class Sessions:
    """Remembers which sessions were opened, for how long, and which ended."""

    def __init__(self) -> None:
        self.open: dict[str, str] = {}
        self.longest = timedelta()

    def create_session(self, token_id: str, *, now: datetime, expires_at: datetime) -> str:
        self.longest = max(self.longest, expires_at - now)
        self.open["cookie"] = token_id
        return "cookie"

    def end_session(self, cookie: str, now: datetime) -> bool:  # noqa: ARG002 — the interface
        return self.open.pop(cookie, None) is not None


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> ScreenshotDesk:
    """A desk behind the town's API; nobody runs it."""
    desk = desk_on(tmp_path / "pictures", town.accounts, lambda *_: Told())
    town.app.register_blueprint(screenshots_blueprint(ScreenshotAnswers(desk, city=town.city, clock=town.clock)))
    return desk


def test_without_a_browser_one_line_says_what_is_missing(town: Town, desk: ScreenshotDesk) -> None:
    desk.chromium = lambda: None
    answer = town.caller(Role.LEADER).post("screenshots", {"page": "screen"})
    assert (answer.status_code, answer.json["rule"]) == (503, "no_chromium")
    assert "COCKPIT_CHROMIUM" in answer.json["detail"]
    assert desk.shelf.newest() == []


def test_a_picture_is_asked_for_within_ones_own_scope_and_seen_by_ones_own_role(
    town: Town, desk: ScreenshotDesk
) -> None:
    street = town.caller(Role.LEADER, "330110012")
    row = street.post("screenshots", {"page": "leader", "query": {"range": "week"}})
    assert (row.status_code, row.json["scope"], row.json["state"]) == (202, "330110012", "waiting")
    assert street.post("screenshots", {"page": "screen", "scope": "330110"}).status_code == 403
    assert street.post("screenshots", {"page": "duty"}).json["field"] == "page"
    assert street.get(f"screenshots/{row.json['id']}.png").json["rule"] == "picture_is_not_made"
    assert [one["id"] for one in street.get("screenshots").json["items"]] == [row.json["id"]]
    assert town.caller(Role.DUTY).get(f"screenshots/{row.json['id']}").status_code == 404
    assert town.caller(Role.LEADER, "330110011").get(f"screenshots/{row.json['id']}").status_code == 404
    assert town.caller(Role.LEADER).get(f"screenshots/{row.json['id']}").status_code == 200
    for role in (Role.SCREEN, Role.GRIDWORKER, Role.FEED):
        assert town.caller(role).post("screenshots", {"page": "screen"}).status_code == 403
    assert desk.shelf.find(row.json["id"]).query == {"range": "week"}


def test_a_failed_picture_is_tried_again_by_whoever_asks_now(town: Town, desk: ScreenshotDesk) -> None:
    leader = town.caller(Role.LEADER)
    row = leader.post("screenshots", {"page": "screen"}).json
    assert leader.post(f"screenshots/{row['id']}/retry", {}).json["rule"] == "picture_has_not_failed"
    desk.shelf.keep(msgspec.structs.replace(desk.shelf.find(row["id"]), state=PictureState.FAILED, error="gone"))
    assert leader.get(f"screenshots/{row['id']}").json["error"] == "gone"
    assert leader.post(f"screenshots/{row['id']}/retry", {}).status_code == 202
    assert desk.shelf.find(row["id"]).state is PictureState.WAITING


def desk_on(folder: Path, sessions: Sessions, take) -> ScreenshotDesk:
    caption = Caption(
        lang="zh-CN",
        page="screen",
        place="余杭区",
        scope="330110",
        by="王芳",
        tz="Asia/Shanghai",
        demo=True,
        definitions={},
    )
    return ScreenshotDesk(
        shelf=PictureShelf(folder), sessions=sessions, chromium=lambda: "/usr/bin/chromium",
        origin=lambda: "http://127.0.0.1:1", caption=lambda _picture: caption, take=take,
        cookies=lambda cookie: {"session": cookie}, kept_for=timedelta(days=1), font_cache=str(folder / "fonts"),
        clock=lambda: NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("page", {"page": "duty"}),
        ("page", {"page": "../signin"}),
        ("page", {"page": "file:///etc/passwd"}),
        ("size", {"size": "99999x99999"}),
        ("query", {"query": {"token": "secret"}}),
        ("query", {"query": {"as_of": "x" * 401}}),
        ("fragment", {"fragment": "//evil.example"}),
    ],
)
def test_only_pages_sizes_and_parts_of_addresses_that_are_listed_can_be_asked_for(field: str, given: dict) -> None:
    usual = {"page": "screen", "size": "1920x1080", "scope": "330110", "lang": "en", "query": {}, "fragment": ""}
    with pytest.raises(AskedError) as refused:
        address_of(**{**usual, **given})
    assert refused.value.field == field


def test_what_is_asked_for_stays_one_value_of_the_address_whatever_it_says() -> None:
    address = address_of("leader", "3840x2160", "330110", "en", {"event": "a&scope=33#x"}, "")
    assert address == "/leader?scope=330110&lang=en&event=a%26scope%3D33%23x"
    assert "stage=3840x1080" in address_of("screen", "3840x1080", "330110", "zh-CN", {}, "on=iot")


def test_a_session_lives_as_long_as_its_picture_is_made(tmp_path: Path) -> None:
    sessions, orders, stop = Sessions(), [], threading.Event()

    def take(order: Order, at_step, _stop) -> Told:
        assert sessions.open == {"cookie": "token-1"}
        orders.append(order)
        at_step("drawing")
        assert desk.shelf.find("a1").step == "drawing"
        Path(order.out).write_bytes(b"png")
        stop.set()
        return Told(made=True, width=1920, height=1200, as_of_ms=int(NOW.timestamp() * 1000), notes=["迟到"])

    desk = desk_on(tmp_path, sessions, take)
    desk.ask(asked(), "token-1")
    desk.run(stop)
    made = desk.shelf.find("a1")
    assert (made.state, made.as_of, made.height, made.notes) == (PictureState.MADE, NOW, 1200, ["迟到"])
    assert desk.shelf.find_file("a1").read_bytes() == b"png"
    assert sessions.open == {}
    assert sessions.longest <= timedelta(minutes=10)
    assert not Path(orders[0].folder).exists()
    assert "cookie" not in orders[0].url


def test_a_picture_that_cannot_be_made_says_why_and_ends_its_session(tmp_path: Path) -> None:
    sessions, stop = Sessions(), threading.Event()

    def take(_order: Order, _at_step, _stop) -> Told:
        stop.set()
        raise TakingError("the browser has gone")

    desk = desk_on(tmp_path, sessions, take)
    desk.ask(asked(), "token-1")
    desk.run(stop)
    failed = desk.shelf.find("a1")
    assert (failed.state, failed.error, failed.tries) == (PictureState.FAILED, "the browser has gone", 1)
    assert sessions.open == {}


def test_who_comes_when_many_wait_is_told_so(tmp_path: Path) -> None:
    desk = desk_on(tmp_path, Sessions(), lambda *_: Told())
    for n in range(MOST_WAITING):
        desk.ask(asked(f"a{n}"), "token-1")
    with pytest.raises(FullError):
        desk.ask(asked("b"), "token-1")
    assert desk.shelf.find("b") is None


def test_a_picture_whose_maker_has_ended_has_failed_and_old_ones_are_taken_away(tmp_path: Path) -> None:
    shelf = PictureShelf(tmp_path)
    host = own_name().rpartition(":")[0]
    ended = os.spawnlp(os.P_NOWAIT, "true", "true")
    os.waitpid(ended, 0)
    shelf.keep(asked("left", state="making", holder=f"{host}:{ended}"))
    shelf.keep(asked("mine", state="making"))
    assert shelf.find("left").state is PictureState.FAILED
    assert shelf.find("mine").state is PictureState.MAKING
    assert shelf.drop_before(NOW + timedelta(seconds=1)) == 1
    assert [one.id for one in shelf.newest()] == ["mine"]
    assert shelf.find("../left") is None


def test_a_browser_that_the_setting_names_and_that_is_not_there_is_none(tmp_path: Path, monkeypatch) -> None:
    assert find_chromium(str(tmp_path / "no-browser")) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_chromium() is None
    fetched = tmp_path / ".cache/ms-playwright/chromium-1187/chrome-linux/chrome"
    fetched.parent.mkdir(parents=True)
    fetched.touch(mode=0o755)
    assert find_chromium() == str(fetched)


class Asked:
    """DevTools that only notes down what the page is told about its requests."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, method: str, **_params: object) -> int:
        self.sent.append(method)
        return 0


@pytest.mark.parametrize(
    ("method", "url", "is_let_through"),
    [
        ("GET", "http://127.0.0.1:8050/api/v1/events", True),
        ("POST", "http://127.0.0.1:8050/_dash-update-component", True),
        ("GET", "data:image/png;base64,AA", True),
        ("POST", "http://127.0.0.1:8050/api/v1/orders", False),
        ("PUT", "http://127.0.0.1:8050/api/v1/mode", False),
        ("GET", "http://127.0.0.1:6379/", False),
        ("GET", "https://127.0.0.1:8050/screen", False),
        ("GET", "http://169.254.169.254/latest/meta-data", False),
        ("GET", "file:///etc/passwd", False),
    ],
)
def test_a_page_that_is_pictured_reads_its_own_server_and_does_nothing_else(
    tmp_path: Path, method: str, url: str, is_let_through: bool
) -> None:
    sessions, orders, stop = Sessions(), [], threading.Event()

    def take(order: Order, _at_step, _stop) -> Told:
        orders.append(order)
        stop.set()
        raise TakingError("not now")

    desk = desk_on(tmp_path, sessions, take)
    desk.origin = lambda: "http://127.0.0.1:8050"
    desk.ask(asked(), "token-1")
    desk.run(stop)
    told = Asked()
    page = PageShown(told, orders[0])
    page._paused({"requestId": "1", "request": {"method": method, "url": url}})
    assert told.sent == ["Fetch.continueRequest" if is_let_through else "Fetch.failRequest"]


def test_what_a_killed_process_left_is_swept_and_what_lives_is_left_alone(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    folders = {name: tmp_path / f"{PREFIX}{name}" for name in ("killed", "mine", "young", "old")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "profile").mkdir()
    (folders["killed"] / "owner").write_text(f"{socket.gethostname()}:{dead.pid}")
    own_folder(folders["mine"])
    hours_ago = time.time() - 7200
    os.utime(folders["old"], (hours_ago, hours_ago))
    other = tmp_path / "cockpit-redis-1"
    other.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(other)
    assert sweep_left(tmp_path) == 2
    assert {name for name, folder in folders.items() if folder.exists()} == {"mine", "young"}
    assert other.is_dir()


def test_a_report_does_not_wait_for_its_turn_without_bound(tmp_path: Path) -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow(order: Order, _at_step: object, _stop: threading.Event) -> Told:
        began.set()
        may_end.wait(60)
        Path(order.out).write_bytes(b"png")
        return Told(made=True, as_of_ms=1000, notes=["late"])

    sessions = Sessions()
    desk = desk_on(tmp_path / "pictures", sessions, slow)
    drawn: list[Drawn] = []
    first = threading.Thread(
        target=lambda: drawn.append(desk.draw(asked("r1"), "token", threading.Event(), within_s=60)), daemon=True
    )
    first.start()
    assert began.wait(60)
    with pytest.raises(TakingError, match="too long") as late:
        desk.draw(asked("r2"), "token", threading.Event(), within_s=0)
    assert late.value.why == "late"
    may_end.set()
    first.join(60)
    assert (drawn[0].body, drawn[0].notes) == (b"png", ["late"])
    assert sessions.open == {}
    assert desk.shelf.newest() == []
