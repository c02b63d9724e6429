"""A duty desk in a real browser: the layout, all scripts, and a small server that pushes what a test makes up."""

from typing import Any

from playwright.sync_api import Page

from cockpit.services.city import City
from layouts.duty import DeskPage
from tests.browser.harness.looking import live


def desk_page(lang: str = "zh-CN", **given: Any) -> DeskPage:
    """The desk of 余杭区 with its divisions' names."""
    city = City.load("yuhang")
    return DeskPage(
        **{
            "scope": "330110", "city": city.title_of("330110", lang), "lang": lang, "demo": True, "may_switch": True,
            "csrf": "token", "officer": "值班 李明", "notice": city.notice_en if lang == "en" else city.notice,
            "divisions": {code: city.name_of(code, lang) for code in city.divisions}, **given,
        }
    )  # fmt: skip


def opened(page: Page, url: str) -> Page:
    """A desk that has joined and knows what is open."""
    page.goto(url)
    live(page)
    page.wait_for_selector("#queue-list[data-state=ready]")
    return page


def titles(page: Page) -> list[str]:
    """What the rows say that can be seen now, from the top."""
    return page.evaluate(
        """() => {
            const box = document.getElementById('queue-list').getBoundingClientRect();
            return [...document.querySelectorAll('#queue-rows .q:not([hidden])')]
                .map((row) => [row.getBoundingClientRect(), row.querySelector('.title').textContent])
                .filter(([at]) => at.bottom > box.top + 1 && at.top < box.bottom - 1)
                .sort((a, b) => a[0].top - b[0].top).map(([, title]) => title);
        }"""
    )


def order(page: Page) -> list[str]:
    """The ids of the whole queue in its order."""
    return page.evaluate("cockpit.desk.queue.ids()")
