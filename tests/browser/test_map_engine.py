"""The wire and the map in a real browser: what is pushed is what the pixels say, whatever happens in between."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness.looking import (
    BLUE,
    DEAD,
    DONE_DOT,
    PEOPLE,
    RED,
    RISK,
    live,
    point_of,
    sees,
    shows,
    stat,
    until,
)
from tests.browser.harness.server import Harness
from tests.browser.harness.world import CENTRE, World, event_row

pytestmark = pytest.mark.browser

LON, LAT = CENTRE


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def serve(world: World) -> Iterator[Callable[..., Harness]]:
    servers: list[Harness] = []

    def start(**how: object) -> Harness:
        servers.append(Harness(world, **how).start())  # type: ignore[arg-type]  # passed through as they are
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert not errors


def opened(page: Page, server: Harness) -> Page:
    page.goto(server.url)
    live(page)
    return page


def view_of(page: Page) -> list[float]:
    return page.evaluate(
        "(() => { const m = cockpit.map.leaflet, c = m.getCenter(); return [c.lat, c.lng, m.getZoom()] })()"
    )


def test_a_pushed_event_is_drawn_and_turns_green_when_it_is_closed(page, serve, world):
    opened(page, serve())
    assert not shows(page, LON, LAT, BLUE)
    world.put("a:1", event_row(LON, LAT, at_risk_in_s=600, overtime_in_s=900))
    sees(page, LON, LAT, BLUE)
    world.put("a:1", event_row(LON, LAT, "closed"))
    sees(page, LON, LAT, DONE_DOT)
    assert not shows(page, LON, LAT, BLUE)
    world.put("a:1", None)
    until(lambda: not shows(page, LON, LAT, DONE_DOT), "the event gone")


def test_an_event_turns_at_risk_and_overtime_by_the_clock_alone(page, serve, world):
    world.put("a:1", event_row(LON, LAT, at_risk_in_s=5, overtime_in_s=8))
    opened(page, serve())
    seq = stat(page, "seq")
    sees(page, LON, LAT, BLUE)
    sees(page, LON, LAT, RISK)
    sees(page, LON, LAT, RED)
    assert stat(page, "seq") == seq


def test_deadlines_run_on_the_servers_clock(page, serve, world):
    server = serve(clock_off_ms=3_600_000)
    world.put("a:1", event_row(LON, LAT, at_risk_in_s=1800, overtime_in_s=3000))
    opened(page, server)
    sees(page, LON, LAT, RED)
    assert abs(page.evaluate("cockpit.now() - Date.now()") - 3_600_000) < 1000


def test_a_gap_makes_the_browser_join_again(page, serve, world):
    server = serve()
    opened(page, server)
    server.say("delta", {"since": 1000, "seq": 1001, "at_ms": 0, "day_ms": 0, "events": {}, "alarms": {}})
    until(lambda: stat(page, "resyncs") == 1 and server.joins == 2, "a second join")
    world.put("a:1", event_row(LON, LAT))
    sees(page, LON, LAT, BLUE)


def test_a_delta_that_came_before_the_snapshot_is_ignored(page, serve, world):
    world.put("a:1", event_row(LON, LAT, "closed"))
    server = serve()
    opened(page, server)
    stale = {"since": 0, "seq": 1, "at_ms": 0, "day_ms": 0, "events": {"a:1": event_row(LON, LAT)}, "alarms": {}}
    server.say("delta", stale)
    world.put("a:2", event_row(LON + 0.05, LAT))
    sees(page, LON + 0.05, LAT, BLUE)
    assert not shows(page, LON, LAT, BLUE)
    assert stat(page, "resyncs") == 0


def test_a_restarted_server_is_found_again_and_joined_anew(page, serve, world):
    first = serve()
    opened(page, first)
    world.put("a:1", event_row(LON, LAT))
    sees(page, LON, LAT, BLUE)
    first.stop()
    until(lambda: stat(page, "link") == "lost", "the loss told")
    assert shows(page, LON, LAT, BLUE), "the last picture stays"
    world.put("a:1", event_row(LON, LAT, "closed"))
    second = serve(port=first.port)
    until(lambda: stat(page, "instance") == second.instance, "joined with the new process")
    sees(page, LON, LAT, DONE_DOT)
    assert stat(page, "resyncs") >= 1
    assert stat(page, "link") == "live" or until(lambda: stat(page, "link") == "live", "live again")


def test_two_missed_beats_are_told_and_forgotten(page, serve):
    server = serve()
    opened(page, server)
    server.silent = True
    until(lambda: stat(page, "link") == "lost", "the silence told")
    server.silent = False
    until(lambda: stat(page, "link") == "live", "the voice heard")


def test_an_ended_session_is_told(page, serve):
    server = serve()
    opened(page, server)
    server.signed_in = False
    server.say("delta", {"since": 1000, "seq": 1001, "at_ms": 0, "day_ms": 0, "events": {}, "alarms": {}})
    until(lambda: stat(page, "link") == "signed_out", "the end of the session told")


def test_every_delta_and_frame_is_acknowledged_once_it_is_there(page, serve, world):
    world.place(np.array([LON]), np.array([LAT]))
    server = serve()
    opened(page, server)
    world.put("a:1", event_row(LON, LAT))
    world.move([0], [LON + 0.02], [LAT])
    (client,) = server.clients.values()
    wanted = [{"lane": "delta", "n": world.seq}, {"lane": "frame", "n": world.frame}]
    until(lambda: all(ack in client.acks for ack in wanted), "both acknowledged")
    stats = page.evaluate("cockpit.stats()")
    assert stats["frames"] == 1
    assert stats["latency_ms"]["p50"] < 5000
    assert stats["draw_ms"]["p99"] is not None


def test_a_frame_moves_the_pixels_of_a_mover(page, serve, world):
    world.place(np.array([LON]), np.array([LAT]))
    opened(page, serve())
    sees(page, LON, LAT, PEOPLE, off=60)
    world.move([0], [LON + 0.05], [LAT])
    sees(page, LON + 0.05, LAT, PEOPLE, off=60)
    assert not shows(page, LON, LAT, PEOPLE, off=60)


def test_a_walker_glides_and_never_beyond_the_fix(page, serve, world):
    world.place(np.array([LON]), np.array([LAT]))
    opened(page, serve())
    page.evaluate(
        """() => {
            window.seen = [];
            const watch = () => { window.seen.push(cockpit.movers.x[0]); requestAnimationFrame(watch); };
            watch();
        }"""
    )
    target = LON + 0.0001  # ten metres: a walk, if the fix before is a second old
    until(lambda: page.evaluate("performance.now() - cockpit.movers.heard[0]") > 1500, "time to walk")
    world.move([0], [target], [LAT])
    wanted = (round(target * 1e7) / 1e7 + 180) / 360
    until(lambda: abs(page.evaluate("cockpit.movers.x[0]") - wanted) < 1e-12, "arrived")
    seen = page.evaluate("window.seen")
    assert len(set(seen)) > 3, "there were steps between"
    assert max(seen) <= wanted
    assert seen == sorted(seen)


def test_who_leaves_the_scope_leaves_the_map(page, serve, world):
    world.place(np.array([LON, LON + 0.05]), np.array([LAT, LAT]))
    opened(page, serve())
    sees(page, LON, LAT, PEOPLE, off=60)
    world.leave(0)
    until(lambda: not shows(page, LON, LAT, PEOPLE, off=60), "gone")
    assert stat(page, "movers") == 1
    sees(page, LON + 0.05, LAT, PEOPLE, off=60)


def test_people_fade_with_the_age_of_their_fix_and_turn_grey_when_nothing_is_coming_in(page, serve, world):
    world.place(np.array([LON, LON + 0.05]), np.array([LAT, LAT]), age_s=0)
    world.age_s[1] = 120
    opened(page, serve())
    sees(page, LON, LAT, PEOPLE, off=60)
    assert not shows(page, LON + 0.05, LAT, PEOPLE, off=60)
    assert page.evaluate("[...cockpit.movers.shade.slice(0, 2)]") == [0, 1]
    page.evaluate("cockpit.emit('lost', { layers: { gridworker: true }, sources: new Set(['positions']) })")
    sees(page, LON, LAT, DEAD, off=30)
    assert not shows(page, LON, LAT, PEOPLE, off=60)


def test_seventy_thousand_movers_are_drawn(page, serve, world):
    rng = np.random.default_rng(5)
    world.place(LON + rng.normal(0, 0.03, 70_000), LAT + rng.normal(0, 0.02, 70_000))
    opened(page, serve())
    until(lambda: stat(page, "movers") == 70_000, "all there")
    rows = np.arange(70_000)
    world.move(rows, world.lon + 0.0002, world.lat)
    until(lambda: stat(page, "frames") == 1 and stat(page, "glides") == 0, "all arrived", 30)
    sees(page, LON, LAT, PEOPLE, off=60)


def test_overtime_events_stay_outside_clusters(page, serve, world):
    rows = {f"a:{n}": event_row(LON + 0.001 * math.cos(n), LAT + 0.001 * math.sin(n)) for n in range(20)}
    world.put_all({**rows, "a:late": event_row(LON, LAT, at_risk_in_s=-900, overtime_in_s=-42 * 60)})
    opened(page, serve())
    sees(page, LON, LAT, RED, half=4)
    plan = page.evaluate(
        """() => {
            const plan = cockpit.map.plan(() => {});
            return { discs: plan.discs.map((d) => d.n), marks: plan.marks.map((m) => m.text),
                     apart: plan.discs.every((d) => Math.hypot(d.x - plan.marks[0].x, d.y - plan.marks[0].y) > 30) };
        }"""
    )
    assert plan == {"discs": [20], "marks": ["超 42 分"], "apart": True}


def test_fewer_than_seven_are_shown_as_they_are(page, serve, world):
    world.put_all({f"a:{n}": event_row(LON + 0.0005 * n, LAT) for n in range(6)})
    opened(page, serve())
    count = "(() => { const plan = cockpit.map.plan(() => {}); return [plan.discs.length, plan.single.length] })()"
    until(lambda: page.evaluate(count) == [0, 6], "six points")
    world.put("a:6", event_row(LON + 0.003, LAT))
    until(lambda: page.evaluate(count) == [1, 0], "one disc")


def test_a_title_with_markup_is_shown_as_text(page, serve, world):
    title = "<img src=x onerror='window.broken=1'><b>路面</b>"
    world.put("a:1", event_row(LON, LAT, at_risk_in_s=600, overtime_in_s=1500, title=title))
    opened(page, serve())
    sees(page, LON, LAT, BLUE)
    page.mouse.move(*point_of(page, LON, LAT))
    tip = page.locator(".situation-tip")
    tip.wait_for(state="visible")
    assert tip.locator("b").inner_text() == title
    assert tip.locator("img").count() == 0
    assert "进行中" in tip.inner_text()
    assert "余 24 分" in tip.inner_text()
    assert page.evaluate("window.broken") is None


def test_a_hundred_updates_leave_zoom_and_place_to_the_person(page, serve, world):
    world.place(np.array([LON]), np.array([LAT]))
    opened(page, serve())
    page.evaluate("cockpit.map.leaflet.setView([30.371, 119.987], 13.25, { animate: false })")
    before = view_of(page)
    for n in range(100):
        world.put(f"a:{n}", event_row(LON + 0.001 * n, LAT))
        world.move([0], [LON + 0.001 * n], [LAT])
    until(lambda: stat(page, "events") == 100, "all there")
    until(lambda: stat(page, "frame") == world.frame, "the last frame")
    assert view_of(page) == before


@pytest.mark.parametrize("scale", [0.5, 1.33])
def test_pointing_hits_the_mark_on_a_scaled_stage(page, serve, world, scale):
    world.put("a:1", event_row(LON, LAT, title="井盖缺失"))
    world.put("a:2", event_row(LON + 0.04, LAT, title="占道经营"))
    stage = f"left:20px;top:10px;width:900px;height:560px;transform:scale({scale})"
    opened(page, serve(stage=stage))
    page.evaluate("() => { window.focused = []; cockpit.on('focus', (what) => window.focused.push(what.event_id)); }")
    for lon, title in ((LON, "井盖缺失"), (LON + 0.04, "占道经营")):
        page.mouse.move(1, 1)  # the tooltip of the one may lie over the other
        sees(page, lon, LAT, BLUE)
        page.mouse.move(*point_of(page, lon, LAT))
        page.wait_for_function("(title) => document.querySelector('.situation-tip b').textContent === title", arg=title)
        page.mouse.click(*point_of(page, lon, LAT))
    until(lambda: page.evaluate("window.focused") == ["a:1", "a:2"], "both were hit")


def test_panning_shows_no_bare_edge_and_marks_stay_on_their_place(page, serve, world):
    world.put("a:1", event_row(LON + 0.13, LAT))
    opened(page, serve())
    page.evaluate("cockpit.map.leaflet.panBy([300, 0], { animate: false })")
    sees(page, LON + 0.13, LAT, BLUE)
    page.evaluate("cockpit.map.leaflet.setZoom(14, { animate: true })")
    page.wait_for_function("cockpit.map.leaflet.getZoom() === 14 && !cockpit.map.leaflet._animatingZoom")
    page.evaluate("([lat, lon]) => cockpit.map.leaflet.panTo([lat, lon], { animate: false })", [LAT, LON + 0.13])
    sees(page, LON + 0.13, LAT, BLUE)


BURST = """() => new Promise((done) => {
  let pictures = 0;
  const { drawing } = cockpit.measure;
  cockpit.measure.drawing = (ms) => (pictures++, drawing(ms));
  const row = [120, 30, 'open', null, null, 't', false, ''];
  for (let i = 0; i < 200; i++) setTimeout(() => cockpit.emit('delta', { events: { ['citizen:' + i]: row } }), i);
  const known = () => cockpit.map.events.ids.filter((id) => id && id.startsWith('citizen:')).length;
  setTimeout(() => done([pictures, known()]), 1500);
})"""


def test_a_burst_of_changes_is_shown_in_a_few_pictures(page, serve):
    opened(page, serve())
    pictures, known = page.evaluate(BURST)
    assert known == 200
    assert 1 <= pictures < 40


def test_nothing_is_drawn_where_panels_cover_the_map(page, serve):
    opened(page, serve(covered="200,50,300,100"))
    view = page.evaluate("[innerWidth, innerHeight]")
    drawn = page.locator(".leaflet-situation-people-pane canvas").evaluate("c => [c.offsetWidth, c.offsetHeight]")
    assert drawn == [view[0] - 500, view[1] - 150]


def test_a_layer_is_switched_off_and_on(page, serve, world):
    world.put("a:1", event_row(LON, LAT))
    world.place(np.array([LON + 0.05]), np.array([LAT]))
    opened(page, serve())
    sees(page, LON, LAT, BLUE)
    sees(page, LON + 0.05, LAT, PEOPLE, off=60)
    for name in ("event", "gridworker"):
        page.evaluate("(name) => cockpit.emit('layer', { name, on: false })", name)
    until(lambda: not shows(page, LON, LAT, BLUE) and not shows(page, LON + 0.05, LAT, PEOPLE, off=60), "both gone")
    page.evaluate("cockpit.emit('layer', { name: 'event', on: true })")
    sees(page, LON, LAT, BLUE)


def test_the_event_in_focus_is_drawn_in_wartime_even_with_events_off(page, serve, world):
    world.put("a:1", event_row(LON, LAT))
    opened(page, serve())
    page.evaluate("cockpit.emit('layer', { name: 'event', on: false })")
    world.set_mode("wartime", "a:1")
    sees(page, LON, LAT, RED)
    world.set_mode("peacetime")
    until(lambda: not shows(page, LON, LAT, RED), "no focus in peacetime")


def test_an_event_without_a_place_is_counted_and_not_drawn(page, serve, world):
    world.put("a:1", event_row(None, None))
    opened(page, serve())
    assert stat(page, "events") == 1
    assert page.evaluate("cockpit.map.plan(() => {}).single.length") == 0


def test_a_browser_that_hides_answers_at_once(page, serve, world):
    world.place(np.array([LON]), np.array([LAT]))
    server = serve()
    opened(page, server)
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    world.move([0], [LON + 0.0001], [LAT])
    (client,) = server.clients.values()
    until(lambda: {"lane": "frame", "n": world.frame} in client.acks, "acknowledged unseen")
    assert stat(page, "glides") == 0
