"""大屏 of a cockpit that really runs: what is posted is seen as pixels and words, and what failed is told."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from cockpit.stream.connection import connect
from cockpit.stream.embedded import EmbeddedServer
from cockpit.stream.keys import Keys
from tests.browser.harness.looking import DONE_DOT, RED, live, sees, shows, until
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

DISTRICT = "330110"
#: in 仓前街道 and away from every panel
LON, LAT = 119.99, 30.30


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("wall") / "data", "--no-simulate") as started:
        yield started


@pytest.fixture(scope="module")
def feed(up: Running) -> Iterator[httpx.Client]:
    with up.client(up.linked_token("admin")) as client:
        yield client


@pytest.fixture(scope="module")
def wall(browser: Browser, up: Running) -> Iterator[Page]:
    """The wall as its screen shows it, joined and with its first panels."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["screen"])
    live(page)
    page.wait_for_selector("#legend [data-count=green]")
    yield page
    assert errors == []


@pytest.fixture
def redis(up: Running) -> Iterator[Redis]:
    """The running cockpit's own Redis."""
    client = connect(EmbeddedServer(up.data_dir).start())
    yield client
    client.close()


def report(event_id: str, **given: Any) -> dict[str, Any]:
    """A report of two hours ago with an hour's time: overdue."""
    now = datetime.now(UTC)
    message = {
        "event_id": event_id, "source": "citizen", "category": "event.01.10", "title": f"占道经营 <b>{event_id}</b>",
        "lon": LON, "lat": LAT, "reported_at": (now - timedelta(hours=2)).isoformat(),
        "due_at": (now - timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    return {**message, **given}


def post(feed: httpx.Client, kind: str, *messages: dict[str, Any]) -> None:
    answer = feed.post(f"feeds/{kind}", json=list(messages))
    assert answer.json() == {"accepted": len(messages), "duplicate": 0, "rejected": []}


def test_a_posted_report_is_seen_as_a_pixel_and_in_words_until_it_is_closed(feed: httpx.Client, wall: Page) -> None:
    overtime, green = wall.locator("#legend [data-count=overtime]"), wall.locator("#legend [data-count=green]")
    expect(overtime).to_have_text("—")  # nobody has told anything: that is not zero
    assert not shows(wall, LON, LAT, RED)
    post(feed, "events", report("1"))
    sees(wall, LON, LAT, RED)
    expect(overtime).to_have_text("1")
    row = wall.locator("#panel-red [data-event-id='citizen:1']")
    expect(row).to_contain_text("占道经营 <b>1</b>")
    closed = {"event_id": "1", "source": "citizen", "stage": "closed", "at": datetime.now(UTC).isoformat()}
    post(feed, "transitions", closed)
    sees(wall, LON, LAT, DONE_DOT)
    assert not shows(wall, LON, LAT, RED)
    expect(overtime).to_have_text("0")
    expect(green).to_have_text("1")
    expect(row).to_have_count(0)


def test_a_killed_process_is_told_on_the_wall_and_so_is_its_return(up: Running, wall: Page) -> None:
    health = wall.locator("#health")
    expect(health).to_have_text("进程 4 / 4")
    # the wall says within five seconds what is not to be trusted; the rest of the time is a slow machine's
    for name, word in (("archive", "归档"), ("redis", "消息流")):
        killed_at = time.monotonic()
        up.child(name).kill()
        expect(health).to_contain_text(f"{word} 无心跳", timeout=20_000)
        expect(health).to_contain_text("进程 3 / 4")
        print(f"{name} told after {time.monotonic() - killed_at:.1f} s", end=", ")
        expect(health).to_have_text("进程 4 / 4", timeout=30_000)
        print(f"back after {time.monotonic() - killed_at:.1f} s")


def test_a_wall_without_its_server_says_so_and_mends_itself(up: Running, wall: Page) -> None:
    killed_at = time.monotonic()
    up.child("web").kill()
    expect(wall.locator("#link-bar")).to_be_visible(timeout=20_000)
    expect(wall.locator("#link-bar")).to_contain_text("推送中断")
    print(f"web told after {time.monotonic() - killed_at:.1f} s", end=", ")
    expect(wall.locator("#link-bar")).to_be_hidden(timeout=30_000)
    expect(wall.locator("#health")).to_have_text("进程 4 / 4", timeout=30_000)
    print(f"back after {time.monotonic() - killed_at:.1f} s")
    expect(wall.locator("#legend [data-count=green]")).to_have_text("1")


def test_a_poison_entry_is_set_aside_and_told_and_the_others_go_on(
    up: Running, feed: httpx.Client, wall: Page, redis: Redis
) -> None:
    health = wall.locator("#health")
    expect(health).not_to_contain_text("退信")
    redis.xadd(Keys(DISTRICT).facts.stream, {"t": "EventReported", "b": b'{"fact_id": "poison", "report": 7}'})
    post(feed, "events", report("2"))
    expect(wall.locator("#panel-red [data-event-id='citizen:2']")).to_be_visible()
    expect(health).to_contain_text("退信 1")
    dead = redis.xrange(Keys(DISTRICT).facts.dead)
    assert [fields[b"b"] for _, fields in dead] == [b'{"fact_id": "poison", "report": 7}']
    until(lambda: "event:citizen:2" in archived(up), "the report behind it is archived")
    assert "poison" not in archived(up)


def test_a_database_that_is_away_is_told_as_a_late_archive_while_the_wall_goes_on(
    up: Running, feed: httpx.Client, wall: Page
) -> None:
    health = wall.locator("#health")
    with contextlib.closing(sqlite3.connect(up.data_dir / "cockpit.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")  # nobody else writes until it ends
        locked_at = time.monotonic()
        post(feed, "events", report("3"))
        expect(wall.locator("#panel-red [data-event-id='citizen:3']")).to_be_visible()
        expect(health).to_contain_text("归档滞后", timeout=20_000)
        print(f"late archive told after {time.monotonic() - locked_at:.1f} s")
        assert "event:citizen:3" not in archived(up)
        database.execute("ROLLBACK")
    expect(health).not_to_contain_text("归档滞后", timeout=20_000)
    until(lambda: "event:citizen:3" in archived(up), "the report is archived")


def archived(up: Running) -> set[str]:
    with contextlib.closing(sqlite3.connect(f"file:{up.data_dir / 'cockpit.db'}?mode=ro", uri=True)) as database:
        return {fact_id for (fact_id,) in database.execute("SELECT fact_id FROM facts")}
