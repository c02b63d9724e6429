"""网格巡查覆盖率 over HTTP: what was walked opens its grids, adds up, and agrees with the page of tracks."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.fix import Fix
from cockpit.services.roster import Roster
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.tracks import Tracks
from cockpit.services.tracks.walking import Walking
from cockpit.store.accounts import Role
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.store.walked_grids import WalkedGrids
from cockpit.stream.fix_batch import FixBatch, pack
from cockpit.stream.lane import millis_of
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Town
from tests.subjects import drill_of

NAME, MIDNIGHT = "patrol_coverage_rate", NOON - timedelta(hours=12)
WORKER = "gw-00001"
PARTS = ("numerator", "denominator", "missed")


@pytest.fixture
def walked(bare_town: Town) -> Town:
    """Two days ago in one grid, yesterday in another in the afternoon, today in both."""
    archive, rows = FixArchive(bare_town.engine), []
    walks = [(-2, 9, HERE), (-1, 15, ELSEWHERE), (0, 8, HERE), (0, 10, ELSEWHERE)]
    for days, hour, place in walks:
        begin = MIDNIGHT + timedelta(days=days, hours=hour)
        for n in range(13):
            at = begin + timedelta(seconds=10 * n)
            fix = Fix(subject_id=WORKER, kind="gridworker", lon=place[0], lat=place[1], at=at, accuracy_m=5.0)
            ms = millis_of(at)
            rows.append(StoredBatch(f"{ms}-0", ms, ms, 1, pack(FixBatch.of([fix], ms))))
    ms = millis_of(NOON)
    fix = Fix(subject_id="car", kind="vehicle", lon=HERE[0], lat=HERE[1], at=NOON)
    archive.record([*rows, StoredBatch(f"{ms}-0", ms, ms, 1, pack(FixBatch.of([fix], ms)))], [])
    Walking(
        city=bare_town.city, archive=archive, store=WalkedGrids(bare_town.engine), kept=timedelta(days=7),
        clock=lambda: NOON,
    ).once()  # fmt: skip
    tracks = Tracks(
        city=bare_town.city, roster=Roster(bare_town.city), attendance=dict, kept=timedelta(days=7),
        read=lambda who, since, until: heard_of(archive, who, since, until),
    )  # fmt: skip
    return bare_town.build(drill=drill_of(bare_town), tracks=tracks, last_heard=list)


def figure(town: Town, **asked: str) -> Any:
    (item,) = town.caller(Role.LEADER).get("indicators", names=NAME, **asked).json["items"]
    return item


def grids(town: Town, part: str = "numerator", **asked: str) -> list[str]:
    answer = town.caller(Role.LEADER).get(f"indicators/{NAME}/records", part=part, limit=200, **asked).json
    return [line["code"] for line in answer["items"]]


def test_it_is_as_long_as_its_lists_and_the_sum_of_what_lies_below(walked: Town) -> None:
    for asked in ({}, {"scope": HERE_STREET}, {"scope": f"{HERE_STREET}001"}):
        item = figure(walked, by="children", **asked)
        for part in PARTS:
            answer = walked.caller(Role.LEADER).get(f"indicators/{NAME}/records", part=part, limit=1, **asked).json
            assert answer["total"] == item.get(part, item["denominator"] - item["numerator"])
            if part != "missed":
                assert sum(line[part] for line in [item["rest"], *item["children"]]) == answer["total"]
    whole = figure(walked)
    assert (whole["numerator"], whole["why"]) == (2, None)
    assert whole["denominator"] == walked.city.grids_in("")


def test_a_period_counts_each_grid_once_and_a_day_only_its_own(walked: Town) -> None:
    here, there = (walked.city.locate(*place) for place in (HERE, ELSEWHERE))
    day = timedelta(days=1)
    yesterday = {"from": (MIDNIGHT - day).isoformat(), "to": MIDNIGHT.isoformat()}
    assert grids(walked, **yesterday) == [there]
    assert sorted(grids(walked, **{"from": (MIDNIGHT - 2 * day).isoformat()})) == sorted([here, there])
    steps = walked.caller().get(f"indicators/{NAME}/trend", **{"from": (MIDNIGHT - 3 * day).isoformat()}).json["items"]
    assert [(step["numerator"], step["why"]) for step in steps] == [(0, "before_data"), (1, None), (1, None), (2, None)]
    # at noon of the day before nobody had been there yet
    before = figure(walked, compare="yesterday")["compare"]["yesterday"]
    assert (before["value"], before["why"]) == (None, "feed_lost")
    (line,) = walked.caller().get(f"indicators/{NAME}/records", **yesterday).json["items"]
    assert line["visited_at"].startswith((MIDNIGHT - day + timedelta(hours=15, minutes=1)).strftime("%Y-%m-%dT%H:%M"))


def test_an_instant_of_the_past_knows_what_had_arrived_by_then(walked: Town) -> None:
    for hours, count in ((7, None), (9, 1), (11, 2)):
        at = MIDNIGHT + timedelta(hours=hours)
        walked.past[at] = walked.fold.situation
        item = figure(walked, as_of=at.isoformat())
        assert item["value"] is None if count is None else item["numerator"] == count


def test_it_agrees_with_the_tracks_of_the_same_day(walked: Town) -> None:
    for back in (0, 1, 2):
        day = MIDNIGHT - timedelta(days=back)
        until = min(day + timedelta(days=1), NOON)
        asked = {"from": day.isoformat(), "to": until.isoformat()}
        answer = walked.caller(Role.DUTY).get(f"tracks/{WORKER}", **asked).json
        seen = [g["code"] for g in answer["coverage"]["grids"] if g["counts"]]
        assert sorted(seen) == sorted(grids(walked, **asked))
        assert seen


def test_what_it_cannot_tell_has_no_value_and_says_why(walked: Town) -> None:
    long_ago = {"from": (MIDNIGHT - timedelta(days=9)).isoformat(), "to": (MIDNIGHT - timedelta(days=8)).isoformat()}
    assert (figure(walked, **long_ago)["value"], figure(walked, **long_ago)["why"]) == (None, "before_data")
    assert figure(walked, **{"from": (MIDNIGHT + timedelta(hours=1)).isoformat()})["why"] == "whole_days"
    assert figure(walked, source="citizen")["why"] == "filtered"


def test_before_anything_was_told_nothing_is_known(bare_town: Town) -> None:
    town = bare_town.build(drill=drill_of(bare_town))
    assert (figure(town)["value"], figure(town)["why"]) == (None, "not_kept")
