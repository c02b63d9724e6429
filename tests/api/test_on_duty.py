"""在岗: what somebody said beats the shift, the shift beats a position, and the figure is the length of its list."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cockpit.domain.scope import Scope
from cockpit.services.on_duty import OnDuty
from cockpit.services.roster import Roster
from cockpit.store.accounts import Role
from tests.api.town import CITY, Town, position

WORKER = "gw-00001"


def by(town: Town) -> dict[str, str]:
    """Who is on duty, and what says so."""
    told = town.caller(Role.DUTY).get("gridworkers/on-duty", limit=1000).json
    assert told["total"] == OnDuty(
        fold=town.fold, city=town.city, roster=Roster(town.city), within_s=900
    ).count(Scope(CITY), town.now)  # fmt: skip
    return {item["subject_id"]: item["by"] for item in told["items"]}


@pytest.fixture
def shift_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's shift runs at noon; the next one is on no plan."""
    monkeypatch.setitem(town.city.roster, WORKER, replace(town.city.roster[WORKER], shift="day"))
    monkeypatch.setitem(town.city.roster, "gw-00002", replace(town.city.roster["gw-00002"], shift="on call"))


@pytest.mark.usefixtures("shift_of")
def test_what_somebody_said_beats_the_shift_and_the_shift_needs_no_position(town: Town) -> None:
    assert by(town)[WORKER] == "shift"
    town.gridworker(WORKER).post("attendance", {"on_duty": False})
    town.settle()
    assert WORKER not in by(town)
    town.caller(Role.FEED).post("feeds/positions", position(WORKER))
    town.fold.follow()
    assert WORKER not in by(town), "who has left duty is not on it for being seen"
    town.gridworker(WORKER).post("attendance", {"on_duty": True})
    town.settle()
    assert by(town)[WORKER] == "attendance"


@pytest.mark.usefixtures("shift_of")
def test_who_is_on_no_plan_is_on_duty_while_located(town: Town) -> None:
    assert "gw-00002" not in by(town)
    town.caller(Role.FEED).post("feeds/positions", position("gw-00002"))
    town.fold.follow()
    assert by(town)["gw-00002"] == "unplanned"
    town.now += timedelta(minutes=16)
    assert "gw-00002" not in by(town)


def test_a_scope_names_its_own_and_a_screen_reads_no_names(town: Town) -> None:
    street = town.caller(Role.SCREEN, "330110012").get("gridworkers/on-duty", limit=1000).json
    assert street["total"] == len(street["items"]) > 0
    assert all(item["grid_code"].startswith("330110012") and "*" in item["name"] for item in street["items"])
