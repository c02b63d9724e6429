"""智能巡查 in a browser, on a cockpit that really runs: confirm, reject, take back, and somebody else was first."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

PLACE = {"lon": 119.985, "lat": 30.285}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("patrol") / "data", "--no-simulate") as up:
        yield up


def found(up: Running, *numbers: int) -> None:
    """Findings, the first of them the surest; number 1 with a picture that was stored at intake."""
    with up.client(up.token("feed")) as feed:
        out = BytesIO()
        Image.new("RGB", (160, 90), "grey").save(out, "JPEG")
        stored = feed.post("/feeds/pictures", content=out.getvalue(), params={k: str(v) for k, v in PLACE.items()})
        said = [
            {
                "event_id": str(n), "source": "video_ai", "title": f"暴露垃圾 {n}", "category": "event.01.10",
                "finding_kind": "garbage", "camera_id": "CAM-1", "confidence": 0.99 - n / 100, **PLACE,
                "reported_at": datetime.now(UTC).isoformat(), "box": [0.25, 0.5, 0.5, 0.75],
                "attachments": [stored.json()["url"]] if n == 1 else ["https://elsewhere.example/1.jpg"],
            }
            for n in numbers
        ]  # fmt: skip
        assert feed.post("/feeds/events", json=said).json()["accepted"] == len(numbers)


def queue(browser: Browser, up: Running) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.context.request.get(up.links["duty"], max_redirects=0)
    page.goto(f"{up.url}/patrol")
    page.wait_for_selector("#patrol-list [data-finding]")
    # no second passes here: a verdict is held until the test sends it, however slow the machine is
    page.evaluate(
        "() => { const emit = cockpit.emit; cockpit.emit = (name, data) => name === 'tick' || emit(name, data); }"
    )
    return page


def row(page: Page, n: int):
    return page.locator(f'[data-finding="video_ai:{n}"]')


def test_an_officer_judges_takes_back_and_is_told_who_was_first(browser: Browser, up: Running) -> None:
    found(up, 1, 2, 3)
    page = queue(browser, up)
    # the surest is looked at: its picture with the box over it, and what a verdict leads to
    expect(row(page, 1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#patrol-frame img.there")).to_be_visible()
    expect(page.locator("#patrol-frame .patrol-box")).to_contain_text("98%")
    # taken back: nothing was sent and it is chosen again
    page.keyboard.press("y")
    expect(row(page, 2)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#patrol-picture-said")).to_contain_text("elsewhere.example")
    page.keyboard.press("z")
    expect(row(page, 1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#patrol-batch")).to_contain_text("本批已判 0")
    # confirmed; what arrives in between moves nothing
    page.keyboard.press("Enter")
    page.click('[data-held="video_ai:1"] [data-action="patrol-now"]')
    expect(row(page, 1)).to_contain_text("已确认")
    found(up, 4)
    expect(page.locator("#patrol-news")).to_contain_text("1 条新发现")
    expect(row(page, 2)).to_have_attribute("aria-selected", "true")
    assert row(page, 4).count() == 0
    page.keyboard.press("b")
    expect(row(page, 4)).to_be_visible()
    # rejected with a reason by digit
    page.keyboard.press("n")
    page.keyboard.press("2")
    page.click('[data-held="video_ai:2"] [data-action="patrol-now"]')
    expect(page.locator("#patrol-batch")).to_contain_text("确认 1 · 误报 1")
    # another officer is quicker: the first holds, and this one is told who it was
    expect(row(page, 3)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("y")
    with up.client(up.token("duty", "--name", "王芳")) as other:
        assert other.post("/events/video_ai:3/reject", json={"note": "重复发现"}).status_code == 202
        expect(page.locator('[data-state-asked="rejected"]')).to_contain_text("2")
        page.click('[data-held="video_ai:3"] [data-action="patrol-now"]')
        expect(page.locator("#patrol-toasts")).to_contain_text("王芳")
        verdicts = {
            v["event_id"]: v for v in other.get("/patrol/findings", params={"state": "rejected"}).json()["items"]
        }
        assert verdicts["video_ai:2"]["verdict"]["note"] == "画面不清，无法判断"
        assert verdicts["video_ai:3"]["verdict"]["by"] == "王芳"
    page.context.close()
