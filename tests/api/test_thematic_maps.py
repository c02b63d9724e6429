"""专题地图 over the API: what is coloured adds up, at every level; density by time; a layer laid over the grids."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.api.layers import Layers
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
from cockpit.services.thematic.fillings import fillings_of
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.services.thematic.shelf import LayerShelf
from cockpit.store.accounts import Role
from tests.api.test_layers import Book, NothingImported
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, Caller, Town, event, transition


@pytest.fixture
def reported(bare_town: Town) -> Town:
    """Three events in one street within an hour, one in another, one without a place."""
    town = bare_town.build()
    feed = town.caller(Role.FEED)
    for n, (lon, lat) in enumerate((HERE, HERE, (HERE[0] + 0.004, HERE[1]), ELSEWHERE), 1):
        at = (town.now - timedelta(minutes=50 if n == 1 else 5)).isoformat()
        feed.post("feeds/events", event(n, lon=lon, lat=lat, reported_at=at))
    feed.post("feeds/events", event(9, lon=None, lat=None, reported_at=town.now.isoformat()))
    town.fold.follow()
    return town


@pytest.mark.parametrize("level", ["street", "community", "grid"])
def test_the_divisions_and_what_lies_in_none_add_up_to_the_figure(reported: Town, level: str) -> None:
    leader = reported.caller(Role.LEADER)
    told = leader.get("thematic/choropleth", indicator="reported_today", level=level).json
    whole = next(i for i in leader.get("indicators").json["items"] if i["name"] == "reported_today")
    parts = [item["numerator"] for item in told["items"]]
    assert sum(parts) + told["rest"]["numerator"] == told["indicator"]["numerator"] == whole["numerator"] == 5
    assert sum(n > 0 for n in parts) >= 2


def test_a_street_sees_its_own_and_a_wrong_question_is_named(reported: Town) -> None:
    street = reported.caller(Role.LEADER, scope=HERE_STREET)
    told = street.get("thematic/choropleth").json
    assert told["level"] == "community"
    assert all(item["code"].startswith(HERE_STREET) for item in told["items"])
    assert told["indicator"]["numerator"] == 3
    assert street.get("thematic/choropleth", indicator="none").json["field"] == "indicator"
    assert street.get("thematic/choropleth", level="house").json["field"] == "level"
    assert street.get("thematic/density", slots="0").json["field"] == "slots"


def test_density_counts_every_event_once_in_its_grid_and_its_time(reported: Town) -> None:
    asked = {"slots": 2, "from_": (reported.now - timedelta(hours=1)).isoformat()}
    told = reported.caller(Role.LEADER).get("thematic/density", **asked).json
    assert (told["total"], told["rest"], len(told["edges"])) == (5, 1, 3)
    by_slot = [sum(item["counts"][slot] for item in told["items"]) for slot in (0, 1)]
    assert by_slot == [1, 3]


@pytest.fixture
def worked(reported: Town) -> Town:
    """The same with two events given out: one to the street's own unit, which the district's centre closed."""
    feed = reported.caller(Role.FEED)
    for n, unit in ((1, "仓前街道环卫站"), (4, "区城管局")):
        feed.post("feeds/transitions", transition(n, "assigned", -4, unit=unit))
    feed.post("feeds/transitions", transition(1, "fed_back", -3, unit="仓前街道环卫站"))
    feed.post("feeds/transitions", transition(1, "closed", -2, unit="区社会治理中心"))
    reported.fold.follow()
    return reported


def _behind(caller: Caller, link: str, **asked: Any) -> set[str]:
    told = caller.get("thematic/flows/records", link=link, **asked).json
    assert told["total"] == len(told["items"])
    return {item["event_id"] for item in told["items"]}


def test_flows_say_where_work_comes_from_and_who_carries_it_and_each_count_opens_its_list(worked: Town) -> None:
    leader = worked.caller(Role.LEADER)
    told = leader.get("thematic/flows").json
    elsewhere = worked.city.locate(*ELSEWHERE)
    assert elsewhere is not None
    links = {(one["from"], one["to"]): one["count"] for one in told["links"]}
    assert links == {
        (HERE_STREET, HERE_STREET): 1, (HERE_STREET, "nobody"): 2, (elsewhere[:9], "unit:区城管局"): 1,
        ("rest", "nobody"): 1,
    }  # fmt: skip
    figure = leader.get("thematic/choropleth", indicator="reported_today").json["indicator"]["numerator"]
    assert told["total"] == sum(links.values()) == figure == 5
    assert sum(one["count"] for one in told["origins"]) == sum(one["count"] for one in told["carriers"]) == 5
    assert _behind(leader, f"{HERE_STREET}>{HERE_STREET}") == {"citizen:1"}
    assert _behind(leader, "any>nobody") == {"citizen:2", "citizen:3", "citizen:9"}
    assert len(_behind(leader, "any>any")) == 5
    assert leader.get("thematic/flows/records", link="330110>nothing").status_code == 404


def test_a_street_sees_the_flows_of_its_communities_with_its_own_units_by_name(worked: Town) -> None:
    street = worked.caller(Role.LEADER, scope=HERE_STREET)
    told = street.get("thematic/flows").json
    assert told["total"] == 3
    assert {one["key"] for one in told["carriers"]} == {"unit:仓前街道环卫站", "nobody"}
    assert all(one["key"].startswith(HERE_STREET) or one["key"] == "rest" for one in told["origins"])
    assert _behind(street, "any>unit:仓前街道环卫站") == {"citizen:1"}
    assert street.get("thematic/flows", scope="330110").status_code == 403


def test_clusters_lie_where_reports_lie_together_and_the_others_are_told_too(reported: Town) -> None:
    leader = reported.caller(Role.LEADER)
    told = leader.get("thematic/clusters", fewest=2).json
    (only,) = told["items"]
    assert (only["count"], only["code"][:9], only["kind"], only["kind_count"]) == (2, HERE_STREET, "event.01.10", 2)
    assert (only["lon"], only["lat"]) == pytest.approx(HERE, abs=1e-5)
    assert (told["total"], told["clustered"], told["scattered"], told["unplaced"]) == (5, 2, 2, 1)
    for which, ids in (
        ("0", {"citizen:1", "citizen:2"}),
        ("scattered", {"citizen:3", "citizen:4"}),
        ("unplaced", {"citizen:9"}),
    ):
        behind = leader.get("thematic/clusters/records", fewest=2, cluster=which).json
        assert {item["event_id"] for item in behind["items"]} == ids
        assert behind["total"] == len(ids)
    assert leader.get("thematic/clusters/records", fewest=2, cluster="1").status_code == 404
    assert leader.get("thematic/clusters", radius="3").json["field"] == "radius"
    assert leader.get("thematic/clusters", fewest="1").json["field"] == "fewest"
    assert leader.get("thematic/clusters").json["items"] == []


@pytest.fixture
def layered(bare_town: Town, tmp_path: Path) -> Town:
    """With the grids as a layer: another grid system that happens to be the same."""
    fill = fillings_of(bare_town.city, Book([]))
    shelf = LayerShelf(LayerCatalogue(shipped_layers()), tmp_path, NothingImported(), fill=fill)
    shelf.make(("grid",))
    return bare_town.build(layers=Layers(shelf, ScopeShapes(bare_town.city), clock=bare_town.clock))


def test_the_grids_over_themselves_have_no_gap_and_a_street_compares_its_own(layered: Town) -> None:
    told: dict[str, Any] = layered.caller(Role.LEADER, scope=HERE_STREET).get("grids/overlay", layer="grid").json
    assert (told["total"], told["totals"]) == (0, {"gap": 0, "outside": 0, "double": 0})
    assert told["ours_m2"] == pytest.approx(told["shared_m2"], abs=2)
    assert 10e6 < told["ours_m2"] < 200e6
    caller = layered.caller(Role.LEADER)
    assert caller.get("grids/overlay", layer="none").status_code == 404
    assert caller.get("grids/overlay", layer="hospital").json["rule"] == "layer_without_areas"


def test_pipes_are_lines_on_the_map_and_a_near_look_has_all_of_them(bare_town: Town, tmp_path: Path) -> None:
    fill = fillings_of(bare_town.city, Book([]))
    shelf = LayerShelf(LayerCatalogue(shipped_layers()), tmp_path, NothingImported(), fill=fill)
    shelf.make(("pipe_network",))
    town = bare_town.build(layers=Layers(shelf, ScopeShapes(bare_town.city), clock=bare_town.clock))
    duty = town.caller(Role.DUTY)
    listed = next(item for item in duty.get("layers").json["items"] if item["name"] == "pipe_network")
    assert listed["geometry"] == "line" and listed["total"] > 0
    box = ",".join(str(n) for n in (119.94, 30.28, 119.98, 30.32))
    drawn = duty.get("layers/pipe_network/shapes", bbox=box, zoom=15).json["features"]
    # a pipe that only reaches into the box is drawn there too, and counted where its middle lies
    counted = duty.get("layers/pipe_network/items", bbox=box, limit=1000).json["items"]
    assert counted and {item["id"] for item in counted} <= {shape["id"] for shape in drawn}
    assert {shape["geometry"]["type"] for shape in drawn} <= {"LineString", "MultiLineString"}
