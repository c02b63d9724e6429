"""每个数字: what a page shows as a number is an indicator of the registry, or one of these with a reason."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cockpit.catalogue import LANGS, texts
from cockpit.situation.indicators import BY_NAME
from layouts.leader.address import LeaderAddress
from layouts.page import ScreenPage
from layouts.panels import panel_trees
from layouts.screen import screen
from layouts.wall import WALLS
from tests.layouts.sample import COUNTY, a_day, surroundings
from tests.layouts.test_leader import desk_of, house
from tests.layouts.trees import having, plain

__all__ = ("house",)

_NUMBER = re.compile(r"^[▲▼+−]?\s?\d[\d,]*(\.\d+)?\s*(万|%|M)?$")

#: what marks a number that is no indicator of its own, and why
ELSEWHERE = {
    "data-feed": "the name of a feed is a number: 12345",
    "data-source": "上报 of one source: reported_today with that source as its filter",
    "data-count": "colours of the map's legend; red is overtime and at_risk together, each of which stands beside it",
    "data-division": "按期处置率 of one division, or the chosen indicator's: the same with another scope",
    "data-level": "what is open now by level and phase: a queue, each opens on the desk",
    "data-people": "people on duty are counted from marks, not from events",
    "data-indicator": "an indicator of the registry",
}
#: the same by class or id
BESIDE = {
    "facts": "numerator and denominator of the rate beside it",
    "beside": "its change against the days before",
    "scale-ends": "where the scale of the rate begins and ends",
    "between": "how many were handed up and down: the course of a queue",
    "people": "the roster and the grids of the city's base data",
}


def figures(tree: Any, path: tuple[dict[str, Any], ...] = ()) -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    """Every text that is a number, with what it lies in."""
    if isinstance(tree, list):
        for item in tree:
            yield from figures(item, path)
    elif isinstance(tree, dict) and "props" in tree:
        yield from figures(tree["props"].get("children"), (*path, tree["props"]))
    elif tree is not None and _NUMBER.match(str(tree).strip()):
        yield str(tree), path


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("stage", sorted(WALLS))
def test_every_number_of_the_wall_is_an_indicator_or_says_what_it_is(stage: str, lang: str) -> None:
    page = ScreenPage(scope=COUNTY, city="余杭区", demo=True, may_switch=True, csrf="secret", notice="")
    trees = panel_trees(a_day(), surroundings(), texts(lang), stage)
    found = list(figures(plain(screen(replace(page, stage=stage, trees=trees), texts(lang)))))
    assert len(found) > 10
    for number, path in found:
        marked = any(mark in props for props in path for mark in ELSEWHERE)
        named = {name for p in path for name in (*str(p.get("className", "")).split(), str(p.get("id", "")))}
        assert marked or named & BESIDE.keys(), f"{number} is no indicator: {named}"


@pytest.mark.parametrize("stage", sorted(WALLS))
def test_every_indicator_of_the_wall_is_in_the_registry_and_says_its_definition(stage: str) -> None:
    words_ = texts("zh-CN")
    for tree in panel_trees(a_day(), surroundings(), words_, stage).values():
        for node in having(tree, "data-indicator"):
            assert node["data-indicator"] in BY_NAME
            assert node["title"] == words_[f"indicator.{node['data-indicator']}.definition"]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("name", ["handling_time_p90", "complaint_rate", "repeat_reports", "dwell_street_p50"])
def test_every_tile_of_the_drill_down_opens_its_list_and_any_indicator_can_be_one(house: Any, name: str) -> None:
    desk, _ = desk_of(house)
    body = plain(desk.body({"indicator": name}))
    tiles = having(body, "data-indicator")
    assert name in [tile["data-indicator"] for tile in tiles]
    for tile in tiles:
        assert tile["data-indicator"] in BY_NAME
        (link,) = having(tile["children"], "data-records")
        opened = LeaderAddress.parse(dict(parse_qsl(urlsplit(link["href"]).query)))
        assert (opened.indicator, opened.part) == (tile["data-indicator"], "numerator")
        assert link["data-records"] == tile["data-numerator"]
    assert {node["data-pick"] for node in having(body, "data-pick")} == set(BY_NAME)
    (listed,) = having(body, "data-total")
    chosen = next(tile for tile in tiles if tile["data-indicator"] == name)
    assert listed["data-total"] == chosen["data-numerator"]
