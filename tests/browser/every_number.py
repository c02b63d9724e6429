"""每个数字 in a real browser: every number that can be seen opens what it counts, or says why it does not.

A page tells three things as data: `ways`, whose numbers are followed one by one; `no_count`, why a number leads
nowhere; both by selectors. A number that lies in neither was thought of by nobody and fails the test.
"""

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Locator, Page

#: what is no number of any page
EVERYWHERE = {
    "input, textarea, select, option": "what somebody typed or may choose",
    "kbd": "a key",
    "#clock, .clock": "a clock",
    "[data-since-ms], [data-as-of], .asof": "how old something is",
    "[data-feed], .feed-summary": "feeds: their list is beside it, the name of one is a number",
    ".js-plotly-plot": "a chart: the numbers that it is drawn from stand beside it",
    ".leaflet-container, #situation-map": "the map's own marks, each of which it opens",
    "script, style, noscript": "not shown",
}

_SEEN = """([known, words]) => {
    const texts = new Set(words), found = [];
    const root = document.querySelector('#stage') || document.body;
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const said = node.nodeValue.trim(), holder = node.parentElement;
        if (!/\\d/.test(said) || texts.has(said)) continue;
        const thought = holder.closest(known.join(','));
        if (thought && thought !== root && root.contains(thought)) continue; // not the page itself
        if (!holder.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
        const path = [];
        for (let at = holder; at && at !== root; at = at.parentElement)
            path.unshift([at.tagName + (at.id ? '#' + at.id : ''), ...at.classList].join('.'));
        found.push(said + ' in ' + path.join(' '));
    }
    return found;
}"""


def unthought_of(page: Page, ways: list[str], no_count: Mapping[str, str], words: list[str]) -> list[str]:
    """Every number that can be seen and lies in nothing that was thought of; `words`: texts that are no numbers."""
    return list(page.evaluate(_SEEN, [[*ways, *EVERYWHERE, *no_count], words]))


def number_in(shown: str) -> int:
    """The one number of a text: `共 1,234 条` is 1234."""
    (found,) = re.findall(r"\d[\d,]*", shown)
    return int(found.replace(",", ""))


def followed(page: Page, selector: str, opened: Callable[[Locator, int], int]) -> list[int]:
    """Follow each number of a selector; `opened` clicks it, waits for the list and gives its length."""
    counted = []
    for n in range(page.locator(selector).count()):
        at = page.locator(selector).nth(n)
        if not at.is_visible() or not re.search(r"\d", at.inner_text()):
            continue
        shown = number_in(at.inner_text())
        assert opened(at, shown) == shown, (selector, n, at.inner_text())
        counted.append(shown)
    assert counted, selector
    return counted
