"""一天 — the planned day against the field's numbers and rules."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import shapely
from shapely.geometry import shape

from cockpit.simulator.day import PlannedEvent, plan_events
from cockpit.simulator.ground import Ground
from cockpit.simulator.incident import plan_incident
from cockpit.simulator.kinds import SOURCE_SHARE, Kind
from cockpit.simulator.timeline import DayPlan, plan_day
from cockpit.simulator.weather import rain_of

from .conftest import DAY, SEED

LEGAL = {
    "registered": {"accepted", "rejected", "voided"},
    "accepted": {"assigned"},
    "assigned": {"assigned", "handling", "returned", "escalated"},
    "returned": {"assigned"},
    "escalated": {"assigned"},
    "handling": {"fed_back", "suspended"},
    "suspended": {"resumed"},
    "resumed": {"fed_back"},
    "fed_back": {"closed", "rework"},
    "rework": {"fed_back"},
    "closed": {"evaluated"},
    "rejected": set(),
    "voided": set(),
    "evaluated": set(),
}


def handled_late(event: PlannedEvent) -> bool | None:
    """None for an event that was never handled; a pause moves the deadline."""
    done = [m.at for m in event.moves if m.stage == "fed_back"]
    if not done:
        return None
    at = {m.stage: m.at for m in event.moves}
    pause = at["resumed"] - at["suspended"] if "suspended" in at else timedelta()
    return done[-1] > datetime.fromisoformat(event.body["due_at"]) + pause


def test_the_same_seed_and_date_give_the_same_day(ground: Ground, kinds: list[Kind], plan: DayPlan) -> None:
    again = plan_day(ground, kinds, DAY, SEED)
    assert again == plan


def test_another_seed_gives_another_day(ground: Ground, kinds: list[Kind], plan: DayPlan) -> None:
    other = plan_day(ground, kinds, DAY, SEED + 1)
    assert [e.body["title"] for e in other.events[:50]] != [e.body["title"] for e in plan.events[:50]]


def test_a_day_has_about_3600_events_and_all_ids_differ(plan: DayPlan) -> None:
    assert 3200 < len(plan.events) < 4300
    assert len({(e.body["source"], e.body["event_id"]) for e in plan.events}) == len(plan.events)


def test_sources_have_their_shares(plan: DayPlan) -> None:
    counts = Counter(e.body["source"] for e in plan.events)
    for source, share in SOURCE_SHARE.items():
        assert abs(counts[source] / len(plan.events) - share) < 0.03, source


def test_more_is_reported_in_the_morning_than_at_night(plan: DayPlan) -> None:
    hours = Counter(e.reported_at.hour for e in plan.events)
    assert hours[9] > 6 * hours[3]


def test_every_event_goes_through_the_stages_in_legal_order(plan: DayPlan) -> None:
    for event in plan.events:
        assert event.moves[0].stage == "registered" and event.moves[0].at == event.reported_at
        for before, after in zip(event.moves, event.moves[1:], strict=False):
            assert after.stage in LEGAL[before.stage], (before.stage, after.stage)
            assert after.at > before.at
        assert event.moves[-1].stage in {"closed", "evaluated", "rejected", "voided"}
        assert all(m.level in {"city", "county", "street", "community"} and m.unit and m.by for m in event.moves)


def test_a_return_and_a_rejection_give_a_reason(plan: DayPlan) -> None:
    moves = [m for e in plan.events for m in e.moves if m.stage in {"returned", "rejected", "suspended", "rework"}]
    assert moves and all(m.note for m in moves)


def test_about_985_in_a_thousand_are_handled_in_time(plan: DayPlan) -> None:
    late = [x for e in plan.events if (x := handled_late(e)) is not None]
    assert 0.978 < 1 - sum(late) / len(late) < 0.993


def test_most_is_handled_in_communities_and_streets(plan: DayPlan) -> None:
    levels = Counter(m.level for e in plan.events for m in e.moves if m.stage == "handling")
    assert (levels["community"] + levels["street"]) / levels.total() > 0.8
    assert levels["county"] and levels["city"]


def test_the_wall_is_neither_empty_nor_all_red(ground: Ground, kinds: list[Kind], plan: DayPlan) -> None:
    before = plan_day(ground, kinds, DAY - timedelta(days=1), SEED)
    for hour in (9, 11, 15, 17, 20):
        now = datetime.combine(DAY, datetime.min.time(), ground.tz) + timedelta(hours=hour)
        still = [e for e in before.events + plan.events if e.is_open(now)]
        assert 100 < len(still) < 500
        unhandled = [e for e in still if not any(m.stage == "fed_back" and m.at <= now for m in e.moves)]
        due = [(e.reported_at, datetime.fromisoformat(e.body["due_at"])) for e in unhandled]
        red = sum(now >= start + (end - start) * 0.8 for start, end in due)
        assert 0 < red < 60


def test_events_lie_in_the_city_in_the_grid_they_name(plan: DayPlan, city_dir: Path) -> None:
    features = json.loads((city_dir / "grids.geojson").read_text(encoding="utf-8"))["features"]
    grids = {f["properties"]["code"]: shape(f["geometry"]) for f in features}
    county = shapely.coverage_union_all(list(grids.values()))
    ordinary = [e.body for e in plan.events if "related_event" not in e.body]
    assert shapely.contains_xy(county, [b["lon"] for b in ordinary], [b["lat"] for b in ordinary]).mean() > 0.998
    named = [b for b in ordinary if "grid_code" in b]
    near = [grids[b["grid_code"]].distance(shapely.Point(b["lon"], b["lat"])) < 2e-4 for b in named]
    assert sum(near) / len(near) > 0.99


def test_addresses_name_street_and_community_and_reporters_are_masked(ground: Ground, plan: DayPlan) -> None:
    for event in plan.events[:300]:
        body = event.body
        assert any(name in body["address"] for code, name in ground.names.items() if len(code) == 12)
        assert "reporter" not in body or body["reporter"].endswith("**")
        assert body["category"].split(".")[0] in {"event", "part"} and body["crs"] == "wgs84"
        assert datetime.fromisoformat(body["reported_at"]).utcoffset() is not None


def test_rain_brings_water_onto_the_roads(ground: Ground, kinds: list[Kind]) -> None:
    days = [date(2026, 6, 1) + timedelta(days=n) for n in range(60)]
    wet = max(days, key=lambda d: float(rain_of(SEED, d).sum()))
    dry = min(days, key=lambda d: float(rain_of(SEED, d).sum()))
    flooded = [
        sum(e.body["category"] == "event.05.06" for e in plan_events(ground, kinds, d, SEED)) for d in (wet, dry)
    ]
    assert flooded[0] > 3 * max(1, flooded[1])


def test_an_incident_brings_a_burst_of_calls_about_one_place(ground: Ground, kinds: list[Kind]) -> None:
    main, *calls = plan_incident(ground, kinds, DAY, SEED)
    assert main.body["severity"] == "III" and len(calls) >= 12
    for call in calls:
        assert call.body["source"] == "hotline_12345"
        assert timedelta() < call.reported_at - main.reported_at < timedelta(hours=1)
        assert abs(call.body["lat"] - main.body["lat"]) < 0.004


def test_alarms_are_raised_before_they_are_cleared(plan: DayPlan) -> None:
    raised: dict[str, datetime] = {}
    for alarm in plan.alarms:
        body = alarm.body
        assert body["message"] and body["device_id"].startswith(body["kind"])
        if body["state"] == "raised":
            raised[body["alarm_id"]] = alarm.at
        else:
            assert raised[body["alarm_id"]] <= alarm.at
    assert 70 <= len(raised) <= 120
    cleared = {a.body["alarm_id"] for a in plan.alarms if a.body["state"] == "cleared"}
    assert cleared == set(raised), "somebody sees to every alarm in the end"
    assert len({a.body["kind"] for a in plan.alarms}) == 8
