"""在岗: a gridworker says so on their own phone, an officer for somebody who called; nobody for somebody else."""

from datetime import timedelta

from cockpit.store.accounts import Role
from tests.api.town import NOON, Town

WORKER = "gw-00001"


def on_duty(town: Town, subject: str = WORKER) -> bool | None:
    town.settle()
    mark = town.fold.situation.attendance.get(subject)
    return None if mark is None else mark.is_on_duty(town.now)


def test_a_gridworker_comes_on_duty_and_leaves_with_two_taps(town: Town) -> None:
    phone = town.gridworker(WORKER)
    assert phone.post("attendance", {"on_duty": True}).status_code == 202
    assert on_duty(town) is True
    town.now += timedelta(hours=1)
    assert phone.post("attendance", {"on_duty": False}).status_code == 202
    assert on_duty(town) is False


def test_a_tap_that_waited_for_a_connection_counts_from_when_it_was_made(town: Town) -> None:
    made = NOON - timedelta(minutes=40)
    town.gridworker(WORKER).post("attendance", {"on_duty": True, "said_at": made.isoformat()})
    assert on_duty(town)
    assert town.fold.situation.attendance[WORKER].at == made


def test_a_phone_whose_clock_runs_ahead_is_stamped_by_the_server(town: Town) -> None:
    town.gridworker(WORKER).post("attendance", {"on_duty": True, "said_at": (NOON + timedelta(hours=1)).isoformat()})
    assert on_duty(town)
    assert town.fold.situation.attendance[WORKER].at == NOON


def test_the_same_tap_sent_twice_is_one_mark(town: Town) -> None:
    phone, key = town.gridworker(WORKER), {"Idempotency-Key": "tap-1"}
    first = phone.post("attendance", {"on_duty": True}, headers=key)
    again = phone.post("attendance", {"on_duty": True}, headers=key)
    assert first.json == again.json
    assert on_duty(town)
    assert town.fold.situation.seq == 1


def test_saying_what_holds_already_is_refused_by_that_name_and_in_words(town: Town) -> None:
    phone = town.gridworker(WORKER)
    phone.post("attendance", {"on_duty": True})
    town.settle()
    answer = phone.post("attendance", {"on_duty": True}, headers={"Accept-Language": "zh-CN"})
    assert (answer.status_code, answer.json["rule"]) == (409, "attendance_is_the_same")
    assert answer.json["detail"] == "已经在岗"


def test_nobody_marks_somebody_else(town: Town) -> None:
    answer = town.gridworker(WORKER).post("attendance", {"on_duty": True, "subject_id": "gw-00002"})
    assert (answer.status_code, answer.json["rule"]) == (403, "not_your_own")


def test_an_officer_marks_only_people_of_their_own_scope(town: Town) -> None:
    entry = town.city.roster[WORKER]
    near = town.caller(Role.DUTY, entry.grid_code[:9])
    assert near.post("attendance", {"on_duty": True, "subject_id": WORKER}).status_code == 202
    far = town.caller(Role.DUTY, "330110113" if entry.grid_code[:9] != "330110113" else "330110012")
    assert far.post("attendance", {"on_duty": True, "subject_id": WORKER}).status_code == 404
    assert near.post("attendance", {"on_duty": True, "subject_id": "nobody"}).status_code == 404


def test_the_list_is_of_the_scope_and_names_are_whole_only_for_officers(town: Town) -> None:
    for subject in ("gw-00001", "gw-00002", "gw-01500"):
        town.gridworker(subject).post("attendance", {"on_duty": True})
    town.settle()
    entry = town.city.roster[WORKER]
    seen = town.caller(Role.DUTY, entry.grid_code).get("attendance").json
    assert {item["subject_id"] for item in seen["items"]} == {"gw-00001", "gw-00002"}
    assert seen["on_duty"] == seen["total"] == 2
    assert entry.name in {item["name"] for item in seen["items"]}
    assert entry.name not in {i["name"] for i in town.caller(Role.SCREEN).get("attendance").json["items"]}


def test_a_mark_that_nobody_took_back_lapses(town: Town) -> None:
    town.gridworker(WORKER).post("attendance", {"on_duty": True})
    town.settle()
    town.now += timedelta(hours=16)
    assert on_duty(town) is None
    assert town.gridworker(WORKER).get("mine").json["attendance"] is None


def test_me_says_who_holds_the_phone_with_the_name_masked(town: Town) -> None:
    told, entry = town.gridworker(WORKER).get("me").json, town.city.roster[WORKER]
    assert told["subject_id"] == WORKER
    assert told["name"] == entry.name[:1] + "*" * (len(entry.name) - 1)
    assert told["grid_code"] == entry.grid_code


def test_an_account_that_stands_for_nobody_has_nothing_of_its_own(town: Town) -> None:
    assert town.caller(Role.GRIDWORKER).get("mine").json["rule"] == "no_subject"
