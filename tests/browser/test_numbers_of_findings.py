"""/patrol: every number of the queue opens what it counts, on a cockpit that really runs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from cockpit.catalogue import texts
from tests.browser.every_number import followed, unthought_of
from tests.browser.test_patrol import found, queue
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

#: what is a number on this page and counts nothing that a list holds
NO_COUNT = {
    "[data-finding]": "the row of one finding: how sure, where and when",
    "#patrol-head, #patrol-caption, #patrol-frame, #patrol-sketch": "one finding: how sure its model is, where, when",
    "#patrol-facts": "one finding: where; and the ledger of its camera and of its kind, which counts verdicts of "
    "days that no list keeps one by one (导出 takes them away)",
    "#patrol-batch": "how many verdicts this officer gave since the page was opened, each by its own key",
    "#patrol-keys": "keys",
}
WAYS = ["[data-state-asked]", "#patrol-sub"]
ROWS = "#patrol-list [data-finding]"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("findings") / "data", "--no-simulate") as up:
        yield up


def test_every_number_of_the_page_of_findings_opens_what_it_counts(browser: Browser, up: Running) -> None:
    found(up, 1, 2, 3, 4, 5)
    with up.client(up.token("duty", "--name", "王芳")) as other:
        assert other.post("/events/video_ai:3/reject", json={"note": "重复发现"}).status_code == 202
        assert other.post("/events/video_ai:4/accept", json={}).status_code == 202
    page, words = queue(browser, up), list(texts("zh-CN").values())
    page.wait_for_function("() => /1/.test(document.querySelector('[data-state-asked=rejected]').textContent)")

    def listed(at: Locator, shown: int) -> int:
        at.click()
        expect(page.locator("#patrol-sub")).to_have_text(texts("zh-CN").format("patrol.count", n=shown))
        expect(page.locator(ROWS)).to_have_count(shown)
        assert unthought_of(page, WAYS, NO_COUNT, words) == []
        return page.locator(ROWS).count()

    assert unthought_of(page, WAYS, NO_COUNT, words) == []
    page.evaluate("document.querySelector('#title-bar').append('另有 7 条')")
    assert [said.partition(" in ")[0] for said in unthought_of(page, WAYS, NO_COUNT, words)] == ["另有 7 条"]
    page.evaluate("document.querySelector('#title-bar').lastChild.remove()")
    assert followed(page, "[data-state-asked]", listed) == [3, 1, 1, 0]  # waiting, confirmed, rejected, by rule
    followed(page, "#patrol-sub", lambda _at, _shown: page.locator(ROWS).count())
    page.context.close()
