"""以房查人 over the API: what each role reads, what a reason opens, what stays within a street, and what is stale."""

from datetime import timedelta
from pathlib import Path

import pytest

from cockpit.services.city import City
from cockpit.store.accounts import Role
from cockpit.store.database import migrate, open_engine
from cockpit.store.households import HouseholdRow, HouseholdTable
from cockpit.store.residents import ResidentRow, ResidentTable, Visit
from tests.api.town import CITY, HERE_STREET, NOON, Town

ELSEWHERE_STREET = "330110109"
GRID = "330110012001001"
PERSON = ResidentRow("r1", "h1", "王小明", "wxm", "head", "registered", 1960, "330110196001011234", "13812345678", "")


@pytest.fixture(scope="module")
def yuhang() -> City:
    return City.load("yuhang")


@pytest.fixture
def town(tmp_path: Path, yuhang: City) -> Town:
    engine = open_engine(f"sqlite:///{tmp_path / 'town.sqlite'}")
    migrate(engine)
    return Town(yuhang, engine).build()


def settled(town: Town) -> Town:
    """Two doors of one building in 仓前街道: one person is known behind the first."""
    rows = [
        HouseholdRow("h1", "b1", "葛巷 1 幢", 1, True, 119.95, 30.30, GRID),
        HouseholdRow("h2", "b1", "葛巷 1 幢", 3, False, 119.95, 30.30, GRID),
    ]
    HouseholdTable(town.engine).put(rows, imported_at=NOON - timedelta(days=400))
    ResidentTable(town.engine).put([PERSON], [Visit("h1", GRID, NOON - timedelta(days=10), "import")])
    return town


def test_a_building_tells_its_doors_and_how_fresh_each_record_is(town: Town) -> None:
    told = settled(town).caller(Role.DUTY).get("buildings/b1").json
    assert (told["households"], told["people"], told["needs_help"], told["stale"]) == (2, 4, 1, 1)
    assert [(d["household_id"], d["age_days"], d["stale"]) for d in told["items"]] == [
        ("h1", 10, False),
        ("h2", 400, True),
    ]
    listed = town.caller(Role.SCREEN).get("buildings", bbox="119.94,30.29,119.96,30.31").json
    assert (listed["total"], listed["items"][0]["building_code"], listed["items"][0]["stale"]) == (1, "b1", 1)
    assert town.caller(Role.DUTY).get("buildings", q="葛巷").json["total"] == 1
    assert town.caller(Role.DUTY).get("buildings").status_code == 400


def test_names_and_numbers_are_masked_for_everybody_and_closed_to_a_wall(town: Town) -> None:
    settled(town)
    for role in (Role.DUTY, Role.ADMIN, Role.LEADER):
        told = town.caller(role).get("households/h1").json
        (person,) = told["residents"]
        assert (person["name"], person["id_number"], person["phone"]) == ("王**", "330*************34", "138****5678")
        assert (told["masked"], told["may_unmask"], person["age"]) == (True, role is not Role.LEADER, 66)
    assert town.caller(Role.SCREEN).get("households/h1").status_code == 403


def test_a_reason_opens_a_household_and_is_kept_with_who_and_when(town: Town) -> None:
    desk = settled(town).caller(Role.DUTY)
    for reason in ("", " 核 ", "x" * 201, None, 7):
        assert desk.post("households/h1/unmask", {"reason": reason}).status_code == 400
    assert not [r for r in town.audit.list_latest(10) if r.what == "household_unmasked"]
    told = desk.post("households/h1/unmask", {"reason": "入户核实"}).json
    assert told["residents"][0]["name"] == "王小明"
    assert told["masked_again_at"] == "2026-11-19T04:02:00Z"
    (kept,) = (r for r in town.audit.list_latest(10) if r.what == "household_unmasked")
    assert (kept.at, kept.who, kept.detail["household_id"], kept.detail["reason"]) == (NOON, "duty", "h1", "入户核实")
    assert "王小明" not in str(kept.detail)
    assert desk.get("households/h1").json["residents"][0]["name"] == "王**"


@pytest.mark.parametrize("role", [Role.LEADER, Role.SCREEN, Role.GRIDWORKER])
def test_other_roles_open_nothing(town: Town, role: Role) -> None:
    caller = settled(town).caller(role, subject="gw-00001")
    assert caller.post("households/h1/unmask", {"reason": "入户核实"}).status_code == 403


def test_another_street_has_no_such_building_household_or_list(town: Town) -> None:
    other = settled(town).caller(Role.DUTY, ELSEWHERE_STREET)
    for path in ("buildings/b1", "households/h1"):
        assert other.get(path).status_code == 404
    assert other.post("households/h1/unmask", {"reason": "入户核实"}).status_code == 404
    assert other.post("households/h1/visit", {}).status_code == 404
    assert other.get("households/stale").json["total"] == 0
    assert other.get("buildings", bbox="119.94,30.29,119.96,30.31").json["total"] == 0
    assert other.get("households/stale", scope=HERE_STREET).status_code == 403
    assert other.post("households/stale/remind", {"code": GRID}).status_code == 403


def test_who_looks_through_household_after_household_is_stopped(town: Town) -> None:
    desk = settled(town).caller(Role.DUTY)
    for _ in range(60):
        assert desk.post("households/h1/unmask", {"reason": "入户核实"}).status_code == 200
    stopped = desk.post("households/h1/unmask", {"reason": "入户核实"})
    assert (stopped.status_code, stopped.json["rule"]) == (429, "too_many_unmasked")
    assert town.caller(Role.DUTY).post("households/h1/unmask", {"reason": "入户核实"}).status_code == 200


def test_a_visit_makes_a_record_fresh_again(town: Town) -> None:
    desk = settled(town).caller(Role.DUTY, HERE_STREET)
    before = desk.get("households/stale").json
    assert (before["total"], before["households"], before["grids"][0]["code"]) == (1, 2, GRID)
    assert [item["household_id"] for item in before["items"]] == ["h2"]
    assert desk.post("households/h2/visit", {}).status_code == 200
    assert desk.get("households/stale").json["total"] == 0
    assert desk.get("households/stale", days=5).json["total"] == 1


def test_the_gridworkers_of_a_grid_are_reminded_once_a_week_by_an_order(town: Town) -> None:
    desk = settled(town).caller(Role.DUTY)
    asked = desk.post("households/stale/remind", {"code": GRID})
    assert asked.status_code == 202, asked.text
    town.settle()
    order = desk.get(f"orders/{asked.json['order_ids'][0]}").json
    assert order["event_id"] == asked.json["event_id"]
    assert "1 户信息超过 180 天未更新" in order["task"]
    assert desk.get("households/stale").json["grids"][0]["reminded_at"] == "2026-11-19T04:00:00Z"
    assert desk.post("households/stale/remind", {"code": GRID}).json["rule"] == "already_reminded"
    assert desk.post("households/stale/remind", {"code": GRID, "days": 3000}).json["rule"] == "nothing_is_stale"


def test_the_demo_city_has_invented_people_whose_numbers_can_be_nobodys(town: Town) -> None:
    desk = town.caller(Role.ADMIN)
    (building, *_) = desk.get("buildings", bbox="119.97,30.28,119.98,30.30", limit=1).json["items"]
    card = desk.get(f"buildings/{building['building_code']}").json
    assert (card["households"], card["people"]) == (building["households"], building["people"])
    door = card["items"][0]["household_id"]
    told = desk.post(f"households/{door}/unmask", {"reason": "演示"}).json
    assert told["is_made_up"]
    assert len(told["residents"]) == told["people"]
    for person in told["residents"]:
        assert person["id_number"].startswith("000000")
        assert person["phone"] == "" or person["phone"].startswith("100")
    again = desk.post(f"households/{door}/unmask", {"reason": "演示"}).json
    assert again["residents"] == told["residents"]


def test_a_grid_of_the_demo_city_counts_what_its_own_doors_say(town: Town) -> None:
    desk = town.caller(Role.DUTY, HERE_STREET)
    told = desk.get("households/stale", limit=1000).json
    worst = told["grids"][0]
    assert 0 < worst["stale"] <= worst["households"] <= told["households"]
    assert sum(g["stale"] for g in told["grids"]) == told["total"]
    oldest = told["items"][0]
    assert oldest["stale"]
    assert desk.post(f"households/{oldest['household_id']}/visit", {}).status_code == 200
    assert desk.get("households/stale").json["total"] == told["total"] - 1
    assert town.caller(Role.DUTY, CITY).get("households/stale", limit=1).json["total"] > told["total"]
