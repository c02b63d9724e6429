"""Outward: verdicts of AI patrol for the model's owner, and the stream of facts for other systems."""

from cockpit.store.accounts import Role
from tests.api.test_moves import dispatch
from tests.api.town import ELSEWHERE, HERE_STREET, Town, alarm, event


def test_a_finding_waits_for_its_verdict_and_the_verdict_is_exported(town: Town) -> None:
    found = [event(n, source="video_ai", confidence=0.7 + n / 100, attachments=[f"{n}.jpg"]) for n in (1, 2, 3)]
    town.caller(Role.FEED).post("feeds/events", [*found, event(9)])
    town.fold.follow()
    officer = town.caller(Role.DUTY)
    waiting = officer.get("patrol/findings").json["items"]
    assert [(f["event_id"], f["confidence"], f["picture"]) for f in waiting] == [
        ("video_ai:3", 0.73, "3.jpg"), ("video_ai:2", 0.72, "2.jpg"), ("video_ai:1", 0.71, "1.jpg"),
    ]  # fmt: skip
    officer.post("events/video_ai:1/accept", {})
    officer.post("events/video_ai:2/reject", {"note": "=误判"})
    dispatch(town)
    assert officer.get("patrol/findings").json["total"] == 1
    lines = officer.get("patrol/verdicts", format="csv").text.splitlines()
    assert [line.split(",")[5] for line in lines[1:]] == ["confirmed", "rejected"]
    assert "'=误判" in lines[2]
    assert len(officer.get("patrol/verdicts").text.splitlines()) == 2
    assert officer.get("patrol/verdicts", format="pdf").status_code == 400
    assert town.caller(Role.DUTY, "330110113").get("patrol/verdicts").text == ""


def test_other_systems_follow_the_facts_of_their_scope_and_go_on_where_they_were(town: Town) -> None:
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    town.caller(Role.FEED).post("feeds/alarms", [alarm(1), alarm(2, **elsewhere), alarm(3)])
    town.fold.follow()
    platform = town.caller(Role.LEADER, HERE_STREET)
    told = platform.get("stream/facts", after="0", limit=2).text
    assert told.count("event: AlarmRaised") == 2
    assert '"alarm_id":"dev-2:smoke"' not in told
    first = told.split("id: ")[1].split("\n")[0]
    again = platform.call("GET", "stream/facts?limit=1", headers={"Last-Event-ID": first}).text
    assert '"alarm_id":"dev-3:smoke"' in again
    assert platform.get("stream/facts", after="yesterday").status_code == 400
    assert town.caller(Role.DUTY).get("stream/facts", after="0", limit=1).status_code == 403
