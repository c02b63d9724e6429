"""下钻 of what is no event: every indicator has its page, its list and where each line leads, in both languages."""

from typing import Any

import pytest

from callbacks.leader import LeaderDesk
from cockpit.catalogue import LANGS, texts
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
