"""下钻 of what is no event: every indicator has its page, its list and where each line leads, in both languages."""

from typing import Any

import pytest

from callbacks.leader import LeaderDesk
from cockpit.catalogue import LANGS, texts
from cockpit.domain.source import FEEDS, POSITIONS_FEED, Source
from cockpit.services.standards import StandardsBook
from cockpit.situation.indicators import BY_NAME, OF_EVENTS, REGISTRY, Part
from cockpit.store.accounts import Role
from cockpit.store.standards import StandardsTable
from layouts.page import Viewer
from tests.api.test_queries import told
from tests.api.town import Town, alarm, position
from tests.layouts.trees import nodes, words
from tests.subjects import drill_of

OTHERS = [i.name for i in REGISTRY if i not in OF_EVENTS]


@pytest.fixture
def busy(bare_town: Town) -> Town:
    town = bare_town.build()
    told(town, "alarms", alarm(1), alarm(2))
    town.caller(Role.FEED).post("feeds/positions", position("gw-00001"))
    town.fold.follow()
    return town


def desk_of(town: Town, *, may_command: bool = False) -> LeaderDesk:
    viewer = Viewer(scope="", may_command=may_command, csrf="")
    return LeaderDesk(
        drill=drill_of(town), city=town.city, viewer=lambda: viewer, target_rate=0.95, clock=town.clock, away=(),
        standards=StandardsBook(StandardsTable(town.engine), monotonic=lambda: 0.0),
    )  # fmt: skip


def listed(body: Any) -> dict[str, Any]:
    return next(node for node in nodes(body) if node.get("id") == "leader-list")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", OTHERS)
def test_the_tile_and_the_list_say_the_same_in_words(busy: Town, name: str, lang: str) -> None:
    asked = {"lang": lang, "indicator": name, "range": "today", "part": Part.NUMERATOR.value}
    body = desk_of(busy).body(asked)
    tile = next(node for node in nodes(body) if node.get("data-indicator") == name)
    assert tile["data-numerator"] == listed(body)["data-total"]
    assert listed(body)["data-subject"] == BY_NAME[name].subject
    assert texts(lang)[f"indicator.{name}.title"] in words(body)
    assert "leader." not in words(body)


def test_an_alarm_leads_to_its_device_a_gridworker_to_the_tracks_a_grid_to_its_page(busy: Town) -> None:
    desk = desk_of(busy)
    for name, begins in (("alarm_raised", "/iot?device=dev-"), ("on_duty", "/tracks?subjects=gw-"),
                         ("grid_coverage_rate", "/leader?scope=3301")):  # fmt: skip
        body = desk.body({"indicator": name, "range": "today", "part": "numerator"})
        assert int(listed(body)["data-total"]) > 0
        assert any(node.get("href", "").startswith(begins) for node in nodes(body) if node["type"] == "A")


def test_a_leader_reads_masked_names_and_an_officer_whole_ones(busy: Town) -> None:
    asked = {"indicator": "on_duty", "range": "today"}
    on_duty = words(desk_of(busy).body(asked))
    assert "*" in on_duty
    assert on_duty != words(desk_of(busy, may_command=True).body(asked))


def test_what_is_not_known_says_why_on_the_tile_and_in_the_list(busy: Town) -> None:
    said = texts("zh-CN")
    for asked, why in (
        ({"indicator": "alarm_raised", "source": "citizen"}, "filtered"),
        ({"indicator": "unplaced", "from": "2026-11-17T00:00:00+08:00", "to": "2026-11-18T00:00:00+08:00"}, "not_kept"),
    ):
        body = desk_of(busy).body(asked)
        tile = next(node for node in nodes(body) if node.get("data-indicator") == asked["indicator"])
        assert (tile["data-why"], tile["data-value"]) == (why, "")
        assert words(body).count(said[f"leader.why.{why}"]) >= 2


def test_the_hours_of_what_is_told_by_the_day_say_that_there_are_none(busy: Town) -> None:
    for name, has_hours in (("patrol_coverage_rate", False), ("grid_coverage_rate", False), ("alarm_raised", True)):
        body = desk_of(busy).body({"indicator": name, "range": "today"})
        heat = next(node for node in nodes(body) if node.get("id") == "leader-heat")
        assert (texts("zh-CN")["leader.subject.no_hours"] in str(heat)) is not has_hours


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_says_as_data_and_in_words_what_tells_it(busy: Town, lang: str) -> None:
    said = texts(lang)
    items = busy.caller(Role.LEADER).get("indicators", group="all").json["items"]
    assert {item["name"] for item in items} == {i.name for i in REGISTRY}
    for item in items:
        assert item["sources"] or item["registers"], item["name"]
        assert set(item["sources"]) <= set(FEEDS)
        body = desk_of(busy).body({"lang": lang, "indicator": item["name"], "range": "today"})
        definition = next(node for node in nodes(body) if node.get("id") == "leader-definition")
        told_by = words(definition["children"])
        for register in item["registers"]:
            assert said[f"leader.register.{register}"] in told_by, item["name"]
        if len(item["sources"]) < len(Source):
            for feed in item["sources"]:
                assert said.find(f"source.{feed}", said.find(f"feed.{feed}", "?")) in told_by, item["name"]
    by_name = {item["name"]: item for item in items}
    assert by_name["on_duty"]["sources"] == [POSITIONS_FEED]
    assert by_name["on_duty"]["registers"] == ["roster", "attendance"]
    assert by_name["fresh_household_rate"]["sources"] == []
    assert by_name["alarm_raised"]["sources"] == ["iot"]


def test_one_source_that_is_asked_for_is_the_one_that_tells_it(busy: Town) -> None:
    (item,) = busy.caller(Role.LEADER).get("indicators", names="reported_today", source="citizen").json["items"]
    assert (item["sources"], item["registers"]) == (["citizen"], [])
