"""Indicators of what is no event over HTTP: each figure opens its own list, and says so where it is not known."""

import csv
import io
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.fix import Fix
from cockpit.situation.indicators import OF_EVENTS, REGISTRY
from cockpit.store.accounts import Role
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.stream.fix_batch import FixBatch, pack
from cockpit.stream.lane import millis_of
from tests.api.test_queries import told
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Town, alarm, event, position
from tests.laws.test_the_fold import fold
from tests.stories import alarm as alarm_raised
from tests.stories import alarm_acted
from tests.subjects import drill_of

OTHERS = [i.name for i in REGISTRY if i not in OF_EVENTS]
SECOND = "dev-2:smoke"
PARTS = ("numerator", "denominator", "missed")


@pytest.fixture
def busy(bare_town: Town) -> Town:
    town = bare_town.build(drill=drill_of(bare_town))
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    told(town, "events", event(1))
    told(town, "alarms", alarm(1), alarm(2), alarm(3, **elsewhere))
    assert town.caller().post(f"alarms/{SECOND}/false", {"note": "蒸汽"}).status_code == 202
    town.settle()
    town.caller(Role.FEED).post("feeds/positions", position("gw-00001"))
    town.fold.follow()
    return town


def figure(town: Town, name: str, role: Role = Role.LEADER, **asked: str) -> Any:
    (item,) = town.caller(role).get("indicators", names=name, **asked).json["items"]
    return item


@pytest.mark.parametrize("name", OTHERS)
def test_a_figure_is_as_long_as_its_list_and_the_sum_of_what_lies_below(busy: Town, name: str) -> None:
    caller = busy.caller(Role.LEADER)
    for asked in ({}, {"scope": HERE_STREET}, {"scope": f"{HERE_STREET}001"}):
        item = figure(busy, name, by="children", **asked)
        for part in PARTS[: 1 if item["denominator"] is None else 3]:
            answer = caller.get(f"indicators/{name}/records", part=part, limit=1, **asked).json
            expected = item.get(part, (item["denominator"] or 0) - item["numerator"])
            assert answer["total"] == expected
            below = [item["rest"], *item["children"]]
            if part != "missed":
                assert sum(line[part] for line in below) == expected
            assert caller.get(f"indicators/{name}/breakdown", part=part, **asked).json["total"] == expected


def test_the_funnel_of_the_day_opens_its_alarms(busy: Town) -> None:
    assert figure(busy, "alarm_raised")["value"] == figure(busy, "alarm_false_rate")["denominator"] == 3
    assert figure(busy, "alarm_false_rate")["numerator"] == 1
    assert figure(busy, "alarm_open")["value"] == 2
    assert figure(busy, "alarm_raised", scope=HERE_STREET)["value"] == 2
    listed = busy.caller(Role.LEADER).get("indicators/alarm_false_rate/records").json
    assert [(i["alarm_id"], i["state"]) for i in listed["items"]] == [(SECOND, "false")]
    assert listed["subject"] == "alarms"


def test_a_long_list_is_read_page_by_page_each_alarm_once(busy: Town) -> None:
    caller, seen, cursor = busy.caller(Role.LEADER), [], ""
    for _ in range(5):
        page = caller.get("indicators/alarm_raised/records", limit=1, cursor=cursor).json
        seen += [item["alarm_id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert sorted(seen) == ["dev-1:smoke", SECOND, "dev-3:smoke"]


def test_names_of_gridworkers_are_masked_for_who_only_looks(busy: Town) -> None:
    caller, officer = busy.caller(Role.LEADER), busy.caller(Role.DUTY)
    assert "*" in caller.get("indicators/on_duty/records", limit=1).json["items"][0]["name"]
    assert "*" not in officer.get("indicators/on_duty/records", limit=1).json["items"][0]["name"]


def test_on_duty_is_what_every_screen_counts(busy: Town) -> None:
    people = busy.caller(Role.LEADER).get("gridworkers/on-duty", limit=1).json
    assert figure(busy, "on_duty")["value"] == people["total"]
    unplaced = busy.caller(Role.LEADER).get("gridworkers/unplaced", limit=1).json
    assert figure(busy, "unplaced")["value"] == unplaced["total"]


def test_what_is_not_kept_or_not_told_of_alarms_has_no_value_and_says_why(busy: Town) -> None:
    earlier = {"from": "2026-11-17T16:00:00Z", "to": "2026-11-18T16:00:00Z"}
    assert (figure(busy, "on_duty_rate", **earlier)["value"], figure(busy, "on_duty_rate", **earlier)["why"]) == (
        None, "not_kept",
    )  # fmt: skip
    assert figure(busy, "alarm_raised", **earlier)["value"] == 0
    long_ago = {"from": "2026-10-01T16:00:00Z", "to": "2026-10-02T16:00:00Z"}
    assert figure(busy, "alarm_raised", **long_ago)["why"] == "before_data"
    # a week before is only compared with where it was kept from end to end, and a day before the first is no zero
    week = figure(busy, "alarm_raised", compare="last_week,last_year", **{"from": "2026-11-15T16:00:00Z"})["compare"]
    assert {name: its["why"] for name, its in week.items()} == {"last_week": "before_data", "last_year": "before_data"}
    trend = busy.caller().get("indicators/alarm_raised/trend", **{"from": "2026-11-07T16:00:00Z"}).json["items"]
    assert [step["why"] for step in trend][:3] == ["before_data", "before_data", None]
    assert figure(busy, "alarm_raised", source="citizen")["why"] == "filtered"
    for name, why in (("on_duty_rate", "not_kept"), ("gridworkers", "not_kept"), ("on_duty", None)):
        steps = busy.caller().get(f"indicators/{name}/trend", **{"from": "2026-11-17T16:00:00Z"}).json["items"]
        assert [step["why"] for step in steps] == [why, None]  # who is on duty is told by shifts where no mark says it


def test_an_instant_of_the_past_is_told_from_what_was_known_then(busy: Town) -> None:
    at = NOON - timedelta(hours=1)
    then = [
        alarm_raised(7, at - timedelta(minutes=30)), alarm_raised(8, at - timedelta(minutes=40)),
        alarm_acted(8, AlarmActKind.ACKNOWLEDGED, at - timedelta(minutes=35), at - timedelta(minutes=40)),
    ]  # fmt: skip
    busy.past[at] = fold(list(then))
    asked = {"as_of": at.isoformat()}
    assert figure(busy, "alarm_open", **asked)["value"] == 2
    assert figure(busy, "alarm_timely_rate", **asked)["value"] == 0.5
    for name in ("fresh_record_rate", "fresh_household_rate"):
        item = figure(busy, name, **asked)
        listed = busy.caller(Role.LEADER).get(f"indicators/{name}/records", limit=1, **asked).json
        assert item["why"] is None
        assert listed["total"] == item["numerator"] > 0
    # where anybody was is not kept: who is at their post is not known, and that is no zero
    assert figure(busy, "on_duty_rate", **asked)["why"] == "not_kept"


def test_records_of_a_day_that_is_over_are_told_as_they_stood_at_its_end(busy: Town) -> None:
    name, first = "fresh_household_rate", {"from": "2026-11-15T16:00:00Z"}
    steps = busy.caller().get(f"indicators/{name}/trend", **first).json["items"]
    assert len(steps) > 2
    assert not any(step["why"] for step in steps)
    assert len({step["numerator"] for step in steps}) > 1
    for step in steps[:2]:
        day = {"from": step["from"], "to": step["to"]}
        item = figure(busy, name, by="children", **day)
        assert (item["numerator"], item["denominator"]) == (step["numerator"], step["denominator"])
        listed = busy.caller(Role.LEADER).get(f"indicators/{name}/records", part="missed", limit=1, **day).json
        assert listed["total"] == item["denominator"] - item["numerator"]
        # a door that was checked since was stale then: its line says so
        assert not any(line["fresh"] for line in listed["items"])
        assert sum(line["numerator"] for line in [item["rest"], *item["children"]]) == item["numerator"]


def test_gridworkers_and_grids_of_past_days_are_told_at_the_same_clock_time(busy: Town) -> None:
    here = busy.city.code_of(int(busy.city.locate_many(np.array([HERE[0]]), np.array([HERE[1]]))[0]))
    yesterday = NOON - timedelta(days=1)
    for days, minutes in ((3, 0), (1, 5)):  # positions are kept since three days ago; two days ago nobody was located
        heard = NOON - timedelta(days=days, minutes=minutes)
        fix = Fix(subject_id="gw-00001", kind="gridworker", lon=HERE[0], lat=HERE[1], at=heard)
        body = pack(FixBatch.of([fix], millis_of(heard)))
        ms = millis_of(heard)
        FixArchive(busy.engine).record([StoredBatch(f"{ms}-0", ms, ms, 1, body)], [])
    caller = busy.caller()
    since = (NOON - timedelta(days=4)).isoformat()
    steps = caller.get("indicators/grid_coverage_rate/trend", **{"from": since}).json["items"]
    assert [step["why"] for step in steps] == ["not_kept", "not_kept", "feed_lost", None, None]
    assert [step["value"] is None for step in steps] == [True, True, True, False, False]
    assert [step["numerator"] for step in steps[3:]] == [1, 1]
    # a comparison is the same clock time of the day before, and a link of that instant shows the list of the step
    before = figure(busy, "grid_coverage_rate", compare="yesterday")["compare"]["yesterday"]
    assert (before["numerator"], before["denominator"]) == (1, steps[3]["denominator"])
    day = {"from": (yesterday - timedelta(hours=12)).isoformat(), "to": (yesterday + timedelta(hours=12)).isoformat()}
    grids = caller.get("indicators/grid_coverage_rate/records", part="numerator", **day).json["items"]
    assert [grid["code"] for grid in grids] == [here]


def test_a_silent_feed_makes_no_quiet_day(busy: Town) -> None:
    from cockpit.domain.source import Source

    busy.fold.situation.lost_feeds[Source.IOT.value] = NOON - timedelta(days=1)
    item = figure(busy, "alarm_raised")
    assert (item["value"], item["why"]) == (None, "feed_lost")
    assert figure(busy, "on_duty")["why"] is None


def test_a_list_of_alarms_is_taken_away_as_a_table_of_alarms(busy: Town) -> None:
    answer = busy.caller(Role.LEADER).get("exports/records.csv", indicator="alarm_raised", head="false")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8")[1:], newline="")))
    assert rows[0][0] == "报警编号"
    assert len(rows) == 4
    for name in ("on_duty", "grid_coverage_rate", "fresh_device_rate"):
        assert busy.caller(Role.LEADER).get("exports/records.xlsx", indicator=name).status_code == 200


def test_the_map_of_figures_colours_by_alarms(busy: Town) -> None:
    found = busy.caller(Role.LEADER).get("thematic/choropleth", indicator="alarm_raised").json
    assert sum(item["numerator"] for item in found["items"]) + found["rest"]["numerator"] == 3
