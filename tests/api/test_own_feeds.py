"""本人上报: a gridworker's own session reports what they saw and where they are, and speaks for nobody else."""

from typing import Any

from cockpit.store.accounts import Role
from tests.api.town import HERE, Town, event, position

WORKER = "gw-00001"


def at_home(town: Town) -> dict[str, float]:
    lon, lat = town.city.divisions[town.city.roster[WORKER].grid_code].label
    return {"lon": lon, "lat": lat}


def report(town: Town, **given: Any) -> dict[str, Any]:
    return event(**{"event_id": "m-1", "source": "gridworker", "due_at": None, **at_home(town), **given})


def on_duty(town: Town) -> Any:
    phone = town.gridworker(WORKER)
    phone.post("attendance", {"on_duty": True})
    town.settle()
    return phone


def test_a_report_from_the_phone_is_an_event_in_the_persons_own_name(town: Town) -> None:
    answer = town.gridworker(WORKER).post("feeds/events", report(town, reporter="somebody else"))
    assert answer.json == {"accepted": 1, "duplicate": 0, "rejected": []}
    town.fold.follow()
    told = town.fold.situation.events["gridworker:m-1"].report
    name = town.city.roster[WORKER].name
    assert told.reporter == name[0] + "*" * (len(name) - 1)


def test_a_report_with_a_grid_chosen_by_hand_needs_no_position(town: Town) -> None:
    grid = town.city.roster[WORKER].grid_code
    answer = town.gridworker(WORKER).post("feeds/events", report(town, lon=None, lat=None, grid_code=grid))
    assert answer.json["accepted"] == 1
    town.fold.follow()
    assert town.fold.situation.events["gridworker:m-1"].report.place.code == grid


def test_a_gridworker_reports_neither_as_somebody_else_nor_elsewhere(town: Town) -> None:
    phone = town.gridworker(WORKER)
    assert phone.post("feeds/events", report(town, source="citizen")).json["rejected"][0]["field"] == "source"
    away = phone.post("feeds/events", report(town, lon=HERE[0], lat=HERE[1])).json
    assert away["rejected"][0]["field"] == "lon"
    town.fold.follow()
    assert not town.fold.situation.events


def test_one_position_on_duty_is_taken_anywhere_in_the_city(town: Town) -> None:
    phone = on_duty(town)
    assert phone.post("feeds/positions", position(WORKER)).json["accepted"] == 1
    town.fold.follow()
    assert town.fold.movers.subjects == [WORKER] or WORKER in list(town.fold.movers.subjects)


def test_off_duty_nobody_is_followed(town: Town) -> None:
    phone = town.gridworker(WORKER)
    assert phone.post("feeds/positions", position(WORKER)).json["rejected"][0]["field"] == "at"
    phone = on_duty(town)
    phone.post("attendance", {"on_duty": False})
    town.settle()
    assert phone.post("feeds/positions", position(WORKER)).json["accepted"] == 0


def test_nobody_says_where_somebody_else_is(town: Town) -> None:
    told = on_duty(town).post("feeds/positions", [position(WORKER), position("gw-00002")]).json
    assert told["accepted"] == 1
    assert [(r["index"], r["field"]) for r in told["rejected"]] == [(1, "subject_id")]


def test_other_feeds_are_not_for_gridworkers_and_feeds_stay_as_they_were(town: Town) -> None:
    phone = on_duty(town)
    assert phone.post("feeds/alarms", []).status_code == 403
    assert phone.post("feeds/transitions", []).status_code == 403
    assert town.caller(Role.FEED).post("feeds/positions", position("gw-00002")).json["accepted"] == 1
