"""工作日历 over HTTP: what is asked, who may change it, what comes of it."""

from typing import Any

import pytest

from cockpit.domain.commands import SetCalendarDay
from cockpit.domain.facts import CalendarDaySet
from cockpit.situation.decide import decide
from cockpit.store.accounts import Role
from tests.api.town import CITY, HERE_STREET, Town

DAY = "2026-11-20"


def put(town: Town, role: Role = Role.DUTY, scope: str = CITY, **body: Any) -> Any:
    return town.caller(role, scope).call("PUT", "calendar", json={"day": DAY, "is_workday": False, **body})


def dispatched(town: Town) -> None:
    """What the dispatcher would do with every command."""
    for entry in town.commands.group("test", "one").read(count=10, block_ms=0):
        assert entry.command is not None
        town.facts.append(decide(town.fold.situation, entry.command))
    town.fold.follow()


def test_a_day_that_is_decided_shows_in_the_calendar_with_who_and_why(town: Town) -> None:
    answer = put(town, note="台风停工")
    assert answer.status_code == 202, answer.text
    dispatched(town)
    told = town.caller(Role.LEADER).get("calendar", year=2026).json
    [item] = [i for i in told["items"] if i["day"] == DAY]
    assert (item["is_workday"], item["why"], item["note"], item["by"]) == (False, "decided", "台风停工", "duty")
    assert told["office_hours"] == [["08:00", "12:00"], ["14:00", "18:00"]]
    assert told["workdays"] == 260


def test_what_was_asked_for_is_a_command_with_the_askers_scope(town: Town) -> None:
    put(town, Role.ADMIN)
    [entry] = town.commands.group("test", "one").read(count=10, block_ms=0)
    assert isinstance(entry.command, SetCalendarDay)
    assert entry.command.scope == CITY
    [fact] = decide(town.fold.situation, entry.command)
    assert isinstance(fact, CalendarDaySet)


def test_only_duty_and_admin_of_the_whole_city_may_decide(town: Town) -> None:
    assert put(town, Role.LEADER).status_code == 403
    assert put(town, Role.SCREEN).status_code == 403
    refused = put(town, Role.DUTY, HERE_STREET)
    assert refused.status_code == 409
    assert refused.json["rule"] == "calendar_is_the_citys"


@pytest.mark.parametrize(
    "body", [{"day": "tomorrow"}, {"day": "2999-01-01"}, {"is_workday": "yes"}, {"note": "长" * 2_000}, {"day": None}]
)
def test_what_is_no_day_is_refused_by_field(town: Town, body: dict[str, Any]) -> None:
    answer = put(town, **body)
    assert answer.status_code == 400, answer.text
    assert answer.json["field"] == next(iter(body))


def test_a_day_that_is_over_stays_as_it_was_counted(town: Town) -> None:
    refused = put(town, day="2026-11-18").json
    assert (refused["rule"], refused["detail"]) == ("calendar_day_is_past", "该日已过，已计的时限不再更改")


@pytest.mark.parametrize("year", ["26", "1969", "2201", "zwei"])
def test_a_year_that_is_none_is_refused(town: Town, year: str) -> None:
    assert town.caller().get("calendar", year=year).status_code == 400


def test_a_year_without_its_holiday_plan_says_so(town: Town) -> None:
    told = town.caller().get("calendar", year=2030).json
    assert told["known"] is False
    assert told["years_missing"] == [2026]  # the town's calendar knows no holidays at all
