"""每个数字: what a page shows as a number is an indicator of the registry, or one of these with a reason."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cockpit.catalogue import LANGS, texts
from cockpit.situation.indicators import BY_NAME
from layouts import element as html
from layouts.duty.panels import desk_trees
from layouts.leader.address import LeaderAddress
from layouts.page import ScreenPage
from layouts.panels import panel_trees
from layouts.screen import screen
from layouts.wall import STANDARD, WALLS, wall_of
from layouts.war import war_trees
from tests.layouts.sample import AS_OF, COUNTY, a_day, surroundings
from tests.layouts.test_leader import desk_of, house
from tests.layouts.trees import having, plain
from tests.layouts.war_sample import evacuating

__all__ = ("house",)

#: what a text with a digit in it is where it is no link, by the attribute of what it lies in
SAYS_WHY = {
    "data-feed": "the state and age of a feed; the name of one is a number: 12345",
    "data-event-id": "the row of one event, which it opens",
    "data-alarm-id": "the row of one alarm",
    "data-group-id": "the row of one group of alarms and how many they are",
    "data-action": "a button that opens its list: on-duty, unplaced",
    "data-feed-turn": "a feed that was lost or came back, and when",
    "data-since-ms": "a clock",
    "data-near-id": "the row of one candidate: how far and how long",
}
#: the same by class or id
IS_NO_COUNT = {
    "beside": "a change against the days before, in points",
    "scale-ends": "where the scale of the rate begins and ends, and its target",
    "share": "the share of the count beside it",
    "health": "our own processes",
    "peak": "the hour of the peak, whose reports stand beside it",
    "trust": "feeds, which the block beside it lists",
    "panel-incident": "what was reported of the incident, in its words",
    "check": "one step of the plan in its words, and when it was done",
    "panel-timeline": "times of milestones",
    "evacuation-pace": "what is reckoned from the homes beside it, each a square",
}
#: what is open and waits: its list is the queue, which is of now, so that a picture of the past has none
QUEUES = {"flow", "red", "legend", "alarms"}


def figures(tree: Any, path: tuple[dict[str, Any], ...] = ()) -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    """Every text with a digit in it, with what it lies in."""
    if isinstance(tree, list):
        for item in tree:
            yield from figures(item, path)
    elif isinstance(tree, dict) and "props" in tree:
        yield from figures(tree["props"].get("children"), (*path, tree["props"]))
    elif tree is not None and re.search(r"\d", str(tree)):
        yield str(tree), path


def why(number: str, path: tuple[dict[str, Any], ...], lang: str, *, past: bool) -> str:
    """Where a number leads, or why it leads nowhere; empty for one that nobody has thought of."""
    if number in set(texts(lang).values()):
        return "words: the name of a source, of a span of time"
    for props in path:
        if "data-to" in props:
            return str(props["data-to"])
    for name, reason in SAYS_WHY.items():
        if any(name in props for props in path):
            return reason
    named = {name for p in path for name in (*str(p.get("className", "")).split(), str(p.get("id", "")))}
    if past and named & QUEUES:
        return "a queue of the past"
    return next((reason for name, reason in IS_NO_COUNT.items() if name in named), "")


def pages(lang: str) -> dict[str, Any]:
    """Every page that the server draws with its numbers, of a made-up day, now and in the past."""
    day, around = a_day(), surroundings()
    page = ScreenPage(scope=COUNTY, city="余杭区", demo=True, may_switch=True, csrf="secret", notice="")
    past = replace(around, is_past=True)
    walls = {
        f"{stage} {'past' if context.is_past else 'now'}": screen(
            replace(page, stage=stage, lang=lang, trees=panel_trees(day, context, texts(lang), stage)), texts(lang)
        )
        for stage in WALLS
        for context in (around, past)
    }
    desk = desk_trees(day, replace(around, unplaced=7), texts(lang))
    war = war_trees(evacuating(), around, texts(lang), wall_of(STANDARD.name))
    walls["war"] = [html.div(tree, className=name) for name, tree in war.items()]
    return {**walls, "desk": [html.div(tree, className=name) for name, tree in desk.items()]}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", [*(f"{stage} {when}" for stage in WALLS for when in ("now", "past")), "desk", "war"])
def test_every_number_of_a_page_opens_its_records_or_says_why_not(page: str, lang: str) -> None:
    found = list(figures(plain(pages(lang)[page])))
    assert len(found) > 10
    nowhere = [
        (number, [p.get("className") or p.get("id") for p in path])
        for number, path in found
        if not why(number, path, lang, past="past" in page)
    ]
    assert nowhere == []
    ways = len(having(plain(pages(lang)[page]), "data-to"))
    assert ways > {"desk": 3, "war": 1}.get(page, 20)  # most panels of an incident list their own rows


@pytest.mark.parametrize("lang", LANGS)
def test_a_number_leads_to_the_same_scope_language_and_instant(lang: str) -> None:
    for name, page in pages(lang).items():
        for node in having(plain(page), "data-to"):
            to = dict(parse_qsl(urlsplit(node["data-to"]).query))
            assert to["scope"].startswith(COUNTY)
            assert to.get("lang", "zh-CN") == lang
            assert to.get("as_of") == (AS_OF.isoformat() if "past" in name else None)


def test_a_picture_of_the_past_leads_to_no_queue_because_a_queue_is_of_now() -> None:
    assert not [n for n in having(plain(pages("zh-CN")["1920x1080 past"]), "data-to") if "/duty" in n["data-to"]]


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
