"""再分 over the API: who is silent or out gives untouched doors away, both are told, and two rings share no door."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.situation.decide import decide
from cockpit.situation.own import own_view
from cockpit.store.accounts import Role
from tests.api.test_evacuations import RING, begun, obey, tap, worker
from tests.api.test_evacuations import block as block
from tests.api.town import NOON, Caller, Town

SILENT, BUSY, OTHER = "gw-00001", "gw-00002", "gw-00003"


@pytest.fixture
def desk(block: Town) -> Caller:
    return block.caller(Role.DUTY)


def board_of(caller: Caller, evacuation_id: str) -> Any:
    return caller.get(f"evacuations/{evacuation_id}").json


def doors_of(board: Any) -> dict[str, set[str]]:
    """Whose doors are whose."""
    found: dict[str, set[str]] = {}
    for building in board["buildings"]:
        for household_id, _state, _people, _needs_help, helper_id in building["households"]:
            found.setdefault(helper_id, set()).add(household_id)
    return found


def at_work(block: Town) -> str:
    """Three share 792 doors; after six minutes two of them have tapped lately and one has after a minute."""
    evacuation_id = begun(block, recipient_ids=[SILENT, BUSY, OTHER])
    for minute, who in ((1, SILENT), (6, BUSY), (6, OTHER)):
        phone = worker(block, who)
        mine = phone.get(f"evacuations/{evacuation_id}").json["mine"]
        block.now = NOON + timedelta(minutes=minute)
        phone.post(f"evacuations/{evacuation_id}/taps", [tap(n, door, "moved") for n, door in enumerate(mine[:20])])
        obey(block)
    block.now += timedelta(seconds=30)
    return evacuation_id


def split(block: Town, caller: Caller, evacuation_id: str, **body: Any) -> Any:
    answer = caller.post(f"evacuations/{evacuation_id}/split", body)
    obey(block)
    return answer


def test_untouched_doors_of_who_is_silent_go_to_the_others_and_both_are_told(block: Town, desk: Caller) -> None:
    evacuation_id = at_work(block)
    before = board_of(desk, evacuation_id)
    assert {h["id"]: h["idle"] for h in before["helpers"]} == {SILENT: "silent", BUSY: None, OTHER: None}
    waiting = next(h["untouched"] for h in before["helpers"] if h["id"] == SILENT)
    answer = split(block, desk, evacuation_id)
    assert answer.status_code == 202, answer.json
    assert (answer.json["from"], sorted(answer.json["to"]), answer.json["doors"]) == ([SILENT], [BUSY, OTHER], waiting)
    after = board_of(desk, evacuation_id)
    owned, owned_before = doors_of(after), doors_of(before)
    assert len(owned[SILENT]) == 20, "what was tapped stays with who tapped it"
    assert owned[BUSY] >= owned_before[BUSY]
    assert owned[OTHER] >= owned_before[OTHER]
    assert sum(map(len, owned.values())) == 792
    load = {h["id"]: h["untouched"] for h in after["helpers"]}
    assert load[SILENT] == 0
    assert abs(load[BUSY] - load[OTHER]) < 10, "who has much to do already gets less"
    assert sum(move["households"] for move in after["moves"]) == waiting
    told = {who: own_view(block.fold.situation, who, block.now)["evacuations"][evacuation_id] for who in (SILENT, BUSY)}
    assert [[doors, came] for _ms, doors, came in told[BUSY]["moved"]] == [
        [m["households"], True] for m in after["moves"] if m["to"] == BUSY
    ]
    assert {came for _ms, _doors, came in told[SILENT]["moved"]} == {False}
    assert split(block, desk, evacuation_id).json["rule"] == "nothing_to_split"


def test_who_declined_or_went_off_duty_is_out_at_once(block: Town, desk: Caller) -> None:
    evacuation_id = begun(block, recipient_ids=[SILENT, BUSY, OTHER])
    asked = desk.post(
        "orders",
        {"event_id": "citizen:1", "recipient_ids": [SILENT], "task": "疏散", "despite": ["off_duty"]},
    ).json  # fmt: skip
    obey(block)
    block.now += timedelta(seconds=5)
    worker(block, SILENT).post(f"orders/{asked['order_ids'][0]}/decline", {"note": "车坏了"})
    obey(block)
    assert desk.post("attendance", {"subject_id": BUSY, "on_duty": False}).status_code == 202
    obey(block)
    assert {h["id"]: h["idle"] for h in board_of(desk, evacuation_id)["helpers"]} == {
        SILENT: "declined", BUSY: "off_duty", OTHER: None,
    }  # fmt: skip
    assert split(block, desk, evacuation_id).json["to"] == [OTHER]
    assert len(doors_of(board_of(desk, evacuation_id))[OTHER]) == 792


def test_an_officer_says_whose_doors_go_to_whom(block: Town, desk: Caller) -> None:
    evacuation_id = at_work(block)
    assert split(block, desk, evacuation_id, **{"from": [BUSY], "to": [SILENT]}).json["to"] == [SILENT]
    assert len(doors_of(board_of(desk, evacuation_id))[BUSY]) == 20
    assert split(block, desk, evacuation_id, to=["gw-00009"]).json["rule"] == "recipient_unknown"
    everybody = split(block, desk, evacuation_id, **{"from": [SILENT, BUSY, OTHER]})
    assert (everybody.status_code, everybody.json["rule"]) == (409, "no_helpers")
    desk.post(f"evacuations/{evacuation_id}/end", {})
    obey(block)
    assert split(block, desk, evacuation_id, **{"from": [OTHER]}).json["rule"] == "evacuation_is_over"
    assert split(block, desk, "none").status_code == 404
    assert worker(block, BUSY).post(f"evacuations/{evacuation_id}/split", {}).status_code == 403


def test_a_door_that_was_tapped_between_click_and_decision_stays_where_it_is(block: Town, desk: Caller) -> None:
    evacuation_id = at_work(block)
    phone = worker(block, SILENT)
    late = phone.get(f"evacuations/{evacuation_id}").json["mine"][20]
    assert desk.post(f"evacuations/{evacuation_id}/split", {}).status_code == 202
    group = block.commands.group("dispatch", "one")
    entries = group.read(count=10, block_ms=0)
    group.ack([entry.position for entry in entries])
    phone.post(f"evacuations/{evacuation_id}/taps", [tap(77, late, "told")])
    obey(block)
    for entry in entries:
        assert entry.command is not None
        block.facts.append(decide(block.fold.situation, entry.command))
        block.fold.follow()
        assert decide(block.fold.situation, entry.command) == [], "decided again, nothing goes twice"
    owned = doors_of(board_of(desk, evacuation_id))
    assert late in owned[SILENT]
    assert len(owned[SILENT]) == 21


def test_a_ring_that_overlaps_another_says_how_many_doors_it_left_to_it(block: Town, desk: Caller) -> None:
    first = begun(block)
    assert board_of(desk, first)["left_out"] == 0
    small = {**RING, "radius_m": 60.0}
    assert desk.post("evacuations", small).json["rule"] == "evacuated_already"
    desk.post(f"evacuations/{first}/end", {})
    obey(block)
    begun(block, **small)
    answer = desk.post("evacuations", RING)
    obey(block)
    assert answer.json["households"] == 792
    assert 0 < answer.json["left_out"] < 792
    assert board_of(desk, answer.json["evacuation_id"])["left_out"] == answer.json["left_out"]
    assert board_of(desk, answer.json["evacuation_id"])["households"] == 792 - answer.json["left_out"]
