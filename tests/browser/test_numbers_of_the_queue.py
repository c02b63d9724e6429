"""待办 of the duty desk: the counts of its chips and facets are as long as the queue that they show."""

import pytest
from playwright.sync_api import Locator, expect

from cockpit.catalogue import texts
from tests.browser.desks import order
from tests.browser.every_number import followed, unthought_of
from tests.browser.harness.world import World
from tests.browser.test_duty_queue import Open, a_day, open_desk, world

__all__ = ("open_desk", "world")

pytestmark = pytest.mark.browser

#: what is a number on this page and counts nothing
NO_COUNT = {
    "[data-event-id], [data-group-id]": "the row of one event or of one group of alarms, which it opens",
    "#queue-filter": "how many filters hold, each marked in the list of filters",
    "#map-notes": "the scale of the map",
    "#desk-keys, .desk-keys": "keys",
}
WAYS = ["[data-chip-count]", ".facet"]


def test_every_count_of_the_queue_is_as_long_as_the_queue_that_it_shows(open_desk: Open, world: World) -> None:
    a_day(world)
    page, words = open_desk(), list(texts("zh-CN").values())
    assert unthought_of(page, WAYS, NO_COUNT, words) == []

    def shown_by(at: Locator, shown: int) -> int:
        button = at.locator("xpath=ancestor-or-self::button")
        was = button.get_attribute("aria-pressed")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        page.wait_for_function("n => cockpit.desk.queue.ids().length === n", arg=shown)
        found = len(order(page))
        if "facet" in (button.get_attribute("class") or "") and was == "false":
            button.click()
            expect(button).to_have_attribute("aria-pressed", "false")
        return found

    page.evaluate("document.querySelector('#panel-queue header').append('另有 7 件')")
    assert [said.partition(" in ")[0] for said in unthought_of(page, WAYS, NO_COUNT, words)] == ["另有 7 件"]
    page.evaluate("document.querySelector('#panel-queue header').lastChild.remove()")
    assert followed(page, "[data-chip-count]", shown_by) == [4, 0, 1, 8]  # red, alarms, new, all
    page.click("#queue-filter")
    expect(page.locator("#queue-facets")).to_be_visible()
    assert unthought_of(page, WAYS, NO_COUNT, words) == []
    facets = page.eval_on_selector_all(
        "#queue-facets [data-value]", "all => all.map(one => [one.dataset.facet, one.dataset.value])"
    )
    counted = []
    for name, value in facets:  # by name: the list changes as it is used
        facet = f"#queue-facets [data-facet='{name}'][data-value='{value}']"
        counted += followed(page, f"{facet} b", shown_by)
    assert sum(counted) > 30  # eight events, once in each facet that they have
