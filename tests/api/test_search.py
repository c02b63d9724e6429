"""GET search over the API: each group, each role's right to people, and a street that finds its own alone."""

from pathlib import Path
from typing import Any

import pytest

from cockpit.services.city import City
from cockpit.store.accounts import Role
from cockpit.store.database import migrate, open_engine
from tests.api.town import HERE, HERE_STREET, Caller, Town, event

ELSEWHERE_STREET = "330110109"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    engine = open_engine(f"sqlite:///{Path(tmp_path_factory.mktemp('search')) / 'town.sqlite'}")
    migrate(engine)
    town = Town(City.load("yuhang"), engine).build()
    town.houses.warm()
    messages = [event(20261119001, title="电动车占道充电"), event(2, title="井盖松动", lon=119.80, lat=30.40)]
    assert town.caller(Role.ADMIN).post("feeds/events", messages).status_code == 202
    town.fold.follow()
    return town


@pytest.fixture(scope="module")
def desk(town: Town) -> Caller:
    return town.caller(Role.DUTY)


def found(caller: Caller, words: str, **given: Any) -> dict[str, list[dict[str, Any]]]:
    answer = caller.get("search", q=words, **given)
    assert answer.status_code == 200, answer.text
    return {group["group"]: group["items"] for group in answer.json["groups"]}


def test_a_division_and_a_road_are_found_by_name_and_by_initials(desk: Caller) -> None:
    for words in ("仓前街道", "cqjd"):
        assert found(desk, words)["division"][0] | {"bounds": None} == {
            "kind": "street", "kind_title": "镇街", "id": HERE_STREET, "title": "仓前街道", "detail": "仓前街道",
            "code": HERE_STREET, "lon": pytest.approx(119.98, abs=0.1), "lat": pytest.approx(30.28, abs=0.1),
            "bounds": None,
        }  # fmt: skip
    roads = found(desk, "文一西路", limit=20)["road"]
    assert {road["title"] for road in roads} == {"文一西路"}
    assert len({road["detail"] for road in roads}) == len(roads)


def test_an_event_is_found_by_its_number_with_and_without_its_source_and_by_words(desk: Caller) -> None:
    for words in ("20261119001", "citizen:20261119001", "占道充电"):
        (item,) = found(desk, words)["event"]
        assert (item["id"], item["title"], item["kind_title"]) == ("citizen:20261119001", "电动车占道充电", "登记")


def test_coordinates_are_three_candidates_each_with_its_system(desk: Caller) -> None:
    told = found(desk, "119.95,30.30")["coordinate"]
    assert [(item["kind"], item["kind_title"]) for item in told] == [
        ("wgs84", "按 WGS-84"), ("gcj02", "按 GCJ-02（高德、腾讯）"), ("bd09", "按 BD-09（百度）"),
    ]  # fmt: skip
    assert (told[0]["lon"], told[0]["lat"]) == HERE
    assert found(desk, "0,0") == {}


def test_a_building_is_found_by_its_name_and_by_its_code(desk: Caller) -> None:
    (first, *_) = desk.get("buildings", bbox="119.97,30.28,119.98,30.30", limit=1).json["items"]
    assert found(desk, first["name"])["building"][0]["id"] == first["building_code"]
    assert found(desk, first["building_code"])["building"][0]["title"] == first["name"]


def test_people_are_found_whole_by_officers_alone_and_stay_masked(desk: Caller, town: Town) -> None:
    door = desk.get("households/stale", limit=1).json["items"][0]["household_id"]
    person = desk.post(f"households/{door}/unmask", {"reason": "核实"}).json["residents"][0]
    for words in (person["name"], person["id_number"], person["phone"]):
        items = found(desk, words, limit=50, scope=door[:9]).get("person", [])
        assert all(item["title"] == person["name"][0] + "*" * (len(person["name"]) - 1) for item in items)
        assert words == person["name"] or [item["id"] for item in items] == [door]
    assert "person" not in found(desk, person["name"][:1])
    for role in (Role.LEADER, Role.SCREEN, Role.GRIDWORKER):
        other = found(town.caller(role, subject="gw-00001"), person["name"])
        assert not {"person", "gridworker"} & other.keys()


def test_a_street_finds_its_own_alone(town: Town) -> None:
    other = town.caller(Role.DUTY, ELSEWHERE_STREET)
    assert "event" not in found(other, "20261119001")
    assert "division" not in found(other, "仓前街道")
    assert "coordinate" not in found(other, "119.95,30.30")
    for items in found(other, "路", limit=50).values():
        assert all(item["code"].startswith(ELSEWHERE_STREET) for item in items)
    assert other.get("search", q="路", scope=HERE_STREET).status_code == 403


def test_what_is_no_search_is_refused_or_finds_nothing(desk: Caller, town: Town) -> None:
    assert found(desk, "") == found(desk, "   ") == {}
    assert desk.get("search", q="长" * 101).status_code == 400
    assert desk.get("search", q="a", limit="0").status_code == 400
    assert desk.get("search", q="<img src=x>%_'\"\x00").json["groups"] == []
    assert town.caller(Role.FEED).get("search", q="a").status_code == 403
