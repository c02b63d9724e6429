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
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, Town, event


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
