"""万人投诉率: complaints open their list, inhabitants are a count of the book, and both add up over divisions."""

from typing import Any

import pytest

from cockpit.domain.scope import Scope
from cockpit.services.houses.inhabitants import Inhabitants
from cockpit.store.accounts import Role
from tests.api.test_queries import told
from tests.api.town import ELSEWHERE, HERE_STREET, Town, event
from tests.subjects import drill_of

NAME = "complaints_per_people"
WEEK = {"from": "2026-11-15T16:00:00Z"}


@pytest.fixture
def town(bare_town: Town) -> Town:
    town = bare_town.build(drill=drill_of(bare_town))
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    hotline = {"source": "hotline_12345"}
    told(town, "events", event(1, **hotline), event(2, **hotline), event(3), event(4, **hotline, **elsewhere))
    return town


def figure(town: Town, name: str = NAME, **asked: str) -> Any:
    (item,) = town.caller(Role.LEADER).get("indicators", names=name, **asked).json["items"]
    return item


def test_it_is_the_complaints_over_the_people_of_the_book(town: Town) -> None:
    people = int(town.houses.dwellings().people.sum())
    item = figure(town, by="children")
    assert (item["numerator"], item["denominator"]) == (3, people)
    assert item["value"] == 3 / people
    assert (item["per"], item["unit"], item["why"], item["adds_up"]) == (10_000, "rate", None, False)
    below = [item["rest"], *item["children"]]
    assert sum(line["numerator"] for line in below) == 3
    assert sum(line["denominator"] for line in below) == people
    for child in item["children"]:
        inside = figure(town, scope=child["code"])
        assert (inside["numerator"], inside["denominator"]) == (child["numerator"], child["denominator"])
    assert figure(town, scope=HERE_STREET)["numerator"] == 2


def test_its_complaints_have_a_list_and_its_people_have_none(town: Town) -> None:
    caller = town.caller(Role.LEADER)
    listed = caller.get(f"indicators/{NAME}/records").json
    assert listed["total"] == figure(town)["numerator"] == figure(town, "complaints")["value"]
    for part in ("denominator", "missed"):
        refused = caller.get(f"indicators/{NAME}/records", part=part)
        assert refused.status_code == 404
        assert "names are protected" in refused.json["detail"]


def test_every_day_of_the_trend_and_every_division_of_the_map_has_its_own(town: Town) -> None:
    people = int(town.houses.dwellings().people.sum())
    steps = town.caller().get(f"indicators/{NAME}/trend", usual="true", **WEEK).json["items"]
    assert steps[-1]["numerator"] == 3
    assert {step["denominator"] for step in steps} == {people}
    found = town.caller(Role.LEADER).get("thematic/choropleth", indicator=NAME).json
    assert sum(item["denominator"] for item in found["items"]) + found["rest"]["denominator"] == people


def test_without_a_book_it_is_not_known(bare_town: Town) -> None:
    town = bare_town.build()
    told(town, "events", event(1, source="hotline_12345"))
    item = figure(town)
    assert (item["value"], item["numerator"], item["why"]) == (None, 1, "no_book")
    steps = town.caller().get(f"indicators/{NAME}/trend", usual="true").json["items"]
    assert {(step["value"], step["why"]) for step in steps} == {(None, "no_book")}


def test_a_filter_narrows_the_complaints_and_not_the_people(town: Town) -> None:
    whole, narrowed = figure(town), figure(town, source="citizen")
    assert narrowed["denominator"] == whole["denominator"]
    assert (whole["numerator"], narrowed["numerator"]) == (3, 0)


def test_people_of_divisions_and_of_none_of_them_are_those_of_the_scope(town: Town) -> None:
    homes = Inhabitants(town.houses)
    changes, city = town.city.changes, town.city
    whole = homes.of(Scope(city.code), city.children_of(city.code), changes)
    assert [sum(whole)] == homes.of(Scope(city.code), [], changes)
    for code, people in zip(city.children_of(city.code), whole, strict=False):
        assert homes.of(Scope(code), [], changes) == [people]
        assert sum(homes.of(Scope(code), city.children_of(code), changes)) == people
