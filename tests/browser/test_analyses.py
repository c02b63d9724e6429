"""研判, 报告 and 数字预警 of a running cockpit: counts are their lists, a report is a PDF, a rule sounds once."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from cockpit.catalogue import texts
from tests.browser.every_number import followed, unthought_of
from tests.browser.harness.filling import report_and_close
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

PLACES = ((119.95, 30.30), (119.80, 30.40), (119.99, 30.30))
REPORTED = 12
#: a page of a busy machine may take so long
WAIT = 45_000
#: numbers of /reports that are followed: pages of the document, indicators that are ticked
WAYS = ["#reports-list .state.made", "#reports-indicators summary span", "#reports-indicators fieldset small"]
#: what is a number on /reports and leads nowhere
NO_COUNT = {
    "#reports-list td.n": "the day of a report and when it was made",
    ".rp-form + .rp-note": "at what time reports are made and how long they are kept",
    "#pictures-list": "when and how large each picture is",
}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("analyses") / "data", "--no-simulate") as started:
        now = datetime.now(UTC)
        events = [
            {
                "event_id": str(n), "source": "hotline_12345", "category": f"event.0{n % 3 + 1}.01",
                "title": f"井盖 {n} 号", "lon": PLACES[n % 3][0], "lat": PLACES[n % 3][1],
                "reported_at": (now - timedelta(minutes=40)).isoformat(),
                "due_at": (now - timedelta(minutes=n)).isoformat(),
            }
            for n in range(1, REPORTED + 1)
        ]  # fmt: skip
        report_and_close(started, events, closed=8)
        yield started


def opened(page: Page, topic: str) -> None:
    page.locator(f"#leader-topic .ld-tabs a[href*='topic={topic}']").click()
    page.wait_for_selector(f"#leader-topic[data-topic={topic}]")
    page.wait_for_selector("#leader-frame:not(.loading)")


def counted(page: Page, link: str, n: str) -> None:
    """A count opens the list beside it, as long as it says; back closes it."""
    page.locator(link).first.click()
    side = page.locator("#leader-topic .ld-pick[data-total]")
    expect(side).to_have_attribute("data-total", n, timeout=WAIT)
    expect(side.locator("li")).to_have_count(int(n), timeout=WAIT)
    page.go_back()
    expect(side).to_have_count(0, timeout=WAIT)


def test_each_analysis_opens_and_its_counts_are_its_lists(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/leader?topic=demand&range=week")
    expect(page.locator("#leader-topic [role=status]")).to_contain_text("历史不足", timeout=WAIT)  # it says so
    page.locator("#leader-topic .ld-tabs a").first.click()
    page.wait_for_selector("#leader-topic[data-topic=overtime]")
    expect(page.locator("#leader-topic [data-probability]:not([data-probability=''])")).to_have_count(0, timeout=WAIT)

    opened(page, "flow")
    expect(page.locator("#leader-flow .sankey-link").first).to_be_visible(timeout=WAIT)
    page.locator("#leader-flow .sankey-link").first.click()
    side = page.locator("#leader-topic .ld-pick[data-total]")
    expect(side.locator("li")).not_to_have_count(0, timeout=WAIT)
    band = page.evaluate("""() => {
        const link = document.querySelector('#leader-flow .js-plotly-plot').data[0].link;
        const pick = new URLSearchParams(location.search).get('pick');
        return link.value[link.customdata.findIndex((href) => new URLSearchParams(href.split('?')[1].split('#')[0]).get('pick') === pick)];
    }""")  # noqa: E501  # one expression of the page's language
    expect(side).to_have_attribute("data-total", str(band), timeout=WAIT)

    opened(page, "units")
    line = page.locator("tr[data-unit]:not([data-missed='0'])").first
    counted(page, "tr[data-unit]:not([data-missed='0']) a.pick", str(line.get_attribute("data-missed")))
    opened(page, "repeats")
    counted(page, "tr[data-spot] a.pick", str(page.locator("tr[data-spot]").first.get_attribute("data-count")))

    page.goto(f"{up.url}/leader?topic=pivot&indicator=reported_today&range=week&down=kind&across=hour")
    page.wait_for_selector(f"#leader-topic .ld-pivot table[data-total='{REPORTED}']")
    cell = page.locator("[data-cell]:not([data-count='0'])").first
    counted(page, "[data-cell]:not([data-count='0']) a", str(cell.get_attribute("data-count")))
    page.locator("#leader-topic .ld-sides a[href*='down=hour']").first.click()  # the two change places
    page.wait_for_selector(f"#leader-topic .ld-pivot table[data-total='{REPORTED}'] tr[data-row='00']")

    opened(page, "months")
    month = page.locator("#leader-topic a[data-month]").first
    told = month.inner_text().rpartition(": ")[2]
    month.click()
    expect(page.locator("#leader-list")).to_have_attribute("data-total", told, timeout=WAIT)
    page.go_back()

    opened(page, "people")
    line = page.locator("tr[data-of]:not([data-reported='0'])").first
    told = str(line.get_attribute("data-reported"))
    line.locator("a.pick").click()
    expect(page.locator("#leader-list")).to_have_attribute("data-total", told, timeout=WAIT)
    page.go_back()

    opened(page, "coverage")
    expect(page.locator("#leader-topic .ld-map a[data-division]")).not_to_have_count(0, timeout=WAIT)
    missed = [int(str(row.get_attribute("data-missed"))) for row in page.locator("#leader-topic tr[data-of]").all()]
    page.locator("#leader-topic a[href*='minutes=30']").click()
    page.wait_for_selector("#leader-topic a.on[href*='minutes=30']")
    later = [int(str(row.get_attribute("data-missed"))) for row in page.locator("#leader-topic tr[data-of]").all()]
    assert sum(later) < sum(missed), "who has more time comes farther"
    page.close()
    assert errors == []


def test_a_report_is_asked_for_on_its_page_and_read_as_a_document(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True)
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/reports")
    page.locator("#reports-day").fill(str(page.locator("#reports-day").get_attribute("max")))  # today
    page.locator("#reports-form button[type=submit]").click()
    row = page.locator("#reports-list tr[data-report]").first
    expect(row).to_have_attribute("data-state", "made", timeout=WAIT)
    with page.expect_download() as told:
        row.locator("a[href*='.pdf']").click()
    read = PdfReader(io.BytesIO(told.value.path().read_bytes()))
    text = "".join("".join(side.extract_text() for side in read.pages).split())
    for said in ("网格治理日报", "主要指标", "按期处置率", "口径与说明", "余杭"):
        assert said in text
    assert followed(page, "#reports-list tr[data-report] .state.made", lambda _at, _n: len(read.pages))
    assert unthought_of(page, WAYS, NO_COUNT, list(texts("zh-CN").values())) == []
    assert "报警及时处置率" not in text
    with page.expect_popup() as shown:
        row.locator("a[target=_blank]").click()
    expect(shown.value.locator("body")).to_contain_text("网格治理日报", timeout=WAIT)
    page.close()


def test_what_a_report_carries_is_chosen_by_group_kept_in_the_address_and_remembered(
    browser: Browser, up: Running
) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/reports")
    picker = page.locator("#reports-indicators")
    expect(picker.locator("summary span")).to_have_text("默认 12 项", timeout=WAIT)
    picker.locator("summary").click()
    ticked = picker.locator("input:checked")
    assert followed(page, "#reports-indicators summary span", lambda _at, _n: ticked.count()) == [12]
    for group in picker.locator("fieldset").all():
        all_, on = group.locator("input").count(), group.locator("input:checked").count()
        expect(group.locator("small")).to_have_text(f"{on} / {all_}")
    assert unthought_of(page, WAYS, NO_COUNT, list(texts("zh-CN").values())) == []
    picker.locator("[data-group=overview] legend button").click()
    assert "indicators=" not in page.url
    page.locator("#reports-form button[type=submit]").click()
    expect(page.locator("#reports-said")).to_have_text("请至少选一项指标")
    alarms = picker.locator("[data-group=alarms] input").count()
    picker.locator("[data-group=alarms] legend button").click()
    picker.locator("input[value=whole_time_p90]").check()
    expect(picker.locator("summary span")).to_contain_text(f"已选 {alarms + 1} 项")
    page.reload()
    expect(picker.locator("input:checked")).to_have_count(alarms + 1, timeout=WAIT)
    page.goto(f"{up.url}/reports")  # without a word in the address: as this account chose last
    expect(picker.locator("input:checked")).to_have_count(alarms + 1, timeout=WAIT)
    page.locator("#reports-day").fill(str(page.locator("#reports-day").get_attribute("max")))
    page.locator("#reports-form button[type=submit]").click()
    row = page.locator("#reports-list tr[data-report]").first
    expect(row).to_have_attribute("data-state", "made", timeout=WAIT)
    with page.expect_popup() as shown:
        row.locator("a[target=_blank]").click()
    expect(shown.value.locator("[data-group=alarms] tr[data-indicator]")).to_have_count(alarms, timeout=WAIT)
    expect(shown.value.locator("[data-indicator=reported_today]")).to_have_count(0)
    shown.value.locator("[data-indicator=alarm_raised] a").click()
    expect(shown.value.locator("#leader-list")).to_have_attribute("data-total", re.compile(r"\d+"), timeout=WAIT)
    picker.locator("[data-do=usual]").click()
    expect(picker.locator("summary span")).to_have_text("默认 12 项")
    page.close()


def test_an_officer_sets_a_rule_and_its_breach_is_told_once_and_opens_its_list(browser: Browser, up: Running) -> None:
    page = browser.new_page()
    page.goto(up.links["duty"])
    page.goto(f"{up.url}/reports")
    page.locator("#figure-rules-new").click(timeout=WAIT)
    form = page.locator("#figure-rules-form")
    form.locator("[name=name]").fill("无人机上报")
    form.locator("[name=indicator]").select_option("reported_today")
    form.locator("[name=limit]").fill("1")
    form.locator("[name=source]").select_option("drone")
    expect(form.locator("[data-times='0']")).to_be_visible(timeout=WAIT)  # it would not have sounded yet
    form.locator("button[type=submit]").click()
    row = page.locator("#figure-rules-list tr[data-rule='无人机上报']")
    expect(row).to_have_attribute("data-breached", "false", timeout=WAIT)
    now = datetime.now(UTC).isoformat()
    with up.client(up.linked_token("admin")) as feed:
        for n in (901, 902, 903):
            report = {"event_id": str(n), "source": "drone", "title": f"违建 {n}", "lon": 119.95, "lat": 30.30}
            feed.post("feeds/events", json={**report, "category": "event.03.01", "reported_at": now}).raise_for_status()
    expect(row).to_have_attribute("data-breached", "true", timeout=WAIT)
    with up.client(up.linked_token("duty")) as officer:
        alerts = officer.get("figure-alerts", params={"open": "true"}).json()["items"]
    assert [(alert["rule"], alert["number"]) for alert in alerts] == [("无人机上报", 1)]
    row.locator("a").click()
    expect(page.locator("#leader-list [data-event-id^='drone:']")).to_have_count(3, timeout=WAIT)
    page.go_back()
    row.locator("[data-delete]").click(timeout=WAIT)
    expect(row).to_have_count(0)
    page.locator("#figure-rules-undo").click()
    expect(row).to_have_count(1)
    page.close()
