"""导出图片 of a cockpit that really runs: size and strip, the instants and scope asked for, and what a kill leaves."""

import base64
import io
import json
import re
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from cockpit.services.screenshots.asked import SIZES
from tests.browser.harness.looking import RED, live, until
from tests.cli.running import Running, cockpit, running

pytestmark = pytest.mark.browser

LON, LAT = 119.99, 30.30
STREET = "330110012"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("pictures") / "data", "--no-simulate") as started:
        yield started


@pytest.fixture(scope="module")
def admin(up: Running) -> Iterator[httpx.Client]:
    with up.client(up.linked_token("admin")) as client:
        yield client


def post(feed: httpx.Client, event_id: str) -> None:
    """A report of two hours ago with an hour's time: red on the map as soon as it is known."""
    now = datetime.now(UTC)
    message = {
        "event_id": event_id, "source": "citizen", "category": "event.01.10", "title": "占道经营",
        "lon": LON, "lat": LAT,
        "reported_at": (now - timedelta(hours=2)).isoformat(), "due_at": (now - timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    assert feed.post("feeds/events", json=message).json()["accepted"] == 1
    until(lambda: feed.get(f"events/citizen:{event_id}").status_code == 200, "the event is known")


def asked(client: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = client.post("screenshots", json=body)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def ended(client: httpx.Client, row: dict[str, Any]) -> dict[str, Any]:
    """Its row once it is made or has failed."""

    def look() -> dict[str, Any] | None:
        now = client.get(f"screenshots/{row['id']}").json()
        return None if now["state"] in ("waiting", "making") else now

    return dict(until(look, "the picture is made or has failed", 240))


def picture(client: httpx.Client, **body: Any) -> tuple[dict[str, Any], Image.Image]:
    row = ended(client, asked(client, **body))
    assert row["state"] == "made", row
    return row, Image.open(io.BytesIO(client.get(f"screenshots/{row['id']}.png").content))


def count_of(image: Image.Image, colour: tuple[int, int, int], box: tuple[int, int, int, int]) -> int:
    raw = image.convert("RGB").crop(box).tobytes()
    return sum(
        all(abs(a - b) <= 24 for a, b in zip(pixel, colour, strict=True))
        for pixel in zip(raw[::3], raw[1::3], raw[2::3], strict=True)
    )


def browsers_of(up: Running) -> list[psutil.Process]:
    return [p for p in up.family() if "remote-debugging-pipe" in " ".join(_command(p))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def test_a_picture_shows_the_instant_the_scope_and_the_size_that_were_asked_for(
    up: Running, admin: httpx.Client
) -> None:
    began = datetime.now(UTC)
    before = began - timedelta(hours=3)
    post(admin, "1")
    # 仓前街道 on the map; the legend with its red triangle lies elsewhere
    ground = (900, 450, 1250, 780)
    row, now = picture(admin, page="screen")
    assert (now.width, row["width"]) == (1920, 1920)
    assert now.height == row["height"] > 1080 + 60
    assert datetime.fromisoformat(row["as_of"]) > began
    told = now.info
    assert told["cockpit-scope"] == "330110"
    assert datetime.fromisoformat(told["cockpit-as-of"]) == datetime.fromisoformat(row["as_of"])
    assert "按期处置率（第 2 版）" in told["Description"]
    assert count_of(now, RED, ground) > 20
    # the strip is below the page: its first line is bright on its own ground
    assert count_of(now, (233, 240, 248), (0, 1080, 1920, now.height)) > 200
    past, then = picture(admin, page="screen", query={"as_of": before.isoformat()})
    assert abs(datetime.fromisoformat(past["as_of"]) - before) < timedelta(seconds=1)
    assert count_of(then, RED, ground) == 0  # nobody had reported anything then
    assert past["notes"] == ["图中没有数据"]
    assert row["notes"] == []
    street = up.token("leader", "--scope", STREET, "--name", "王芳")
    with up.client(street) as leader:
        mine, drawn = picture(leader, page="leader")
        assert (mine["scope"], mine["asked_by"]) == (STREET, "王芳")
        assert "仓前街道" in drawn.info["Description"]
        # what another role or scope had made is not for this one, and no wider scope can be asked for
        assert leader.get(f"screenshots/{row['id']}").status_code == 404
        assert leader.post("screenshots", json={"page": "screen", "scope": "330110"}).status_code == 403
        assert [one["id"] for one in leader.get("screenshots").json()["items"]] == [mine["id"]]
    assert browsers_of(up) == []


def test_a_killed_browser_is_told_and_tried_again_and_leaves_nothing_behind(up: Running, admin: httpx.Client) -> None:
    row = asked(admin, page="iot")
    found = until(lambda: browsers_of(up), "a browser runs", 60)
    main = next(p for p in found if "--type=" not in " ".join(_command(p)))
    main.send_signal(signal.SIGKILL)
    failed = ended(admin, row)
    assert failed["state"] == "failed"
    assert failed["why"] == "gone"
    until(lambda: not browsers_of(up), "no browser is left", 30)
    # nor does one outlive the cockpit's own process that had it started
    assert admin.post(f"screenshots/{row['id']}/retry").status_code == 202
    until(lambda: browsers_of(up), "a browser runs again", 60)
    left = browsers_of(up)
    up.child("web").kill()
    until(lambda: not any(p.is_running() and _command(p) for p in left), "no browser is left", 30)
    until(lambda: ended_quietly(admin, row), "the one that was left is told as failed", 60)
    assert admin.post(f"screenshots/{row['id']}/retry").status_code == 202
    made = ended(admin, row)
    assert (made["state"], made["error"]) == ("made", "")


def ended_quietly(client: httpx.Client, row: dict[str, Any]) -> bool:
    """Whether it has failed, asked of a cockpit that may just be starting."""
    try:
        answer = client.get(f"screenshots/{row['id']}")
        return answer.status_code == 200 and answer.json()["state"] == "failed"
    except (httpx.TransportError, json.JSONDecodeError):
        return False


def test_the_command_writes_a_picture_and_says_what_it_is_of(up: Running, tmp_path: Any) -> None:
    out = tmp_path / "wall.png"
    done = cockpit("picture", "--page", "thematic", "--lang", "en", "--out", str(out), "--data-dir", str(up.data_dir))
    assert done.returncode == 0, done.stderr
    with Image.open(out) as image:
        assert image.width == 1920
        assert image.info["Title"] == "Thematic maps"
        assert f"{image.width} × {image.height}" in done.stdout


def test_the_menu_of_the_wall_takes_a_picture_of_it_and_hands_it_over(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page.goto(up.links["admin"])
    page.goto(f"{up.url}/screen")
    live(page)
    button = page.locator("button[data-action=picture]")
    expect(button).to_be_hidden()
    page.locator("details.pages summary").click()
    button.click()
    save = page.locator("#picture-card a")
    expect(save).to_have_text("保存图片", timeout=240_000)
    with page.expect_download() as given:
        save.click()
    with Image.open(given.value.path()) as image:
        assert image.info["Title"] == "社会治理一张图 · 大屏"
    page.keyboard.press("Escape")
    expect(page.locator("#picture-card")).to_have_count(0)
    page.close()


def test_a_daily_report_shows_the_wall_at_its_own_instant(up: Running, admin: httpx.Client) -> None:
    post(admin, "901")
    made = ended_report(admin, admin.post("reports", json={"kind": "daily"}).json()["id"])
    page = admin.get(f"reports/{made['id']}.html").text
    told = re.search(r'<img src="data:image/jpeg;base64,([^"]+)"', page)
    assert told is not None, re.findall(r'data-wall="none">([^<]+)', page)
    with Image.open(io.BytesIO(base64.b64decode(told[1]))) as wall:
        assert wall.size == (1920, 1080)
        assert count_of(wall, RED, (900, 450, 1250, 780)) > 20
    paper = PdfReader(io.BytesIO(admin.get(f"reports/{made['id']}.pdf").content))
    assert sum(len(side.images) for side in paper.pages) == 1
    weekly = ended_report(admin, admin.post("reports", json={"kind": "weekly"}).json()["id"])
    assert "data:image" not in admin.get(f"reports/{weekly['id']}.html").text
    assert browsers_of(up) == []


def ended_report(client: httpx.Client, report_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        now = client.get(f"reports/{report_id}").json()
        return None if now["state"] in ("waiting", "making") else now

    row = dict(until(look, "the report is made or has failed", 400))
    assert row["state"] == "made", row
    return row


def test_a_page_that_scrolls_is_in_its_picture_to_its_end(browser: Browser, up: Running, admin: httpx.Client) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/leader")
    page.wait_for_selector("#leader .main-svg", timeout=60_000)
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    page.close()
    assert tall > 1200, "there is something below the edge"
    row, drawn = picture(admin, page="leader")
    assert drawn.height > tall - 40
    assert "截" not in " ".join(row["notes"])
    once, twice = (SIZES[name].tallest("leader") for name in ("1920x1080", "3840x2160"))
    assert (once, twice * 2) == (8000, 8000)
    assert SIZES["1920x1080"].tallest("screen") == 1080


def test_a_hand_on_the_walls_map_is_in_its_address_and_a_link_opens_it_again(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(up.links["screen"])
    live(page)
    assert "at=" not in page.url  # a wall that nobody touches
    page.mouse.move(960, 500)
    page.mouse.wheel(0, -400)
    page.wait_for_url("**at=*")
    page.mouse.down()
    page.mouse.move(860, 450, steps=4)
    page.mouse.up()
    view = "(() => { const m = cockpit.map.leaflet, c = m.getCenter(); return [c.lat, c.lng, m.getZoom()]; })()"
    settled = (
        f"(() => {{ const at = (cockpit.address.get('at') || '').split(',').map(Number), now = {view};"
        " return now.every((n, i) => Math.abs(n - at[i]) < 0.011) && Math.abs(now[1] - at[1]) < 2e-5; })()"
    )
    page.wait_for_function(settled)
    left, link = page.evaluate(view), page.url
    page.close()
    other = browser.new_page(viewport={"width": 1920, "height": 1080})
    other.goto(up.links["screen"])
    other.goto(link)
    live(other)
    assert other.evaluate(view) == pytest.approx(left, abs=1e-4)
    assert other.url == link
    other.close()
