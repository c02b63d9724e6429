"""轨迹回放 in a browser, on a cockpit that really runs: a morning is looked at, played back and exported."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from cockpit.catalogue import texts
from cockpit.services.city import City
from tests.browser.every_number import number_in, unthought_of
from tests.cli.running import Running, running, until
from tests.walks import walk

pytestmark = pytest.mark.browser

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: the people of the list, grids of the beat that were walked, fixes that were set aside
WAYS = ["#tracks-sub", ".tracks-about .figures:has(+ .track-grids) .figure:first-child", ".tracks-about h3 small"]
#: what is a number of a track and leads nowhere
NO_COUNT = {
    ".track-person": "one person, whose track it opens",
    "[data-piece]": "a piece of the track: when, how far, how long; it opens that instant",
    ".track-head": "the person's id",
    ".tracks-about .figure": "metres, spans, speeds and shares of the track",
    ".track-legend, .tracks-legend": "spans of the pieces, classes of speed",
    ".track-grids li": "one grid and how long",
    "#tracks-now, #tracks-rate": "the instant that is shown and how fast it goes",
    "#map-notes, .tracks-notice": "the scale of the map and where its ground is from",
    ".track-said": "how many more the list has, which a word finds",
}
WORKER, OTHER = "gw-00001", "gw-00003"


@pytest.fixture(scope="module")
def begin() -> datetime:
    """An hour ago, or three where midnight would lie in the walk: it is one local day's."""
    then = datetime.now(SHANGHAI).replace(microsecond=0) - timedelta(minutes=58)
    return then if (then + timedelta(minutes=58)).date() == then.date() else then - timedelta(hours=2)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, begin: datetime) -> Iterator[Running]:
    city = City.load("yuhang")
    with running(tmp_path_factory.mktemp("tracks") / "data", "--no-simulate") as up:
        with up.client(up.linked_token("admin")) as feed:
            for subject in (WORKER, OTHER):
                lon, lat = city.divisions[city.roster[subject].grid_code].label
                messages = list(walk(subject, begin, place=(lon, lat - 0.002)))
                taken = feed.post("/feeds/positions", json=messages).json()
                assert taken["accepted"] == len(messages), taken
            until(lambda: _fixes(feed, begin) == 180, within_s=30, what="the fixes are archived")
        yield up


def _fixes(client, begin: datetime) -> int:
    return int(client.get(f"/tracks/{WORKER}", params={"from": begin.isoformat()}).json()["fixes"])


def opened(browser: Browser, up: Running, begin: datetime, **more: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.context.request.get(up.links["duty"], max_redirects=0)
    day = begin.date().isoformat()
    page.goto(f"{up.url}/tracks?" + "&".join(f"{k}={v}" for k, v in {"date": day, **more}.items()))
    return page


def test_a_morning_is_chosen_played_back_and_kept_in_the_address(
    browser: Browser, up: Running, begin: datetime
) -> None:
    page = opened(browser, up, begin)
    expect(page.locator("#tracks-about")).to_contain_text("未选人员")
    # found by a word and chosen: what the fixes tell stands beside the map
    page.fill("#tracks-find", WORKER)
    page.click(f'[data-subject="{WORKER}"] .who')
    pieces = page.locator("#tracks-pieces [data-piece]")
    expect(page.locator('#tracks-pieces [data-piece="stop"]')).to_contain_text("10 分钟")
    expect(page.locator('#tracks-pieces [data-piece="set_aside"]')).to_contain_text("单点漂移")
    assert [piece.get_attribute("data-piece") for piece in pieces.all()] == ["move", "stop", "gap", "move", "set_aside"]
    page.wait_for_function("cockpit.tracks.stats().shown_ms > 0")
    # by key to the stop, and on: playing moves the instant, a pause keeps it in the address
    before = page.locator("#tracks-now").inner_text()
    page.keyboard.press("n")
    expect(page.locator("#tracks-now")).not_to_have_text(before)
    stopped = page.locator("#tracks-now").inner_text()
    page.keyboard.press("Space")
    expect(page.locator("#tracks-play")).to_have_attribute("data-playing", "true")
    expect(page.locator("#tracks-now")).not_to_have_text(stopped)
    page.keyboard.press("Space")
    expect(page.locator("#tracks-play")).to_have_attribute("data-playing", "false")
    # a second person beside the first, and the page opened anew is the same
    page.fill("#tracks-find", OTHER)
    page.click(f'[data-subject="{OTHER}"] .who')
    expect(page.locator("#tracks-people .chosen")).to_have_count(2)
    expect(page.locator("#tracks-pieces")).to_be_visible()
    now = page.locator("#tracks-now").inner_text()
    page.reload()
    expect(page.locator("#tracks-people .chosen")).to_have_count(2)
    expect(page.locator("#tracks-now")).to_have_text(now)
    expect(page.locator(f'[data-subject="{OTHER}"]')).to_have_class("track-person chosen focus")
    # the file is the track, and each look is in the audit trail
    with page.expect_download() as told:
        page.click(".track-export a >> nth=0")
    assert told.value.suggested_filename.endswith(".gpx")
    page.context.close()


def test_every_number_of_a_track_is_how_many_it_lists(browser: Browser, up: Running, begin: datetime) -> None:
    page, words = opened(browser, up, begin, subjects=WORKER), list(texts("zh-CN").values())
    pieces = page.locator("#tracks-pieces [data-piece]")
    expect(pieces.first).to_be_visible()
    assert unthought_of(page, WAYS, NO_COUNT, words) == []
    page.evaluate("document.querySelector('#panel-tracks-people header').append('另有 7 人')")
    assert [said.partition(" in ")[0] for said in unthought_of(page, WAYS, NO_COUNT, words)] == ["另有 7 人"]
    # of the grids of the beat, those that were walked stand below
    visited, beat = page.locator(WAYS[1]).locator("b").inner_text().split("/")
    assert page.locator(".track-grids li.own").count() == int(visited) <= int(beat) == 1
    # fixes that were set aside are pieces of their own
    fixes = page.locator(WAYS[2]).inner_text()
    aside = page.locator('#tracks-pieces [data-piece="set_aside"]').count()
    assert aside == 1
    assert texts("zh-CN").format("tracks.aside", n=aside) in fixes
    # people: those of the list
    told = number_in(page.locator("#tracks-sub").inner_text())
    assert page.locator(".track-person").count() == told == 2  # WORKER and OTHER, who were located that day
    page.context.close()


def test_somebody_on_the_desks_map_leads_to_their_track(browser: Browser, up: Running) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.context.request.get(up.links["duty"], max_redirects=0)
    page.goto(f"{up.url}/duty")
    page.wait_for_function("window.cockpit && cockpit.movers && cockpit.movers.ids.includes('gw-00001')")
    # what a click on a mark of the canvas says
    page.evaluate("cockpit.emit('subject', { subject_id: 'gw-00001' })")
    expect(page.locator("#person-card")).to_contain_text("gw-00001")
    page.click('[data-action="person-track"]')
    expect(page.locator(f'[data-subject="{WORKER}"]')).to_have_class("track-person chosen focus")
    page.context.close()


def test_a_gridworker_sees_only_themselves_and_a_screen_nothing(browser: Browser, up: Running) -> None:
    own = up.token("gridworker", "--subject", WORKER)
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.context.request.get(f"{up.url}/signin", params={"token": own}, max_redirects=0)
    page.goto(f"{up.url}/tracks?subjects={OTHER}")
    expect(page.locator("#tracks-about .late")).to_contain_text("own track")
    expect(page.locator(f'[data-subject="{WORKER}"]')).to_be_visible()
    page.context.close()
    screen = browser.new_context()
    screen.request.get(up.links["screen"], max_redirects=0)
    assert screen.request.get(f"{up.url}/tracks").status == 403
    screen.close()
