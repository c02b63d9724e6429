"""事件流转 at the desk: two officers take an event through every stage and level, on a cockpit that really runs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

#: a place in 仓前街道 and the street's code
PLACE, STREET = (119.985, 30.285), "330110012"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("desk") / "data", "--no-simulate") as up:
        yield up


@pytest.fixture
def officer(browser: Browser, up: Running, pages: list[Page]):
    """Signs an officer in at a desk of a scope, in a browser of their own."""

    def sits(name: str, scope: str, event: str = "") -> Page:
        token = up.token("duty", "--scope", scope, "--name", name)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{name}: {error}"))
        pages.append(page)
        page.goto(f"{up.url}/signin?token={token}")
        assert "/duty" in page.url
        if event:
            page.goto(f"{up.url}/duty?event={event}")
        page.wait_for_selector("#queue-list[data-state=ready]")
        return page

    return sits


@pytest.fixture
def pages() -> Iterator[list[Page]]:
    opened: list[Page] = []
    yield opened
    for page in opened:
        page.context.close()


def reported(up: Running, number: str, **more: object) -> str:
    """A gridworker reports something; its public id."""
    now = datetime.now(UTC)
    message = {
        "event_id": number, "source": "gridworker", "category": "event.05.05", "title": f"路面塌陷 {number}",
        "lon": PLACE[0], "lat": PLACE[1], "reported_at": now.isoformat(), "reporter": "沈建国",
        "due_at": (now + timedelta(hours=2)).isoformat(), "description": "<b>约两米</b>，已拉警戒线", **more,
    }  # fmt: skip
    with up.client(up.token("feed", "--scope", "330110")) as feed:
        answer = feed.post("/feeds/events", json=message)
        assert answer.json()["accepted"] == 1, answer.text
    return f"gridworker:{number}"


def stage(page: Page) -> str:
    return str(page.evaluate("cockpit.desk.event.detail && cockpit.desk.event.detail.stage"))


def stands(page: Page, stage: str, level: str | None = None) -> None:
    """The event that is shown has come to a stage (at a level)."""
    page.wait_for_function("s => (cockpit.desk.event.detail || {}).stage === s", arg=stage)
    if level:
        page.wait_for_function("l => cockpit.desk.event.detail.level === l", arg=level)


def does(page: Page, move: str, **fields: str) -> None:
    """Press a button; fill its form, if it has one, and send it."""
    button = f"#panel-drawer [data-move='{move}'][data-allowed=true]"
    if move in ("claim", "release", "take-over"):
        button = f"#drawer-head [data-move='{move}']"
    page.wait_for_selector(f"{button}:not([aria-disabled])")
    page.click(button)
    if page.locator("#drawer-form form").count() == 0:
        return
    for name, words in fields.items():
        if page.locator(f"#form-{name}").count():
            page.fill(f"#form-{name}", words)
        else:
            page.click(f"[data-pick='{name}'][data-value='{words}']")
    page.click("[data-action=form-send]")


def test_an_event_goes_through_seven_stages_and_four_levels_between_two_officers(officer, up: Running) -> None:
    event = reported(up, "A-1")
    street, county = officer("李明", STREET, event), officer("王芳", "330110", event)
    for page in (street, county):
        stands(page, "registered", "community")
        expect(page.locator(".drawer-title h2")).to_have_text("路面塌陷 A-1")
        expect(page.locator(".drawer-facts .reported")).to_contain_text("沈**")
        expect(page.locator(".entry .note")).to_have_text("<b>约两米</b>，已拉警戒线")
    street.keyboard.press("a")
    for page in (street, county):
        stands(page, "accepted")
        expect(page.locator(f"[data-event-id='{event}'] .foot-line")).to_contain_text("受理")

    expect(county.locator(".drawer-presence")).to_have_text("李** 正在查看")
    expect(street.locator(".drawer-presence")).to_have_text("王** 正在查看")
    # who works on it is seen by the other, whose hands are kept off
    does(street, "claim")
    expect(county.locator(".drawer-claim")).to_contain_text("李** 正在办理")
    expect(county.locator("#drawer-actions [data-move=assign]")).to_have_count(0)
    county.keyboard.press("f")
    expect(county.locator(".move-said")).to_contain_text("李明 正在办理，请先接管")
    expect(street.locator(f"[data-event-id='{event}'] .g-hand")).to_have_attribute("data-mine", "true")
    expect(county.locator(f"[data-event-id='{event}'] .g-hand")).to_have_attribute("data-mine", "false")

    # up through all four levels; the street cannot decide what lies above it
    does(street, "escalate", note="需要上级协调")
    stands(street, "escalated", "street")
    does(street, "escalate", note="跨街道")
    for page in (street, county):
        stands(page, "escalated", "county")
    expect(street.locator("#drawer-actions [data-move=assign]")).to_have_count(0)
    county.keyboard.press("q")
    expect(county.locator(".drawer-claim.mine")).to_be_visible()
    does(county, "escalate", note="请市里协调")
    stands(county, "escalated", "city")
    does(county, "hand-down", level="street", note="已协调")
    for page in (street, county):
        stands(page, "accepted", "street")
    does(county, "release")
    expect(street.locator(".drawer-claim")).to_contain_text("无人认领")

    # both have the same form open; the second is refused in words
    for page in (street, county):
        page.wait_for_selector("#drawer-actions [data-move=assign]:not([aria-disabled])")
        page.keyboard.press("f")
        page.fill("#form-unit", "区城管局")
    street.click("[data-action=form-send]")
    stands(street, "assigned")
    county.fill("#form-note", "也要派")
    county.click("[data-action=form-send]")
    expect(county.locator("#form-error")).not_to_be_empty()
    assert county.input_value("#form-note") == "也要派", "nothing typed is lost"
    county.keyboard.press("Escape")
    stands(county, "assigned")

    does(street, "start")
    stands(county, "handling")
    does(street, "feed-back", note="已回填", attachments="https://example.org/a.jpg 现场照片")
    stands(county, "fed_back")
    expect(county.locator(".entry.newest .clips a")).to_have_attribute("rel", "noopener noreferrer")
    does(county, "rework", note="回填不平")
    stands(street, "rework")
    does(street, "feed-back", note="已整平")
    stands(county, "fed_back")
    does(county, "close", note="现场已核实")
    expect(county.locator(".desk-toast")).to_contain_text("结案")
    assert stage(county) == "fed_back", "nothing is sent yet"
    county.click("[data-action=send-now]")
    for page in (street, county):
        stands(page, "closed")
    does(street, "evaluate", score="5", note="群众满意")
    for page in (street, county):
        stands(page, "evaluated")
        levels = page.evaluate("[...new Set(cockpit.desk.event.detail.process.map((p) => p.level))].sort()")
        assert levels == ["city", "community", "county", "street"]
    stages = county.evaluate("cockpit.desk.event.detail.process.filter((p) => p.kind === 'step').map((p) => p.stage)")
    assert stages == [
        "accepted", "escalated", "escalated", "escalated", "accepted", "assigned", "handling", "fed_back", "rework",
        "fed_back", "closed", "evaluated",
    ]  # fmt: skip
    expect(county.locator(".entry").first).to_contain_text("评价")


def test_what_can_hurt_is_sent_ten_seconds_later_and_can_be_taken_back(officer, up: Running) -> None:
    event = reported(up, "B-1")
    page = officer("赵强", "330110", event)
    stands(page, "registered")
    page.keyboard.press("v")
    page.click("[data-action=form-send]")
    expect(page.locator("#form-error")).to_have_text("请填写说明")
    page.fill("#form-note", "重复上报")
    page.click("[data-action=form-send]")
    expect(page.locator(".desk-toast")).to_contain_text("路面塌陷 B-1")
    expect(page.locator("#drawer-actions [data-move=accept]")).to_have_attribute("aria-disabled", "true")
    page.click("[data-action=undo]")
    expect(page.locator(".move-said")).to_have_text("已撤销，未发出")
    expect(page.locator(".desk-toast")).to_have_count(0)
    page.wait_for_timeout(500)
    assert stage(page) == "registered"


def test_ten_clicks_are_one_move(officer, up: Running) -> None:
    event = reported(up, "C-1")
    page = officer("孙丽", "330110", event)
    stands(page, "registered")
    page.evaluate(
        "() => { for (let n = 0; n < 10; n++) document.querySelector('#drawer-actions [data-move=accept]').click(); }"
    )
    stands(page, "accepted")
    does(page, "supervise", degree="red", note="限时办结")
    expect(page.locator(".drawer-tags .red")).to_have_text("红牌督办")
    kinds = page.evaluate("cockpit.desk.event.detail.process.map((p) => p.name)")
    assert kinds == ["accepted", "supervised"]


def test_an_outside_step_that_breaks_the_rules_is_shown_with_its_reason(officer, up: Running) -> None:
    event = reported(up, "D-1")
    page = officer("周敏", "330110", event)
    stands(page, "registered")
    message = {"event_id": "D-1", "source": "gridworker", "stage": "reopened", "at": datetime.now(UTC).isoformat()}
    with up.client(up.token("feed", "--scope", "330110")) as feed:
        assert feed.post("/feeds/transitions", json=message).json()["accepted"] == 1
    refused = page.locator(".entry.told")
    expect(refused.locator(".top b")).to_have_text("重开")
    expect(refused.locator(".why")).to_contain_text("登记")
    assert stage(page) == "registered"


def test_other_roles_are_told_that_the_desk_is_not_theirs(browser: Browser, up: Running) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(up.links["leader"])
    answer = page.goto(f"{up.url}/duty")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("h1")).to_have_text("本席位看不到这一页")
    page.close()
