"""大屏 in a real browser: nothing clips, nothing overlaps, clocks run, what goes stale says so by itself."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cockpit.domain.source import FeedStatus
from cockpit.services.wartime import Scene
from cockpit.situation.figures import Figures
from layouts.context import ScreenContext
from layouts.wall import STANDARD
from tests.browser.wall_app import message_of, served, wall_app
from tests.layouts.sample import UNHEARD, a_day, nothing_yet, surroundings
from tests.layouts.war_sample import (
    a_scene,
    at_war,
    evacuating,
    evacuation_rows,
    lost_sight,
    mode_row,
    order_rows,
)

pytestmark = pytest.mark.browser

HLS = "application/vnd.apple.mpegurl"
_SIZES = {"1920x1080": (1920, 1080), "1366x768": (1366, 768), "3840x1080": (3840, 1080)}

#: every element whose content is wider than itself and that does not mean to end in an ellipsis
_CLIPPED = """() => [...document.querySelectorAll('#stage .panel *, #stage .bar *, #stage .foot *, #stage .legend *')]
  .filter((e) => !e.closest('svg, .js-plotly-plot, .link-bar, .ticker, .mode-dialog') && e.clientWidth > 0)
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).textOverflow !== 'ellipsis')
  .map((e) => e.className + ': ' + e.textContent.slice(0, 60))"""
#: every element of a panel that reaches out of it
_OUTSIDE = """() => [...document.querySelectorAll('#stage .panel')].flatMap((panel) => {
  const box = panel.getBoundingClientRect();
  return [...panel.querySelectorAll('*')].filter((e) => !e.closest('svg, .js-plotly-plot')).filter((e) => {
    const b = e.getBoundingClientRect();
    const across = b.left < box.left - 1 || b.right > box.right + 1;
    return b.width && (across || b.top < box.top - 1 || b.bottom > box.bottom + 1);
  }).map((e) => panel.id + ' ' + e.className + ': ' + e.textContent.slice(0, 60));
})"""
#: a WHEP server inside the page: cam-1 has a picture that moves until `whep.drawing` is cleared, others are refused
_WHEP = """() => {
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d'), through = window.fetch;
  const move = () => { pen.fillStyle = `hsl(${Date.now() % 360} 80% 50%)`; pen.fillRect(0, 0, 300, 150); };
  window.whep = { left: [], links: [], drawing: setInterval(move, 50) };
  window.fetch = async (url, options) => {
    if (options && options.method === 'DELETE') { whep.left.push(String(url)); return new Response(); }
    if (!String(url).endsWith('/whep')) return through(url, options);
    if (!url.includes('cam-1')) return new Response('', { status: 404 });
    const link = new RTCPeerConnection();
    whep.links.push(link);
    await link.setRemoteDescription({ type: 'offer', sdp: options.body });
    canvas.captureStream().getTracks().forEach((track) => link.addTrack(track));
    await link.setLocalDescription();
    await new Promise((done) => setTimeout(done, 500));
    const answer = new Response(link.localDescription.sdp, { status: 201, headers: { Location: '/sessions/1' } });
    return Object.defineProperty(answer, 'url', { value: new URL(url, window.location).href });
  };
}"""
#: pairs of things on the stage that must stay apart
_OVERLAPS = """() => {
  const chrome = '#stage .panel, .bar, .layers, .sound, .legend, .people-block, .map-notes, .foot';
  const parts = [...document.querySelectorAll(chrome)];
  const inBar = [...document.querySelectorAll('.bar .left, .bar .headline, .feeds')];
  const feeds = [...document.querySelectorAll('.feed')];
  const found = [];
  for (const group of [parts, inBar, feeds]) group.forEach((a, i) => group.slice(i + 1).forEach((b) => {
    const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
    const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (x > 1 && y > 1) found.push(a.className + ' | ' + b.className);
  }));
  return found;
}"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One browser context, so that the chart's large script is fetched and compiled once."""
    return browser.new_context(reduced_motion="reduce")


@pytest.fixture(scope="module")
def url_of() -> Iterator[Callable[[str, str], str]]:
    """The address of a wall in a language on a stage, each served once."""
    with ExitStack() as serving:
        yield cache(lambda lang, stage: serving.enter_context(served(wall_app(lang=lang, stage=stage))))


@pytest.fixture
def open_wall(context: BrowserContext, url_of: Callable[[str, str], str]) -> Iterator[Open]:
    """Opens a wall of a size in a language and says `figures` to it; the page must make no error."""
    pages: list[Page] = []
    errors: list[str] = []

    def opened(size: str = "1920x1080", lang: str = "zh-CN", figures: Figures | None = None) -> Page:
        stage = _stage(size)
        width, height = _SIZES[size]
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url_of(lang, stage))
        page.wait_for_selector("#trend-graph .main-svg")
        if figures is not None:
            say(page, figures, surroundings(), lang, stage)
        return page

    yield opened
    for page in pages:
        page.close()
    assert errors == []


def _stage(size: str) -> str:
    return size if size == "3840x1080" else "1920x1080"


def say(
    page: Page,
    figures: Figures,
    context: ScreenContext,
    lang: str = "zh-CN",
    stage: str = "1920x1080",
    scene: Scene | None = None,
) -> None:
    page.evaluate("m => cockpit.emit('panels', m)", message_of(figures, context, lang, stage, scene))
    page.wait_for_selector("#legend [data-count=green]")
    page.wait_for_timeout(400)


_LATE = surroundings(video_ai=(FeedStatus.STALE, 48.0), drone=(FeedStatus.LOST, 250.0))
_CASES = {
    "day": (a_day(), _LATE),
    "huge": (a_day(21), surroundings()),
    "nothing": (nothing_yet(), surroundings(**UNHEARD)),
}


@pytest.mark.parametrize(
    ("size", "lang"),
    [(size, lang) for size in _SIZES for lang in ("zh-CN", "en")],
)
def test_nothing_clips_and_nothing_overlaps(open_wall: Open, tmp_path: Path, size: str, lang: str) -> None:
    page = open_wall(size, lang)
    for case, (figures, around) in _CASES.items():
        say(page, figures, around, lang, _stage(size))
        page.screenshot(path=tmp_path / f"{size}-{lang}-{case}.png")
        assert page.evaluate(_CLIPPED) == [], case
        assert page.evaluate(_OUTSIDE) == [], case
        assert page.evaluate(_OVERLAPS) == [], case


@pytest.mark.parametrize(("size", "lang"), [(size, lang) for size in _SIZES for lang in ("zh-CN", "en")])
def test_wartime_clips_nothing_and_overlaps_nothing(open_wall: Open, tmp_path: Path, size: str, lang: str) -> None:
    page = open_wall(size, lang)
    for case, scene in {"calm": a_scene(), "evacuating": evacuating(), "unknown": lost_sight()}.items():
        turn_to_war(page, evacuation=case == "evacuating", orders=0 if case == "unknown" else 10)
        say(page, at_war(), surroundings(), lang, _stage(size), scene)
        page.screenshot(path=tmp_path / f"war-{size}-{lang}-{case}.png")
        assert page.evaluate(_CLIPPED) == [], case
        assert page.evaluate(_OUTSIDE) == [], case
        assert page.evaluate(_OVERLAPS) == [], case


def turn_to_war(page: Page, *, evacuation: bool = False, orders: int = 8) -> None:
    """What the push tells when the mode turns, and the orders and evacuations that it holds."""
    page.evaluate(
        """([mode, orders, evacuations]) => {
          cockpit.situation = { events: new Map(), alarms: new Map(), mode, orders: new Map(Object.entries(orders)),
            evacuations: new Map(Object.entries(evacuations)) };
          cockpit.emit('snapshot', { mode, events: {}, alarms: {} });
          cockpit.emit('delta', { mode, orders, evacuations, events: {}, alarms: {} });
        }""",
        [mode_row(), order_rows(orders), evacuation_rows() if evacuation else {}],
    )


def test_a_turn_to_wartime_shows_title_and_clock_before_the_next_panels(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    expect(page.locator("#panel-incident")).to_be_hidden()
    turn_to_war(page)
    expect(page.locator("#headline h1")).to_have_text("路面塌陷仓前街道 文一西路高教路口")
    expect(page.locator("#war-clock")).to_have_text("00:12:07")
    expect(page.locator("#panel-incident")).to_be_visible()
    expect(page.locator("#panel-today")).to_be_hidden()
    page.evaluate("cockpit.emit('delta', {mode: {mode: 'peacetime', event_id: null, at: testNow}})")
    expect(page.locator("#panel-today")).to_be_visible()
    expect(page.locator("#panel-incident")).to_be_hidden()


def test_the_ladder_counts_each_stop_and_says_who_is_silent(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    turn_to_war(page)
    assert page.locator("#panel-ladder [data-rung]").all_inner_texts() == ["8", "7", "7", "6", "4"]
    last = page.locator("[data-order-id=o7]")
    expect(last.locator(".m")).to_have_text("已自动改派")
    expect(last.locator(".stops i").nth(1)).to_have_class("missed")
    fresh = {
        "o9": ["gridworker:1", "r", "gridworker", "周**", "封控", "issued", None, None, {}, None, None, None, None]
    }
    page.evaluate(
        """(fresh) => { const row = fresh.o9; row[6] = testNow; row[7] = testNow + 90000;
          cockpit.situation.orders.set('o9', row); cockpit.emit('delta', { orders: fresh }); }""",
        fresh,
    )
    new = page.locator("[data-order-id=o9] .when span")
    expect(new).to_have_text("余 01:30")
    page.evaluate("testNow += 100000")
    expect(new).to_have_text("00:10")
    expect(page.locator("#ladder-rows .receipt").first).to_have_attribute("data-order-id", "o9")


class _Quiet(SimpleHTTPRequestHandler):
    """A server of streams: another origin than the wall's, as a platform of cameras is."""

    def guess_type(self, path: Any) -> str:
        return HLS if str(path).endswith(".m3u8") else "video/mp2t"

    def log_message(self, *_: Any) -> None:
        """Nothing: a test's requests are no news."""


@pytest.fixture(scope="module")
def hls_url() -> Iterator[str]:
    """The playlist of `tests/browser/hls` (three seconds of H.264, drawn), served as a camera platform would."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(Path(__file__).parent / "hls")))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.m3u8"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_camera_that_does_not_answer_says_so_and_offers_the_next_nearest(open_wall: Open, hls_url: str) -> None:
    page = open_wall(figures=a_day())
    clip = "/assets/clips/street-1.webm"
    urls = ("/nowhere.webm", clip, hls_url, "/nothing.jpg", clip, clip)
    streams = ("video", "video", "hls", "jpeg", "video", "video")
    docked = tuple(
        replace(camera, url=url, stream=stream)
        for camera, url, stream in zip(a_scene().cameras or (), urls, streams, strict=True)
    )
    turn_to_war(page)
    say(page, at_war(), surroundings(), scene=a_scene(cameras=docked))
    tiles = page.locator("#camera-tiles .cam")
    expect(tiles).to_have_count(4)
    dead, good = page.locator("[data-camera-id=cam-0]"), page.locator("[data-camera-id=cam-1]")
    expect(dead).to_have_attribute("data-state", "no_signal", timeout=15_000)
    expect(dead.locator(".words")).to_have_text("无信号")
    expect(good).to_have_attribute("data-state", "live", timeout=15_000)
    # HLS is played by browsers that can; others say so
    can = page.evaluate(f"document.createElement('video').canPlayType('{HLS}') !== ''")
    hls = page.locator("[data-camera-id=cam-2]")
    expect(hls).to_have_attribute("data-state", "live" if can else "unsupported", timeout=15_000)
    dead.locator("[data-action=camera-next]").click()
    expect(page.locator("[data-camera-id=cam-0]")).to_have_count(0)
    expect(page.locator("[data-camera-id=cam-4]")).to_have_attribute("data-state", "live", timeout=15_000)


def test_a_camera_by_webrtc_whose_pictures_stop_says_since_when_although_its_connection_lasts(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    page.evaluate(_WHEP)
    docked = tuple(replace(camera, url=f"/{camera.id}/whep", stream="whep") for camera in a_scene().cameras or ())
    turn_to_war(page)
    say(page, at_war(), surroundings(), scene=a_scene(cameras=docked[:2]))
    refused, good = page.locator("[data-camera-id=cam-0]"), page.locator("[data-camera-id=cam-1]")
    expect(good).to_have_attribute("data-state", "live", timeout=15_000)
    expect(refused.locator(".words")).to_have_text("无信号")
    page.evaluate("clearInterval(whep.drawing)")
    expect(good.locator(".words")).to_have_text("画面停在 14:32:05", timeout=15_000)
    page.evaluate("cockpit.emit('mode', { war: null })")
    page.wait_for_function("whep.left.length")
    assert page.evaluate("whep.left[0]").endswith("/sessions/1")


def test_what_the_map_leaves_out_lies_under_panels(open_wall: Open) -> None:
    left, _, right, _ = STANDARD.map_covered
    panels = (
        open_wall().locator(".panel").evaluate_all("all => all.map(p => [p.offsetLeft, p.offsetLeft + p.offsetWidth])")
    )
    assert max(end for start, end in panels if start < left) == left
    assert min(start for start, end in panels if end > STANDARD.width - right) == STANDARD.width - right


def test_the_stage_keeps_its_shape_and_lies_in_the_middle(open_wall: Open) -> None:
    page = open_wall("1366x768", figures=a_day())
    page.set_viewport_size({"width": 1000, "height": 1000})
    page.wait_for_timeout(100)
    box = page.locator("#stage").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (1000, 562)
    assert abs(box["y"] - 219) <= 3


def test_clock_and_countdowns_run_on_the_servers_clock(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    expect(page.locator("[data-clock=minutes]")).to_have_text("14:32")
    expect(page.locator("[data-clock=date]")).to_have_text("2026-11-19")
    row = page.locator("#panel-red [data-event-id='gridworker:3'] .cd")
    expect(row).to_have_text("余00:08:51")
    page.evaluate("testNow += 600000")
    expect(row).to_have_text("超00:01:08")
    expect(row).to_have_attribute("data-over", "true")


def test_badges_go_amber_then_grey_when_nothing_is_pushed_any_more(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    badge = page.locator("#panel-today [data-asof]")
    expect(badge).to_have_attribute("data-trust", "fresh")
    expect(badge).to_have_text("14:32:05")
    page.evaluate("testNow += 6000")
    expect(badge).to_have_attribute("data-trust", "late")
    page.evaluate("testNow += 60000")
    expect(badge).to_have_attribute("data-trust", "dead")
    expect(badge).to_have_text("断流 1 分")
    page.evaluate("cockpit.emit('beat', {at_ms: testNow})")
    expect(badge).to_have_attribute("data-trust", "fresh")


def test_a_panel_takes_the_worst_state_of_its_feeds(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    say(page, a_day(), _LATE)
    expect(page.locator("#panel-today [data-asof]")).to_have_text("无人机 断流 4 分")
    expect(page.locator("#panel-alarms [data-asof]")).to_have_attribute("data-trust", "fresh")
    expect(page.locator("#panel-sources")).to_have_attribute("data-trust", "fresh")


def test_an_interrupted_push_is_said_across_the_bar(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    expect(page.locator("#link-bar")).to_be_hidden()
    page.evaluate("cockpit.emit('link', {state: 'lost', since_ms: testNow - 5000})")
    expect(page.locator("#link-bar")).to_have_text("推送中断，正在重连已 5 秒")
    page.evaluate("cockpit.emit('link', {state: 'live', since_ms: testNow})")
    expect(page.locator("#link-bar")).to_be_hidden()


def test_a_second_push_changes_rows_in_place_and_keeps_the_ticking_text(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    fewer = replace(a_day(), red=a_day().red[3:])
    say(page, fewer, surroundings())
    rows = page.locator("#panel-red [data-event-id]")
    expect(rows).to_have_count(5)
    expect(rows.first.locator(".cd")).to_have_text("余00:08:51")
    say(page, replace(a_day(), red=[]), surroundings())
    expect(page.locator("#panel-red .empty")).to_have_text("当前无红色事件")
    say(page, a_day(), surroundings())
    expect(rows.first.locator(".cd")).to_have_text("超00:42:18")


def test_layers_are_turned_by_mouse_and_keyboard_and_remembered_in_the_address(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    page.evaluate("() => { window.heard = []; cockpit.on('layer', (l) => heard.push(l)); }")
    page.click("[data-action=layer-grid]")
    page.focus("[data-action=layer-iot]")
    page.keyboard.press("Enter")
    assert page.evaluate("heard") == [{"name": "grid", "on": False}, {"name": "iot", "on": True}]
    assert page.evaluate("location.hash") == "#off=grid&on=iot"
    page.reload()
    expect(page.locator("[data-action=layer-grid]")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-action=layer-iot]")).to_have_attribute("aria-pressed", "true")


def test_wartime_is_asked_for_once_and_shown_only_when_it_is_pushed(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    asked: list[Any] = []

    def answer(route: Any) -> None:
        asked.append((route.request.method, route.request.headers.get("x-csrf-token"), route.request.post_data_json))
        route.fulfill(status=202, json={"command_id": "c-1"})

    page.route("**/api/v1/mode", answer)
    page.click("[data-action=mode-wartime]")
    expect(page.locator("#mode-dialog-title")).to_have_text("切换到战时？")
    expect(page.locator("#mode-dialog-focus")).to_have_text("焦点事件：污水外溢 · 主干管破损")
    page.click("[data-action=mode-confirm]")
    expect(page.locator("#mode-toast-words")).to_have_text("已请求切换")
    assert asked == [("PUT", "token", {"mode": "wartime", "scope": "330110", "event_id": "gridworker:0"})]
    expect(page.locator("#mode")).to_have_attribute("data-mode", "peacetime")
    page.evaluate("cockpit.emit('delta', {mode: {mode: 'wartime', event_id: 'gridworker:0', at: testNow}})")
    expect(page.locator("#mode")).to_have_attribute("data-mode", "wartime")
    expect(page.locator("#stage")).to_have_attribute("data-mode", "war")


def test_an_alarm_rings_until_somebody_confirms(open_wall: Open) -> None:
    page = open_wall(figures=a_day())
    page.click("[data-action=sound]")
    expect(page.locator("#sound")).to_have_attribute("data-state", "ready")
    page.evaluate("cockpit.emit('delta', {alarms: {'a-9': [120, 30, 'smoke', testNow, '']}, events: {}})")
    expect(page.locator("#sound")).to_have_attribute("data-state", "ringing")
    expect(page.locator(".sound-words")).to_have_text("新告警 · 确认")
    page.click("[data-action=sound]")
    expect(page.locator("#sound")).to_have_attribute("data-state", "ready")
    page.hover("#sound")
    page.click("[data-action=sound-mute]")
    expect(page.locator(".sound-words")).to_have_text("静音 10:00")
