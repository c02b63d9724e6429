"""预案 over the API: what fits and why, one key, a checklist; and a repeat that orders nobody twice."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cockpit.catalogue import texts
from cockpit.domain.scope import Scope
from cockpit.services.wartime.around import NearbyAround
from cockpit.services.wartime.cameras import CameraAddresses
from cockpit.services.wartime.scenes import Scenes
from cockpit.situation.decide import decide
from cockpit.situation.plan_book import plan_run_row
from cockpit.store.accounts import Role
from layouts.war.to_desk import to_near, to_plan
from tests.api.town import HERE, Town, event, position
from tests.layouts.sample import surroundings
from tests.services.nearby.test_around import desk_kinds


@pytest.fixture
def incident(bare_town: Town, tmp_path: Path) -> Town:
    """A road that has sunk, and eight gridworkers on duty around it."""
    bare_town.own_plans = [tmp_path / "plans"]
    town = bare_town.build()
    on_duty = [e.subject_id for e in town.city.roster.values() if e.shift == "day"][:8]
    feed = town.caller(Role.FEED)
    feed.post("feeds/events", event(1, title="路面塌陷", category="event.05.05", address="良睦路 1 号"))
    feed.post("feeds/events", event(2, title="占道经营"))
    feed.post("feeds/positions", [position(s, lon=HERE[0] + 0.001 * n) for n, s in enumerate(on_duty)])
    town.fold.follow()
    return town


def obey(town: Town) -> None:
    group = town.commands.group("dispatch", "one")
    for entry in group.read(count=1_000, block_ms=0):
        assert entry.command is not None, entry.error
        town.facts.append(decide(town.fold.situation, entry.command))
        group.ack([entry.position])
        town.fold.follow()


def run(town: Town, plan_id: str = "road_collapse", **given: Any) -> Any:
    return town.caller(Role.DUTY).post(f"plans/{plan_id}/run", {"event_id": "citizen:1", **given})


def test_the_plan_that_fits_comes_first_with_its_reasons(incident: Town) -> None:
    answer = incident.caller(Role.DUTY).get("plans", event_id="citizen:1").json
    first, *others = answer["items"]
    assert (first["plan_id"], answer["total"], answer["broken"]) == ("road_collapse", 7, [])
    assert first["match"]["why"] == ["类别相符（突发事件）", "含“塌陷”"]
    assert all(plan["match"] is None and plan["why_not"] for plan in others)
    none_fits = incident.caller(Role.DUTY).get("plans", event_id="citizen:2").json["items"]
    assert not any(plan["match"] for plan in none_fits)
    assert incident.caller(Role.DUTY).get("plans").json["items"][0]["match"] is None
    assert incident.caller(Role.DUTY).get("plans", event_id="citizen:9").status_code == 404


def test_whom_a_plan_would_send_is_shown_before_it_runs(incident: Town) -> None:
    plan = incident.caller(Role.DUTY).get("plans/road_collapse", event_id="citizen:1").json
    workers, police, *_ = plan["forces"]
    assert len(workers["candidates"]) == workers["count"] == 6
    assert police["candidates"] == []
    assert incident.caller(Role.DUTY).get("plans/none").json["rule"] == "unknown_plan"


def test_one_key_orders_switches_the_mode_and_tells_units(incident: Town) -> None:
    answer = run(incident)
    assert answer.status_code == 202, answer.json
    obey(incident)
    assert "良睦路 1 号" in answer.json["told"][0]["text"]
    duty = incident.caller(Role.DUTY)
    orders = duty.get("orders", event_id="citizen:1").json
    assert {o["order_id"] for o in orders["items"]} == set(answer.json["order_ids"])
    assert orders["total"] == 6
    assert "良睦路 1 号" in orders["items"][0]["task"]
    assert incident.fold.situation.modes["330110"].event_id == "citizen:1"
    (told,) = duty.get("plans/runs", event_id="citizen:1").json["items"]
    assert {lacking["kind"] for lacking in told["lacking"]} == {"police", "repair_team", "vehicle"}


def test_a_repeat_with_its_key_is_the_same_run_and_another_click_is_refused(incident: Town) -> None:
    duty, asked = incident.caller(Role.DUTY), {"event_id": "citizen:1"}

    def press() -> Any:
        return duty.post("plans/road_collapse/run", asked, headers={"Idempotency-Key": "one"}).json

    first, again = press(), press()
    assert again == first
    obey(incident)
    later = press()
    assert (later["run_id"], later["order_ids"]) == (first["run_id"], first["order_ids"])
    obey(incident)
    assert incident.caller(Role.DUTY).get("orders").json["total"] == 6
    refused = run(incident)
    assert (refused.status_code, refused.json["rule"]) == (409, "plan_is_running")
    assert "不重复下达" in refused.json["detail"]


def test_whom_an_officer_chose_is_ordered_instead(incident: Town) -> None:
    chosen = [e.subject_id for e in incident.city.roster.values() if e.shift == "day"][:2]
    answer = run(incident, recipient_ids=chosen)
    obey(incident)
    orders = incident.caller(Role.DUTY).get("orders").json["items"]
    assert {o["recipient"]["id"] for o in orders} == set(chosen)
    assert len(answer.json["order_ids"]) == 2
    unknown = run(incident, "gas_leak", recipient_ids=["nobody"])
    assert (unknown.status_code, unknown.json["rule"], unknown.json["recipients"]) == (
        409, "recipient_unknown", ["nobody"],
    )  # fmt: skip


def test_a_checklist_is_ticked_by_officers_only(incident: Town) -> None:
    run_id = run(incident).json["run_id"]
    obey(incident)
    duty, path = incident.caller(Role.DUTY), f"plans/runs/{run_id}/checklist"
    assert duty.post(path, {"item": "cordon", "note": "围挡 12 块"}).status_code == 202
    obey(incident)
    (told,) = duty.get("plans/runs").json["items"]
    line = told["checklist"][0]
    assert (told["done"], line["done"], line["by"], line["note"]) == (1, True, "duty", "围挡 12 块")
    assert duty.post(path, {"item": "none"}).json["rule"] == "unknown_item"
    assert incident.caller(Role.GRIDWORKER, subject="gw-00001").post(path, {"item": "cordon"}).status_code == 403
    assert incident.caller(Role.LEADER).post("plans/road_collapse/run", {"event_id": "citizen:1"}).status_code == 403


def test_the_wall_counts_what_the_desk_lists_for_the_same_incident(incident: Town) -> None:
    run_id = run(incident).json["run_id"]
    obey(incident)
    duty = incident.caller(Role.DUTY)
    duty.post(f"plans/runs/{run_id}/checklist", {"item": "cordon"})
    obey(incident)
    scope, situation = Scope("330110"), incident.fold.situation
    scenes = Scenes(NearbyAround(incident.nearby, CameraAddresses()))
    scene = scenes.read(situation, scope, incident.now)
    assert scene is not None and scene.checklist is not None
    scene = scenes.surrounded(scene, scope)

    asked = dict(parse_qsl(urlsplit(to_near(scene, surroundings(), texts("zh-CN"))).query))
    assert asked == {"scope": "330110", "event": "citizen:1", "near": "event"}
    query = {"event_id": asked["event"], "scope": asked["scope"], "radius_m": 3000, "kinds": ",".join(desk_kinds())}
    listed = duty.get("nearby", **query, sort="eta", limit=1000).json
    assert scene.comes == listed["total"] == len(listed["items"]) == 2, "six of the eight were ordered"

    asked = dict(parse_qsl(urlsplit(to_plan(scene, surroundings(), texts("zh-CN"))).query))
    (told,) = duty.get("plans/runs", event_id=asked["event"]).json["items"]
    shown = scene.checklist.done, len(scene.checklist.items)
    assert shown == (told["done"], len(told["checklist"]))
    ticks = [item[3] for item in plan_run_row(situation.plan_runs[run_id])[7]]
    assert shown == (sum(ticks), len(ticks)), "what the push tells the desk"


def test_a_broken_file_is_listed_and_nothing_else_suffers(incident: Town) -> None:
    incident.own_plans[0].mkdir()
    (incident.own_plans[0] / "crowd.toml").write_text("title = 1", encoding="utf-8")
    answer = incident.caller(Role.DUTY).get("plans").json
    assert answer["total"] == 7
    assert [(b["file"], b["field"]) for b in answer["broken"]] == [("crowd.toml", "title")]
