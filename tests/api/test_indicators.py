"""指标 over HTTP: figures with their children and their past, each the length of the list that opens behind it."""

from typing import Any

import pytest

from cockpit.store.accounts import Role
from tests.api.test_queries import told
from tests.api.town import ELSEWHERE, HERE_STREET, Town, event

DAY = "2026-11-18T16:00:00Z"


@pytest.fixture
def busy(town: Town) -> Town:
    told(town, "events", event(1), event(2, lon=ELSEWHERE[0], lat=ELSEWHERE[1]), event(3, category="event.01.10"))
    return town


def figure(answer: Any, name: str) -> Any:
    return next(item for item in answer.json["items"] if item["name"] == name)


def test_a_figure_tells_its_children_what_it_is_and_what_it_was(busy: Town) -> None:
    answer = busy.caller().get("indicators", by="children", compare="yesterday,last_year", **{"from": DAY})
    reported = figure(answer, "reported_today")
    assert (reported["numerator"], reported["title"], reported["adds_up"]) == (3, "上报量", True)
    below = {child["code"]: child["numerator"] for child in reported["children"]}
    assert below[HERE_STREET] == 2
    assert sum(below.values()) + reported["rest"]["numerator"] == 3
    assert reported["compare"]["last_year"]["why"] == "before_data"
    rate = figure(answer, "closing_rate")
    assert (rate["value"], rate["why"], rate["adds_up"]) == (None, "no_sample", False)
    assert rate["why_not"].startswith("比率不能相加")


def test_a_list_has_as_many_as_its_figure_under_every_filter(busy: Town) -> None:
    caller = busy.caller()
    for asked in ({}, {"source": "citizen"}, {"category": "event.01"}, {"scope": HERE_STREET}, {"hour": "3"}):
        for item in caller.get("indicators", **asked).json["items"]:
            for part in ("numerator", "denominator", "missed"):
                answer = caller.get(f"indicators/{item['name']}/records", part=part, **asked)
                if part != "numerator" and item["denominator"] is None:
                    assert answer.status_code == 404
                    continue
                expected = item.get(part, (item["denominator"] or 0) - item["numerator"])
                assert answer.json["total"] == len(answer.json["items"]) == expected
                consists = caller.get(f"indicators/{item['name']}/breakdown", part=part, **asked).json
                assert consists["total"] == expected == sum(map(sum, consists["hours"]))


def test_a_trend_tells_each_day(busy: Town) -> None:
    steps = busy.caller().get("indicators/reported_today/trend", **{"from": "2026-11-16T16:00:00Z"}).json["items"]
    assert [(step["numerator"], step["reported"]) for step in steps] == [(0, 0), (0, 0), (3, 3)]
    assert steps[0]["why"] == "before_data"


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "street"}, {"compare": "tomorrow"}, {"hour": "24"}, {"weekday": "x"}, {"source": "nobody"},
        {"from": "2026-11-20T00:00:00Z"}, {"from": "2026-11-18T00:00:00Z", "to": "2026-11-17T00:00:00Z"},
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(busy: Town, wrong: dict[str, str]) -> None:
    assert busy.caller().get("indicators", **wrong).status_code == 400


def test_figures_stay_within_the_scope_of_the_account(busy: Town) -> None:
    mine = busy.caller(Role.LEADER, HERE_STREET)
    assert figure(mine.get("indicators"), "reported_today")["numerator"] == 2
    assert mine.get("indicators", scope="330110111").status_code == 403


def test_a_trend_goes_by_month_as_far_as_is_asked_and_says_what_is_not_over(town: Town) -> None:
    asked = town.caller(Role.LEADER)
    months = asked.get("indicators/reported_today/trend", step="month").json["items"]
    assert (len(months), [m["is_over"] for m in months][-2:]) == (13, [True, False])
    some = asked.get("indicators/reported_today/trend", step="quarter", from_="2026-05-20T00:00:00+08:00").json["items"]
    assert [m["from"][:10] for m in some] == ["2026-04-01", "2026-07-01", "2026-10-01"]
    wrong = asked.get("indicators/reported_today/trend", step="decade")
    assert (wrong.status_code, wrong.json["field"]) == (400, "step")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2026-11-20T00:00:00Z"}, "from"),
        ({"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}, "from"),
        ({"from": "2026-11-10T00:00:00Z", "to": "2026-11-09T00:00:00Z"}, "to"),
    ],
)
def test_an_empty_period_names_the_end_that_is_wrong(town: Town, asked: dict[str, str], field: str) -> None:
    refused = town.caller().get("indicators", **asked)
    assert (refused.status_code, refused.json["field"]) == (400, field)
