"""无障碍: every page by axe, also in English and in wartime, in one language; the Tab key's ring, Esc goes back."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from cockpit.catalogue import LANGS, texts
from tests.browser.accessible import grave, without_ring
from tests.browser.harness.looking import until
from tests.browser.words import chinese_in_english, english_in_chinese
from tests.cli.running import Running, running

pytestmark = pytest.mark.browser

DISTRICT = "330110"


class Look(NamedTuple):
    """One page as somebody sees it. `opens`: pressed in turn, a selector or a key; `ready` is there at last."""

    name: str
    role: str
    path: str
    ready: str
    size: tuple[int, int] = (1440, 900)
    opens: tuple[str, ...] = ()


DESK = "#queue-list[data-state=ready] .q"
LOOKS = (
    Look("screen", "admin", "/screen?", "#panel-today [data-indicator]", (1920, 1080)),
    Look("wide", "screen", "/screen?stage=3840x1080", "#panel-today [data-indicator]", (3840, 1080)),
    Look(
        "admin-mode", "admin", "/screen?", "#mode-dialog[data-open=ask]", (1920, 1080), ("#mode [aria-pressed=false]",)
    ),
    Look("layers", "admin", "/screen?", "#layer-panel", (1920, 1080), ("[data-action=thematic]",)),
    Look("leader", "leader", "/leader?", "#leader-list"),
    Look("leader-phone", "leader", "/leader?", "#leader-list", (390, 844)),
    Look("leader-pivot", "leader", "/leader?topic=pivot", ".ld-topic"),
    Look("duty", "duty", "/duty?", DESK),
    Look("duty-event", "duty", "/duty?", "#drawer-head h2", opens=("j",)),
    Look("duty-keys", "duty", "/duty?", "#keys-dialog:not([hidden])", opens=("?",)),
    Look("search", "duty", "/duty?", "#search-box:not([hidden])", opens=("/",)),
    Look("iot", "duty", "/iot?", "[data-domain]"),
    Look("patrol", "duty", "/patrol?", "#patrol-list[data-state=ready]"),
    Look(
        "patrol-rules", "duty", "/patrol?", "#patrol-rules-dialog:not([hidden])", opens=("[data-action=patrol-rules]",)
    ),
    Look("thematic", "leader", "/thematic?", "#th-map[data-state=ready]"),
    Look("tracks", "duty", "/tracks?", ".track-person"),
    Look("reports", "leader", "/reports?", "#reports-list[data-state]"),
    Look("phone", "gridworker", "/m?", "main", (390, 844)),
    Look("signin", "", "/signin?", "form"),
    Look("unknown", "duty", "/nowhere?", "h1"),
)
NAMED = {look.name: look for look in LOOKS}
#: where the Tab key is followed for some stops
TABBED = {"screen", "leader", "duty", "iot", "patrol", "thematic", "tracks", "reports", "phone", "signin"}
STOPS = 40
#: the pages whose English words stand in more than labels
ENGLISH = ("screen", "leader", "duty-event", "iot", "patrol", "thematic", "tracks", "reports", "phone")
#: pages that turn with the mode; the wall has other panels then
TURN = ("screen", "leader", "duty-event", "iot")
WAR = "[data-mode=war]"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("accessible") / "data", "--seed", "7") as started:
        with started.client(started.linked_token("duty")) as duty:
            until(lambda: _has_findings(duty), "the day is told", deadline_s=120)
        yield started


def _has_findings(duty: httpx.Client) -> bool:
    try:
        return bool(duty.get("patrol/findings").json()["total"])
    except httpx.TransportError:  # a server may close a kept connection while it is asked
        return False


@pytest.fixture(scope="module")
def war(up: Running) -> Iterator[None]:
    with up.client(up.linked_token("duty")) as duty:
        event_id = duty.get("events", params={"stage": "handling", "limit": 1}).json()["items"][0]["event_id"]
        asked = {"scope": DISTRICT, "event_id": event_id}
        assert duty.put("mode", json={"mode": "wartime", **asked}).is_success
        yield
        assert duty.put("mode", json={"mode": "peacetime", **asked}).is_success


@pytest.fixture(scope="module")
def roles(browser: Browser, up: Running) -> Iterator[dict[str, BrowserContext]]:
    """Who looks, signed in once."""
    contexts = {role: browser.new_context() for role in sorted({look.role for look in NAMED.values()})}
    for role, context in contexts.items():
        if role:
            assert context.request.get(up.links[role]).ok
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def see(up: Running, roles: dict[str, BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`see(look, lang, ready)`: the page, opened and with what is pressed on it."""
    pages = []

    def opened(look: Look, lang: str = LANGS[0], ready: str | None = None) -> Page:
        pages.append(page := roles[look.role].new_page())
        page.set_viewport_size({"width": look.size[0], "height": look.size[1]})
        page.goto(f"{up.url}{look.path}&lang={lang}", wait_until="domcontentloaded")
        for step in look.opens:
            if len(step) == 1:
                page.wait_for_selector(DESK)
                page.keyboard.press(step)
            else:
                page.click(step)
        page.wait_for_selector(ready or look.ready, timeout=30_000)
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_axe_finds_nothing_serious_no_english_and_every_stop_of_the_tab_key_shows(
    see: Callable[..., Page], look: Look
) -> None:
    page = see(look)
    assert english_in_chinese(page) == []
    assert grave(page) == []
    if look.name in TABBED:
        assert without_ring(page, stops=STOPS) == []


@pytest.mark.parametrize("name", ENGLISH)
def test_axe_finds_nothing_serious_and_no_chinese_but_data_on_a_page_in_english(
    see: Callable[..., Page], name: str
) -> None:
    page = see(NAMED[name], LANGS[1])
    assert chinese_in_english(page) == []
    assert grave(page) == []


def test_what_is_wrong_is_told(see: Callable[..., Page]) -> None:
    page = see(NAMED["signin"])
    page.evaluate("document.querySelector('form').prepend(document.createElement('button'))")
    page.add_style_tag(content="a, input, button, summary { all: unset !important }")
    assert [told.partition(":")[0] for told in grave(page)] == ["button-name"]
    assert without_ring(page, stops=3)
    wrong = texts(LANGS[1])["leader.title"]
    page.evaluate("words => document.querySelector('form').append(words[0], words[1])", [wrong, "没有这个页面"])
    assert [told.partition(" (")[0] for told in english_in_chinese(page)] == [wrong]
    assert "没有这个页面" in [told.partition(" (")[0] for told in chinese_in_english(page)]


#: what is pressed on which page, and what it opens
OPENERS = {
    "screen": {
        "#mode [aria-pressed=false]": "#mode-dialog[data-open=ask]",
        "[data-action=thematic]": "#layer-panel",
        "details.pages summary": "details.pages[open]",
    },
    "duty": {
        "#mode [aria-pressed=false]": "#mode-dialog[data-open=ask]",
        "details.pages summary": "details.pages[open]",
        "[data-action=filter]": "#queue-facets",
        "[data-action=thematic]": "#layer-panel",
    },
    "patrol": {"[data-action=patrol-rules]": "#patrol-rules-dialog"},
    "leader": {"#leader-picker summary": "#leader-picker[open], #leader-picker details[open]"},
}


@pytest.mark.parametrize("name", OPENERS)
def test_enter_opens_esc_closes_and_the_focus_is_where_it_was(see: Callable[..., Page], name: str) -> None:
    page = see(NAMED[name])
    for opener, opened in OPENERS[name].items():
        page.focus(opener)
        page.keyboard.press("Enter")
        page.wait_for_selector(opened)
        for _ in range(3):  # into what opened
            page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        page.wait_for_selector(opened, state="hidden")
        back = "opener => document.activeElement?.matches(opener)"
        until(lambda back=back, opener=opener: page.evaluate(back, opener), f"the focus is back at {opener}")


@pytest.mark.parametrize("name", TURN)
@pytest.mark.usefixtures("war")
def test_axe_finds_nothing_serious_on_a_page_in_wartime(see: Callable[..., Page], name: str) -> None:
    page = see(NAMED[name], ready=WAR if name == "screen" else None)
    page.wait_for_selector(WAR)
    assert grave(page) == []
