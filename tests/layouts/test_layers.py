"""专题图层的面板: there on the wall and on the desk, closed until it is opened, and named for who cannot see it."""

from typing import Any

import pytest

from cockpit.catalogue import LANGS, texts
from layouts.duty import DeskPage, duty
from layouts.layers import layer_catalogue, layers_button
from layouts.page import ScreenPage
from layouts.screen import screen
from tests.layouts.sample import COUNTY
from tests.layouts.trees import having, nodes, words

PANEL = ("layer-panel", "thematic-sub", "thematic-list", "thematic-base", "thematic-shown", "thematic-on-count")


@pytest.mark.parametrize("lang", LANGS)
def test_wall_and_desk_have_the_panel_once_and_closed(lang: str) -> None:
    told = texts(lang)
    wall = screen(ScreenPage(scope=COUNTY, city="余杭区", lang=lang), told)
    desk = duty(DeskPage(scope=COUNTY, city="余杭区", lang=lang), told)
    for tree in (wall, desk):
        ids = [node["id"] for node in nodes(tree) if "id" in node]
        assert [ids.count(each) for each in PANEL] == [1] * len(PANEL)
        (panel,) = having(tree, "id", "layer-panel")
        assert panel["hidden"] is True and panel["aria-label"] == told["layer_panel.title"]


def test_the_button_says_what_it_opens_and_that_it_is_closed() -> None:
    (button,) = [node for node in nodes(layers_button(texts("zh-CN"))) if node.get("data-action") == "thematic"]
    assert (button["aria-controls"], button["aria-expanded"]) == ("layer-panel", "false")
    assert "专题图层" in words(layers_button(texts("zh-CN")))


def test_what_the_panel_holds_can_be_reached_without_a_mouse() -> None:
    tree: list[Any] = layer_catalogue(texts("en"))
    buttons = [node for part in tree for node in nodes(part) if node.get("data-action", "").startswith("thematic")]
    assert len(buttons) == 2 and all(node["type"] == "button" for node in buttons)
