"""网格员小屏 of a cockpit that really runs: orders come at once, taps survive a lost connection, two phones agree."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cockpit.catalogue import texts
from tests.browser.every_number import followed, unthought_of
from tests.cli.running import Running, running, until

pytestmark = pytest.mark.browser

WORKER, GRID = "gw-00001", "330110005001001"
#: in that grid
LON, LAT = 120.0268, 30.2640
#: some hundred metres away: who stands at the place has arrived without a tap
SITE_LON, SITE_LAT = 120.0298, 30.2662
#: the orders that are open, each a card
OPEN = "[data-order]" + "".join(f":not([data-state={over}])" for over in ("finished", "declined", "cancelled"))
#: the counts of the bar at the bottom: open orders, what waits to be sent
WAYS = ["#bar em"]
#: what is a number on a phone and leads nowhere
NO_COUNT = {
    "[data-order]": "one order: its words, its times, how far away it is; it opens itself",
    "[data-event-id]": "one event of the grid",
    "#head": "the name of the grid, how old the position is",
    "#link": "since when there is no connection",
    ".list-head": "when the list was read",
    "#view .card.row": "one message and its time",
    "#view .told, #view .call, [data-outbox]": "a time, a person's id, a number to call, one deed that waits",
    "#toasts": "what just happened",
}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(
        tmp_path_factory.mktemp("phone") / "data", "--no-simulate", "--set", "COMMAND_PHONE=0571-8862 0000"
    ) as started:
        yield started


@pytest.fixture(scope="module")
def desk(up: Running) -> Iterator[httpx.Client]:
    with up.client(up.linked_token("admin")) as client:
        yield client


@pytest.fixture
def phones(browser: Browser, up: Running) -> Iterator[Any]:
    """Phones of the gridworker whose link is printed; nothing goes wrong on any of them."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(**given: Any) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, bypass_csp=True,
            geolocation={"longitude": LON, "latitude": LAT, "accuracy": 9}, permissions=["geolocation"], **given,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(up.links["gridworker"])
        page.wait_for_selector("html[data-link=live]")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def reported(desk: httpx.Client, event_id: str, title: str) -> str:
    body = {
        "event_id": event_id, "source": "hotline_12345", "title": title, "lon": SITE_LON, "lat": SITE_LAT,
        "reported_at": datetime.now(UTC).isoformat(), "address": "文一西路高教路口",
    }  # fmt: skip
    assert desk.post("feeds/events", json=body).json()["accepted"] == 1
    until(lambda: desk.get(f"events/hotline_12345:{event_id}").status_code == 200, within_s=10, what="the event")
    return f"hotline_12345:{event_id}"


def ordered(desk: httpx.Client, event_id: str) -> str:
    body = {"event_id": event_id, "recipient_ids": [WORKER], "task": "到现场设置警戒", "despite": ["busy", "off_duty"]}
    answer = desk.post("orders", json={**body, "accept_within_s": 600})
    if answer.status_code == 503:  # a busy machine may keep the stream waiting: asked again
        answer = desk.post("orders", json={**body, "accept_within_s": 600})
    assert answer.status_code == 202, answer.text
    order_id: str = answer.json()["order_ids"][0]
    return order_id


def rungs(desk: httpx.Client, order_id: str) -> list[str]:
    return [r["rung"] for r in desk.get(f"orders/{order_id}").json()["rungs"] if r["at"]]


def reaches(desk: httpx.Client, order_id: str, state: str) -> None:
    def is_there() -> bool:
        answer = desk.get(f"orders/{order_id}")
        return answer.status_code == 200 and answer.json()["state"] == state

    until(is_there, within_s=15, what=f"{order_id} {state}")


def nothing_waits(page: Page) -> None:
    page.wait_for_function("cockpit.phone.outbox.items.length === 0")


def test_a_shift_with_a_lost_connection_is_told_once_and_in_order(
    up: Running, desk: httpx.Client, phones: Any, tmp_path: Path
) -> None:
    page = phones()
    page.click("[data-action=on-duty]")
    expect(page.locator("#head .who")).to_contain_text("在岗")
    until(lambda: desk.get("attendance").json()["on_duty"] == 1, within_s=10, what="on duty")
    until(lambda: desk.get("gridworkers").json()["total"] == 1, within_s=15, what="a position shared on duty")

    order_id = ordered(desk, reported(desk, "one", "道路塌陷 <b>一</b>"))
    card = page.locator(f"[data-order='{order_id}']")
    expect(card).to_contain_text("道路塌陷 <b>一</b>")
    expect(card.locator("[data-action=call]")).to_have_attribute("href", "tel:057188620000")
    assert page.evaluate("cockpit.phone.alerts") >= 1
    reaches(desk, order_id, "read")
    page.click("[data-action=accepted]")
    reaches(desk, order_id, "accepted")

    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.wait_for_selector("html[data-link=lost]")
    page.click("[data-action=departed]")
    expect(page.locator("[data-action=waits]")).to_have_text("已记录，待上传")
    page.click("[data-action=arrived]")
    photo = tmp_path / "site.jpg"
    Image.new("RGB", (3000, 2000), "orange").save(photo)
    page.click("[data-action=finished]")
    page.set_input_files("[data-input=photo]", photo)
    page.wait_for_selector(".photo img")
    page.click("[data-action=finish-send]")
    page.click("[data-action=report]")
    page.fill("[data-input=title]", "井盖缺失")
    page.wait_for_selector("[data-action=report-send]:enabled")
    page.click("[data-action=report-send]")

    # the page is closed by its phone and opened again: still without a connection
    page.wait_for_function("cockpit.phone.outbox.waiting().filter((item) => item.id).length === 4")  # all on the disk
    page.reload()
    page.wait_for_selector("html[data-link=lost]")
    expect(page.locator(".link")).to_contain_text("离线")
    page.wait_for_function("cockpit.phone.outbox.waiting().length === 4")
    page.click("[data-view=own]")
    expect(page.locator("[data-outbox=waiting]")).to_have_count(4)
    assert followed(page, "[data-view=own] em", lambda _at, _n: page.locator("[data-outbox]").count()) == [4]
    assert unthought_of(page, WAYS, NO_COUNT, list(texts("zh-CN").values())) == []
    assert rungs(desk, order_id)[-1] == "accepted"

    page.context.set_offline(False)
    nothing_waits(page)
    reaches(desk, order_id, "finished")
    assert rungs(desk, order_id) == ["issued", "delivered", "read", "accepted", "departed", "arrived", "finished"]
    last = desk.get(f"orders/{order_id}").json()["rungs"][-1]
    shown = httpx.get(up.url + last["attachments"][0], headers=desk.headers)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    until(lambda: desk.get("events?source=gridworker").json()["total"] == 1, within_s=10, what="the report")
    report = desk.get("events?source=gridworker").json()["items"][0]
    assert (report["title"], report["code"]) == ("井盖缺失", GRID)

    page.click("[data-action=off-duty]")
    until(lambda: desk.get("attendance").json()["on_duty"] == 0, within_s=10, what="off duty")
    expect(page.locator("[data-where=off]")).to_be_visible()


def test_a_tap_on_an_order_that_was_cancelled_meanwhile_says_why(desk: httpx.Client, phones: Any) -> None:
    page = phones()
    order_id = ordered(desk, reported(desk, "two", "树木倒伏"))
    page.wait_for_selector(f"[data-order='{order_id}'] [data-action=accepted]")
    reaches(desk, order_id, "read")
    page.context.set_offline(True)
    page.wait_for_selector("html[data-link=lost]")
    page.click("[data-action=accepted]")
    assert desk.post(f"orders/{order_id}/cancel", json={}).status_code == 202
    reaches(desk, order_id, "cancelled")
    page.context.set_offline(False)
    expect(page.locator(f".gone[data-order='{order_id}']")).to_contain_text("指令已撤销")
    page.click("[data-view=own]")
    refused = page.locator("[data-outbox=refused]")
    expect(refused).to_contain_text("接受")
    page.click("[data-action=forget]")
    expect(refused).to_have_count(0)
    assert desk.get(f"orders/{order_id}").json()["state"] == "cancelled"


def test_two_phones_of_one_person_tap_the_same_order_and_it_climbs_once(desk: httpx.Client, phones: Any) -> None:
    one, other = phones(), phones()
    order_id = ordered(desk, reported(desk, "three", "积水"))
    for page in (one, other):
        page.wait_for_selector(f"[data-order='{order_id}'] [data-action=accepted]")
    for page in (one, other):
        page.locator("[data-action=accepted]").dispatch_event("click")
    for page in (one, other):
        page.wait_for_selector(f"[data-order='{order_id}'][data-state=accepted]")
        nothing_waits(page)
    other.click("[data-action=decline]")
    other.check("input[value=far]")
    other.click("[data-action=decline-send]")
    one.wait_for_selector(f"[data-order='{order_id}'][data-state=declined]")
    assert rungs(desk, order_id).count("accepted") == 1
    for page in (one, other):
        assert page.locator("[data-outbox=refused]").count() == 0


def test_every_number_of_the_phone_is_how_many_it_lists(desk: httpx.Client, phones: Any) -> None:
    page = phones()
    orders = [ordered(desk, reported(desk, f"five-{n}", "路灯不亮")) for n in range(2)]
    for order_id in orders:
        page.wait_for_selector(f"[data-order='{order_id}']")

    def opened(at: Locator, _shown: int) -> int:
        at.click()
        page.wait_for_selector("[data-view=tasks][aria-current=page]")
        return page.locator(OPEN).count()

    page.click("[data-view=own]")
    assert followed(page, "[data-view=tasks] em", opened)[0] >= len(orders)
    for view in ("tasks", "grid", "messages", "own"):
        page.click(f"[data-view={view}]")
        assert unthought_of(page, WAYS, NO_COUNT, list(texts("zh-CN").values())) == [], view


def test_every_button_is_large_enough_for_a_thumb_and_nothing_overflows(desk: httpx.Client, phones: Any) -> None:
    for lang in ("zh-CN", "en"):
        page = phones()
        page.goto(page.url + f"?lang={lang}")
        page.wait_for_selector("html[data-link=live]")
        ordered(desk, reported(desk, f"four-{lang}-{time.time_ns()}", "长标题" * 20))
        page.wait_for_selector("[data-action=accepted]")
        for view in ("tasks", "grid", "messages", "own"):
            page.click(f"[data-view={view}]")
            small = page.evaluate(
                """[...document.querySelectorAll('button, a')].filter((e) => e.offsetParent).map((e) => [e.textContent,
                    e.getBoundingClientRect()]).filter(([, r]) => r.height < 44 || r.width < 44).map(([t]) => t)"""
            )
            assert small == [], (lang, view)
            assert page.evaluate("document.getElementById('view').scrollWidth") <= 390, (lang, view)
        page.click("[data-view=tasks]")
        page.wait_for_function("document.querySelector('.order .primary') !== null")
        assert page.evaluate("document.querySelector('.order .primary').getBoundingClientRect().height") >= 60


def test_the_page_can_be_installed(up: Running, phones: Any) -> None:
    page = phones()
    manifest = page.evaluate("fetch('/m/manifest.webmanifest').then((answer) => answer.json())")
    assert (manifest["start_url"], manifest["display"]) == ("/m", "standalone")
    for icon in manifest["icons"]:
        assert page.evaluate("(src) => fetch(src).then((answer) => answer.status)", icon["src"]) == 200
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # its files are kept once it is installed
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat()"""
    )
    assert "/m" in kept
    assert not [path for path in kept if path.startswith("/api/")]
    with up.client(up.linked_token("duty")) as officer:
        refused = httpx.get(f"{up.url}/m", headers={**officer.headers, "Accept": "text/html"})
    assert refused.status_code == 403
