"""无定位: who is on duty and nobody knows where."""

from datetime import timedelta

from cockpit.store.accounts import Role
from tests.api.town import Town, position

WORKER = "gw-00001"


def unplaced(town: Town, role: Role = Role.DUTY) -> dict[str, dict[str, object]]:
    scope = town.city.roster[WORKER].grid_code
    told = town.caller(role, scope).get("gridworkers/unplaced").json
    return {item["subject_id"]: item for item in told["items"]}


def test_whoever_is_on_duty_without_a_position_is_listed_until_they_are_located(town: Town) -> None:
    town.gridworker(WORKER).post("attendance", {"on_duty": True})
    town.settle()
    assert unplaced(town)[WORKER]["located_at"] is None
    town.caller(Role.FEED).post("feeds/positions", position(WORKER))
    town.fold.follow()
    assert WORKER not in unplaced(town)
    town.now += timedelta(minutes=16)
    assert unplaced(town)[WORKER]["located_at"] is not None
    town.gridworker(WORKER).post("attendance", {"on_duty": False})
    town.settle()
    assert WORKER not in unplaced(town)


def test_names_are_masked_for_a_screen_that_everybody_reads(town: Town) -> None:
    town.gridworker(WORKER).post("attendance", {"on_duty": True})
    town.settle()
    assert "*" in str(unplaced(town, Role.SCREEN)[WORKER]["name"])
    assert town.caller(Role.FEED).get("gridworkers/unplaced").status_code == 403
