"""值班席 in a real browser: nothing clips and nothing overlaps, on every screen that a desk has, in both languages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cockpit.catalogue import texts
from layouts.duty.panels import desk_trees
from tests.browser.desks import desk_page, opened
from tests.browser.event_detail import actions, answers, detail
from tests.browser.harness.server import Harness
from tests.browser.harness.world import CENTRE, World, event_row, now_ms
from tests.layouts.sample import AS_OF, a_day, surroundings

pytestmark = pytest.mark.browser

LON, LAT = CENTRE

#: every element whose content is wider than itself and that does not mean to end in an ellipsis or to cast a shade
_CLIPPED = """() => [...document.querySelectorAll('#stage .panel *, #stage .bar *, #stage .desk-keys')]
  .filter((e) => !e.closest('#situation-map, [hidden], .link-bar, input, .feeds') && e.clientWidth > 0)
  .filter((e) => !e.matches('.legend, .people-block'))
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).textOverflow !== 'ellipsis')
  .map((e) => e.className + ': ' + e.textContent.slice(0, 60))"""
#: every element of a panel that reaches out of it; lists scroll
_OUTSIDE = """() => [...document.querySelectorAll('#stage .panel')].flatMap((panel) => {
  const box = panel.getBoundingClientRect();
  const free = '#situation-map, .queue-list, .drawer-body, .near-list, .work-body, [hidden]';
  return [...panel.querySelectorAll('*')].filter((e) => !e.closest(free)).filter((e) => {
      const b = e.getBoundingClientRect();
      const across = b.left < box.left - 1 || b.right > box.right + 1;
      return b.width && (across || b.top < box.top - 1 || b.bottom > box.bottom + 1);
    }).map((e) => panel.id + ' ' + e.className + ': ' + e.textContent.slice(0, 60));
})"""
#: pairs of things on the stage that must stay apart
_OVERLAPS = """() => {
  const groups = ['#stage > .panel, .bar, .desk-keys', '.bar .left > *, .bar .right > *:not(.link-bar)',
    '.layers, .whose-button, .people-block, .map-views, .map-draw, .legend, .map-notes'];
  const found = [];
  for (const group of groups) {
    const parts = [...document.querySelectorAll(group)].filter((e) => e.getBoundingClientRect().width);
    parts.forEach((a, i) => parts.slice(i + 1).forEach((b) => {
      const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
      const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (x > 1 && y > 1) found.push(a.className + ' | ' + b.className);
    }));
  }
  return found;
}"""


def a_full_desk() -> World:
    """Rows of every kind, with the longest words that a source or a unit has."""
    world = World()
    long = "电动车集中充电起火隐患反复投诉未解决" * 2
    units = ("余杭街道综合行政执法队", "良渚街道勾庄村第三网格", "")
    rows = {}
    for n in range(40):
        rows[f"higher_level:YH-20261119-{n:04d}"] = event_row(
            LON + 0.004 * (n % 8), LAT + 0.004 * (n // 8), at_risk_in_s=(n - 5) * 900, overtime_in_s=(n - 3) * 40_000,
            title=long if n % 3 else "井盖松动", severity=(None, "I", "II", "III", "IV")[n % 5], unit=units[n % 3],
            source=("higher_level", "hotline_12345", "video_ai")[n % 3], code="330110012003009",
        )  # fmt: skip
    world.put_all(rows)
    world.ring("a-1", [LON, LAT, "smoke", now_ms() - 15_000, "梦想小镇 8 幢 3 层弱电间烟感报警请立即核实"])
    return world


def sound_drawer(page: Page) -> None:
    """The drawer with everything in it that an event can have, and its longest form."""
    long = {
        "title": "电动车集中充电起火隐患反复投诉未解决" * 3,
        "address": "文一西路与高教路交叉口东侧四十米公交站台旁人行道" * 2,
    }
    answers(
        page, detail("higher_level:YH-20261119-0001", **long, actions=actions("assign", "reject", "note", "supervise"))
    )
    page.click("#queue-rows .q:nth-child(2)")
    page.wait_for_selector(".entry")
    sound(page, "drawer")
    page.click("[data-action=moves-more]")
    sound(page, "all moves")
    page.keyboard.press("f")
    page.wait_for_selector("#form-units button")
    page.click("[data-action=form-send]")
    sound(page, "form")
    page.keyboard.press("Escape")


def said(page: Page, lang: str) -> None:
    """The server's part of the desk, as the push brings it."""
    late = surroundings()
    message: dict[str, Any] = {
        "as_of_ms": round(AS_OF.timestamp() * 1000),
        "panels": desk_trees(a_day(9), late, texts(lang)),
        "counts": {},
        "feeds": {},
    }
    page.evaluate("m => { m.as_of_ms = cockpit.now(); cockpit.emit('panels', m); }", message)
    page.wait_for_selector("#legend [data-count=green]")


def sound(page: Page, what: str) -> None:
    for script in (_CLIPPED, _OUTSIDE, _OVERLAPS):
        assert page.evaluate(script) == [], what


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (1366, 768)])
def test_nothing_clips_and_nothing_overlaps(browser: Browser, tmp_path: Path, size: tuple[int, int], lang: str) -> None:
    server = Harness(a_full_desk(), desk=desk_page(lang)).start()
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    try:
        page = opened(context.new_page(), server.url)
        said(page, lang)
        sound(page, "as it opens")
        page.keyboard.press("j")
        page.click("#queue-filter")
        expect(page.locator("#queue-facets")).to_be_visible()
        sound(page, "filters")
        page.screenshot(path=tmp_path / f"{size[0]}-{lang}.png")
        page.keyboard.press("Escape")
        sound_drawer(page)
        page.screenshot(path=tmp_path / f"{size[0]}-{lang}-drawer.png")
        page.keyboard.press("?")
        sound(page, "keys")
        box = page.locator("#keys-dialog .box").bounding_box()
        stage = page.locator("#stage").bounding_box()
        assert box is not None and stage is not None
        assert box["y"] >= stage["y"] and box["y"] + box["height"] <= stage["y"] + stage["height"]
    finally:
        context.close()
        server.stop()


def test_a_wider_screen_gives_the_map_more_room_and_nothing_else(browser: Browser) -> None:
    server = Harness(a_full_desk(), desk=desk_page()).start()
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    try:
        opened(page, server.url)
        for width, height, stage in ((1440, 900, 1440), (1920, 1080, 1600), (1366, 768, 1601), (1024, 768, 1440)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(f"document.getElementById('stage').offsetWidth === {stage}")
            page.wait_for_function(f"cockpit.map.leaflet.getSize().x === {stage - 784}")
            ids = "['panel-queue', 'panel-drawer'].map((id) => document.getElementById(id).offsetWidth)"
            assert page.evaluate(ids) == [328, 392]
    finally:
        page.close()
        server.stop()
