"""`POST events/{id}/{move}`: asked for, decided, and seen in the event's whole process."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.commands import MoveEvent
from cockpit.domain.moves import MOVES, MoveName
from cockpit.domain.rule_assignment import RULE
from cockpit.store.accounts import Role
from tests.api.town import HERE_STREET, NOON, Caller, Town, event, transition


def dispatch(town: Town) -> None:
    """What the dispatcher does, in the test's own thread."""
    group = town.commands.group("dispatch", "test")
    for entry in group.read(count=100, block_ms=0):
        assert entry.command is not None
        town.decide(entry.command)
        group.ack([entry.position])
    town.fold.follow()


@pytest.fixture
def desk(town: Town) -> Town:
    feed = town.caller(Role.FEED)
    feed.post("feeds/events", [event(1, reporter="沈**"), event(2, due_at=None), event(3, source="hotline_12345")])
    town.fold.follow()
    return town


def move(town: Town, caller: Caller, verb: str, number: int = 1, **body: Any) -> Any:
    answer = caller.post(f"events/citizen:{number}/{verb}", body)
    dispatch(town)
    town.now += timedelta(minutes=1)
    return answer


def detail(caller: Caller, number: int = 1, **query: Any) -> Any:
    return caller.get(f"events/citizen:{number}", **query).json


def test_an_event_goes_from_report_to_evaluation(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    for verb, body in (
        ("accept", {}), ("assign", {"unit": "区城管局", "co_units": ["区交警大队"], "note": "尽快"}), ("start", {}),
        ("report-in", {"unit": "区交警大队"}), ("feed-back", {"note": "已修复", "attachments": ["a.jpg"]}),
        ("close", {}), ("evaluate", {"score": 5, "note": "满意"}),
    ):  # fmt: skip
        answer = move(desk, officer, verb, **body)
        assert answer.status_code == 202, (verb, answer.text)
        assert set(answer.json) == {"command_id"}
    told = detail(officer)
    assert told["stage"] == "evaluated"
    assert [line["name"] for line in told["process"]] == [
        "accepted", "assigned", "handling", "reported_in", "fed_back", "closed", "evaluated",
    ]  # fmt: skip
    fed_back = told["process"][4]
    assert (fed_back["kind"], fed_back["by"], fed_back["attachments"]) == ("step", "duty", ["a.jpg"])
    assert told["process"][-1]["score"] == 5
    assert told["calls"][0]["reported_in_at"]
    assert told["version"] == 7


def test_what_a_rule_assigned_says_so_and_names_the_entry_in_the_readers_language(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    move(desk, officer, "accept")
    assigned = MoveEvent(
        command_id="rule:1", by=RULE.name, account=RULE.account, officer_level=RULE.level, scope="330110", at=desk.now,
        event_id="citizen:1", move=MoveName.ASSIGN, unit="区城管局", note="event.01 × 330110",
    )  # fmt: skip
    desk.commands.append([assigned])
    dispatch(desk)
    accepted, line = detail(officer)["process"]
    assert (accepted["by"], accepted["by_rule"]) == ("duty", False)
    told = (line["by"], line["by_rule"], line["note"], line["unit"])
    assert told == ("规则分拨", True, "权责清单：event.01 × 330110", "区城管局")
    line = detail(officer, lang="en")["process"][1]
    assert (line["by"], line["note"]) == ("Assigned by rule", "List of responsibilities: event.01 × 330110")


def test_a_refusal_names_its_rule_in_the_persons_language(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    answer = officer.post("events/citizen:1/close", {})
    assert (answer.status_code, answer.json["rule"]) == (409, "wrong_stage")
    assert "登记" in answer.json["detail"]
    answer = officer.call("POST", "events/citizen:1/close", json={}, query_string={"lang": "en"})
    assert "Registered" in answer.json["detail"]


def test_an_event_that_is_unknown_or_outside_the_scope_is_not_found(desk: Town) -> None:
    assert desk.caller(Role.DUTY).post("events/citizen:9/accept", {}).status_code == 404
    assert desk.caller(Role.DUTY, "330110113").post("events/citizen:1/accept", {}).status_code == 404
    assert desk.caller(Role.DUTY, HERE_STREET).post("events/citizen:1/accept", {}).status_code == 202
    assert desk.caller(Role.DUTY).post("events/citizen:1/celebrate", {}).status_code == 404


def test_roles_do_what_is_theirs(desk: Town) -> None:
    assert desk.caller(Role.SCREEN).post("events/citizen:1/accept", {}).status_code == 403
    assert desk.caller(Role.LEADER).post("events/citizen:1/accept", {}).status_code == 403
    assert desk.caller(Role.GRIDWORKER).post("events/citizen:1/accept", {}).status_code == 403
    assert desk.caller(Role.GRIDWORKER).post("events/citizen:1/note", {"note": "到现场"}).status_code == 202


def test_a_repeat_with_the_same_key_asks_for_nothing_new(desk: Town) -> None:
    officer, headers = desk.caller(Role.DUTY), {"Idempotency-Key": "click-1"}
    first = officer.post("events/citizen:1/accept", {}, headers=headers)
    dispatch(desk)
    again = officer.post("events/citizen:1/accept", {}, headers=headers)
    dispatch(desk)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == again.json
    assert desk.commands.length() == 1
    assert detail(officer)["version"] == 1


def test_an_empty_body_is_fine_and_a_wrong_one_is_named(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    assert officer.call("POST", "events/citizen:1/accept").status_code == 202
    for body, field in (
        ({"score": 9}, "score"), ({"degree": "purple"}, "degree"), ({"due_at": "tomorrow"}, "due_at"),
        ({"level": "moon"}, "level"), ({"condition": "没有这一条"}, "condition"),
    ):  # fmt: skip
        answer = officer.post("events/citizen:1/assign", {"unit": "x", **body})
        assert (answer.status_code, answer.json["field"]) == (400, field)


def test_whoever_saw_an_older_version_is_told_to_look_again(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    assert move(desk, officer, "accept", expected_version=0).status_code == 202
    answer = officer.post("events/citizen:1/assign", {"unit": "x", "expected_version": 0})
    assert (answer.status_code, answer.json["rule"]) == (409, "changed_meanwhile")


def test_two_officers_see_each_others_claim(desk: Town) -> None:
    one, other = desk.caller(Role.DUTY), desk.caller(Role.DUTY)
    assert move(desk, one, "claim").status_code == 202
    assert detail(one)["claim"] == {"by": "duty", "since": "2026-11-19T04:00:00Z", "mine": True}
    assert detail(other)["claim"]["mine"] is False
    assert other.post("events/citizen:1/accept", {}).json["rule"] == "claimed_by_another"
    action = next(a for a in detail(other)["actions"] if a["name"] == "accept")
    assert (action["allowed"], action["rule"]) == (False, "claimed_by_another")
    assert move(desk, other, "take-over").status_code == 202
    assert move(desk, other, "accept").status_code == 202


def test_actions_say_what_the_asking_person_may_do(desk: Town) -> None:
    actions = {a["name"]: a for a in detail(desk.caller(Role.DUTY))["actions"]}
    assert list(actions) == [m.name.value for m in MOVES]
    assert actions["accept"] == {"name": "accept", "allowed": True, "rule": None, "reason": None, "needs": []}
    assert (actions["close"]["allowed"], actions["close"]["rule"]) == (False, "wrong_stage")
    assert actions["reject"]["needs"] == ["note"]
    screen = {a["name"]: a for a in detail(desk.caller(Role.SCREEN))["actions"]}
    assert screen["accept"]["rule"] == "not_your_role"


def test_what_a_source_tells_against_the_rules_is_kept_with_the_reason_and_changes_nothing(desk: Town) -> None:
    feed = desk.caller(Role.FEED)
    answer = feed.post("feeds/transitions", [transition(1, "closed", -10), transition(1, "handling", -5)])
    assert answer.json == {"accepted": 2, "duplicate": 0, "rejected": []}
    desk.fold.follow()
    told = detail(desk.caller())
    assert told["stage"] == "closed"
    assert [line["name"] for line in told["process"]] == ["closed", "handling"]
    assert told["process"][-1]["refused"]["rule"] == "wrong_stage"
    assert "refused" not in told["process"][0]


def test_each_stage_tells_how_long_it_took_and_each_clock_how_much_is_used(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    due_at = (NOON + timedelta(minutes=61)).isoformat()
    move(desk, officer, "accept", 2)
    move(desk, officer, "assign", 2, unit="区城管局", due_at=due_at)
    desk.now = NOON + timedelta(minutes=31)
    told = detail(officer, 2)
    accepted, assigned = told["process"]
    assert (accepted["took_s"], accepted["limit_s"]) == (60.0, 900.0)
    assert (assigned["took_s"], assigned["limit_s"]) == (1800.0, 3600.0)
    clocks = {clock["kind"]: clock for clock in told["clocks"]}
    assert (clocks["assignment"]["state"], clocks["handling"]["state"]) == ("in_time", "running")
    assert clocks["handling"]["overtime_at"] == "2026-11-19T05:01:00Z"
    assert told["overtime_at"] == "2026-11-19T05:01:00Z"


def test_who_reported_is_only_for_those_who_work_on_it(desk: Town) -> None:
    assert detail(desk.caller(Role.DUTY))["reporter"] == "沈**"
    screen = detail(desk.caller(Role.SCREEN))
    assert "沈" not in str(screen)


def test_candidates_for_a_merge_are_shown_and_a_person_merges(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    assert [found["event_id"] for found in detail(officer)["similar"]] == ["citizen:2", "hotline_12345:3"]
    move(desk, officer, "merge", 2, into="citizen:1")
    told = detail(officer)
    assert (told["merged"], told["reporters"]) == (["citizen:2"], 2)
    assert detail(officer, 2)["merged_into"] == "citizen:1"
    assert officer.get("events", colour="blue").json["total"] == 2
    move(desk, officer, "unmerge", 2)
    assert detail(officer)["merged"] == []


def test_the_past_is_looked_at_and_not_changed(desk: Town) -> None:
    officer = desk.caller(Role.DUTY)
    then = desk.now - timedelta(minutes=5)
    desk.past[then] = desk.fold.situation
    told = detail(officer, as_of=then.isoformat())
    assert {action["rule"] for action in told["actions"]} == {"not_at_work"}


@pytest.mark.parametrize("turned", [False, True])
def test_two_transitions_of_one_second_come_in_the_order_of_the_cycle(desk: Town, turned: bool) -> None:
    told = [transition(1, "accepted", -10), transition(1, "assigned", -10)]
    desk.caller(Role.FEED).post("feeds/transitions", told[::-1] if turned else told)
    desk.fold.follow()
    assert [line["name"] for line in detail(desk.caller())["process"]] == ["accepted", "assigned"]
    assert detail(desk.caller())["stage"] == "assigned"


def test_transitions_may_come_before_their_report_and_closed_before_it_was_reported_is_closed(town: Town) -> None:
    feed = town.caller(Role.FEED)
    feed.post("feeds/transitions", [transition(7, "closed", -40), transition(8, "accepted", -20)])
    feed.post("feeds/events", [event(7), event(8)])
    town.fold.follow()
    assert detail(town.caller(), 7)["colour"] == "green"
    assert detail(town.caller(), 7)["late"] is False
    assert detail(town.caller(), 8)["stage"] == "accepted"


def test_a_transition_of_the_future_is_refused_and_one_of_a_fast_clock_is_taken(desk: Town) -> None:
    answer = desk.caller(Role.FEED).post(
        "feeds/transitions", [transition(1, "accepted", 24 * 60 + 1), transition(1, "accepted", 30)]
    )
    assert (answer.json["accepted"], [r["field"] for r in answer.json["rejected"]]) == (1, ["at"])
    desk.fold.follow()
    officer = desk.caller(Role.DUTY)
    assert move(desk, officer, "assign", unit="区城管局").status_code == 202
    assert detail(officer)["stage"] == "assigned"


def test_a_source_does_not_undo_what_is_worked_on_here(desk: Town) -> None:
    officer, feed = desk.caller(Role.DUTY), desk.caller(Role.FEED)
    move(desk, officer, "accept")
    move(desk, officer, "assign", unit="区城管局")
    feed.post("feeds/transitions", [transition(1, "assigned", 5, unit="另一单位"), transition(1, "closed", 6)])
    desk.fold.follow()
    told = detail(officer)
    assert (told["stage"], told["unit"]) == ("assigned", "区城管局")
    assert ["refused" in line for line in told["process"]] == [False, False, True, True]
