"""轨迹: who may look at whose, that every look is written down, and that the answer says what the fixes tell."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import gpxpy
import pytest

from cockpit.api.tracks import LastHeard
from cockpit.services.roster import Roster
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.tracks import Tracks
from cockpit.store.accounts import Role
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.stream.fix_batch import pack
from tests.api.town import HERE, NOON, Town, position
from tests.walks import walk

WORKER, OTHER_STREET = "gw-00001", "330110012"
BEGIN = NOON - timedelta(hours=3)


@pytest.fixture
def town(bare_town: Town) -> Town:
    town, archive = bare_town, FixArchive(bare_town.engine)

    def heard() -> list[LastHeard]:
        movers = town.fold.movers
        return [
            LastHeard(
                subject_id=subject, kind="gridworker", lon=float(row["lon"]), lat=float(row["lat"]),
                at=datetime.fromtimestamp(row["at_ms"] / 1000, UTC),
            )
            for subject, row in zip(movers.subjects, movers.rows, strict=True)
        ]  # fmt: skip

    tracks = Tracks(
        city=town.city, roster=Roster(town.city), attendance=dict, kept=timedelta(days=7),
        read=lambda subject_id, since, until: heard_of(archive, subject_id, since, until),
    )  # fmt: skip
    return town.build(tracks=tracks, last_heard=heard)


def archive(town: Town, *messages: Mapping[str, Any]) -> None:
    """Post positions through the API, in batches as phones do, and keep them as the archiver would."""
    feed, told = town.caller(Role.FEED), list(messages)
    for start in range(0, len(told), 50):
        answer = feed.post("feeds/positions", told[start : start + 50]).json
        assert not answer["rejected"]
    town.fold.follow()
    rows = [
        StoredBatch(where, int(batch.at_ms.min()), int(batch.at_ms.max()), len(batch), pack(batch))
        for where, batch in town.positions.read("0", count=10_000, block_ms=0)
    ]
    FixArchive(town.engine).record(rows, [])


def asked(town: Town, subject_id: str = WORKER, **query: Any) -> dict[str, Any]:
    answer = town.caller(Role.DUTY).get(f"tracks/{subject_id}", **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def pieces(told: Mapping[str, Any]) -> list[str]:
    return [feature["properties"]["piece"] for feature in told["features"]]


def test_a_morning_is_told_as_moves_a_stop_a_silence_and_a_stray_place(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN))
    told = asked(town)
    assert told["type"] == "FeatureCollection"
    assert pieces(told) == ["move", "stop", "gap", "move", "set_aside"]
    by = {feature["properties"]["piece"]: feature for feature in told["features"]}
    assert by["gap"]["properties"]["why"] == "battery"
    assert by["set_aside"]["properties"]["why"] == "outlier"
    assert by["set_aside"]["properties"]["needed_mps"] > by["set_aside"]["properties"]["top_mps"]
    summary = told["summary"]
    parts = ("moving_s", "stopped_s", "silent_s", "jumped_s")
    assert sum(summary[name] for name in parts) == pytest.approx(summary["lasts_s"])
    assert summary["set_aside"] == {"jump": 1}
    assert 1_350 < summary["way_m"] < 1_450
    for feature in told["features"][:4]:
        assert len(feature["properties"]["coordTimes"]) == len(feature["geometry"]["coordinates"])


def test_a_thinned_track_has_the_same_figures_from_fewer_points(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN))
    whole, thin = asked(town), asked(town, tolerance_m=5, times="ms")
    assert (whole["summary"], whole["coverage"]) == (thin["summary"], thin["coverage"])
    assert thin["drawn"] < whole["drawn"] == whole["fixes"]
    assert thin["features"][0]["properties"]["times_ms"][0] == round(BEGIN.timestamp() * 1000)


def test_the_grids_that_somebody_was_in_are_held_against_their_own(town: Town) -> None:
    grid = town.city.roster[WORKER].grid_code
    archive(town, *walk(WORKER, BEGIN, place=town.city.divisions[grid].label))
    covered = asked(town)["coverage"]
    assert [own["code"] for own in covered["beat"]] == [grid]
    assert (covered["visited"], covered["share"], covered["missed"]) == (1, 1.0, [])
    assert 0 < covered["seen_share"] < 1
    own = next(visit for visit in covered["grids"] if visit["code"] == grid)
    assert own["on_beat"]
    assert covered["on_beat_s"] == own["lasts_s"]
    assert sum(visit["lasts_s"] for visit in covered["grids"]) == pytest.approx(covered["heard_s"])


def test_every_look_is_in_the_audit_trail_with_who_and_whose(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN))
    town.caller(Role.DUTY).get(f"tracks/{WORKER}", format="gpx")
    [look] = town.audit.list_latest(1)
    assert look.what == "track_looked_at"
    assert look.who
    assert look.detail["subject_id"] == WORKER
    assert look.detail["format"] == "gpx"
    # refused, so nobody looked
    assert town.gridworker("gw-00002").get(f"tracks/{WORKER}").status_code == 403
    assert town.audit.list_latest(1) == [look]


def test_a_gridworker_sees_their_own_track_and_nobody_elses(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN), *walk("gw-00002", BEGIN))
    own = town.gridworker(WORKER)
    assert own.get(f"tracks/{WORKER}").json["fixes"] == 180
    assert own.get("tracks/gw-00002").json["rule"] == "not_your_own"
    assert [item["subject_id"] for item in own.get("tracks").json["items"]] == [WORKER]


def test_a_screen_and_a_feed_may_not_look(town: Town) -> None:
    for role in (Role.SCREEN, Role.FEED):
        assert town.caller(role).get(f"tracks/{WORKER}").status_code == 403
        assert town.caller(role).get("tracks").status_code == 403


def test_a_street_sees_its_own_people_and_of_vehicles_only_what_was_in_it(town: Town) -> None:
    archive(
        town, *walk(WORKER, BEGIN), *(dict(m, kind="vehicle") for m in walk("car-1", BEGIN, place=HERE)),
        position("car-2", lon=119.80, lat=30.40),
    )  # fmt: skip
    street = town.caller(Role.DUTY, OTHER_STREET)
    assert street.get(f"tracks/{WORKER}").status_code == 404
    assert street.get("tracks/car-2").status_code == 404
    seen = street.get("tracks/car-1").json
    assert seen["fixes"] > 0
    assert all(code["code"].startswith(OTHER_STREET) for code in seen["coverage"]["grids"])
    assert {item["subject_id"] for item in street.get("tracks").json["items"]} == {"car-1"}


def test_a_leader_reads_names_masked(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN))
    assert "*" in town.caller(Role.LEADER).get(f"tracks/{WORKER}").json["name"]
    assert asked(town)["name"] == town.city.roster[WORKER].name


def test_nothing_older_than_the_archive_keeps_is_shown(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN))
    town.now += timedelta(days=7)
    told = asked(town, from_=(BEGIN - timedelta(hours=1)).isoformat(), to=(BEGIN + timedelta(hours=6)).isoformat())
    assert told["kept_from"] is not None
    assert told["fixes"] == 0
    assert town.caller(Role.DUTY).get("tracks").json["total"] == 0


def test_a_track_as_gpx_is_read_back_by_a_library_with_its_segments_and_stops(town: Town) -> None:
    archive(town, *walk(WORKER, BEGIN))
    answer = town.caller(Role.DUTY).get(f"tracks/{WORKER}", format="gpx")
    assert answer.mimetype == "application/gpx+xml"
    read = gpxpy.parse(answer.text)
    assert [len(segment.points) for segment in read.tracks[0].segments] == [120, 60]
    assert read.waypoints[0].name == "停留 10 分钟"
    assert read.tracks[0].segments[0].points[0].time == BEGIN


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "kml"}, "format"),
        ({"tolerance_m": "nan"}, "tolerance_m"),
        ({"from_": "yesterday"}, "from"),
        ({"from_": "2026-11-19T04:00:00Z", "to": "2026-11-19T03:00:00Z"}, "to"),
        ({"from_": "2026-11-01T04:00:00Z", "to": "2026-11-19T03:00:00Z"}, "to"),
    ],
)
def test_a_wrong_question_is_refused_by_name(town: Town, query: dict[str, str], field: str) -> None:
    answer = town.caller(Role.DUTY).get(f"tracks/{WORKER}", **query)
    assert (answer.status_code, answer.json["field"]) == (400, field)


def test_who_was_not_heard_of_that_day_has_an_empty_track_and_an_unknown_one_none(town: Town) -> None:
    told = asked(town)
    assert (told["fixes"], told["features"], told["bbox"]) == (0, [], None)
    assert told["coverage"]["share"] == 0.0
    assert town.caller(Role.DUTY).get("tracks/nobody").status_code == 404
