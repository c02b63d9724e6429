"""智能巡查 by the API: the queue within a scope, two officers, pictures, thresholds, the export."""

import csv
import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cockpit.domain.finding_rule import FindingRule
from cockpit.services.finding_rules import FindingRules
from cockpit.services.past_findings import PastFindings
from cockpit.store.accounts import Role
from cockpit.store.event_records import EventRecords
from tests.api.test_attachments import photo
from tests.api.test_standards import imported
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Town, event
from tests.stories import recorder_of


def finding(number: int, confidence: float = 0.9, **given: Any) -> dict[str, Any]:
    said = {"source": "video_ai", "finding_kind": "garbage", "camera_id": "CAM-1", "box": [10, 20, 30, 40]}
    return event(number, confidence=confidence, **{**said, **given})


def told(town: Town, *findings: dict[str, Any]) -> None:
    assert town.caller(Role.FEED).post("feeds/events", list(findings)).json["accepted"] == len(findings)
    town.fold.follow()


def ids(answer: Any) -> list[str]:
    return [item["event_id"] for item in answer.json["items"]]


def test_the_queue_is_filtered_and_ordered_as_asked(town: Town) -> None:
    older = (NOON - timedelta(hours=2)).isoformat()
    told(
        town, finding(1, 0.8), finding(2, 0.95, reported_at=older), finding(3, finding_kind="vendor"),
        finding(4, 0.99, lon=ELSEWHERE[0], lat=ELSEWHERE[1]),
    )  # fmt: skip
    officer = town.caller(Role.DUTY)
    all_of_them = officer.get("patrol/findings")
    assert ids(all_of_them) == ["video_ai:4", "video_ai:2", "video_ai:3", "video_ai:1"]
    assert all_of_them.json["states"] == {"waiting": 4, "confirmed": 0, "rejected": 0, "rule": 0}
    assert {k["kind"]: k["findings"] for k in all_of_them.json["kinds"]} == {"garbage": 3, "vendor": 1}
    assert ids(officer.get("patrol/findings", order="newest"))[-1] == "video_ai:2"
    assert ids(officer.get("patrol/findings", kind="vendor")) == ["video_ai:3"]
    assert ids(officer.get("patrol/findings", street=HERE_STREET, min_confidence="0.95")) == ["video_ai:2"]
    assert officer.get("patrol/findings", limit=1).json["total"] == 4
    for wrong in ({"state": "x"}, {"order": "x"}, {"street": "x"}, {"min_confidence": "2"}, {"min_confidence": "nan"}):
        assert officer.get("patrol/findings", **wrong).status_code == 400, wrong
    street = town.caller(Role.DUTY, HERE_STREET)
    assert "video_ai:4" not in ids(street.get("patrol/findings"))
    assert street.get("patrol/findings/video_ai:4").status_code == 404
    assert street.get("patrol/findings/video_ai:1").json["box"] == [10, 20, 30, 40]


def test_a_model_s_label_is_told_as_the_class_that_the_city_s_table_names(town: Town, tmp_path: Path) -> None:
    told(town, finding(1), finding(2), finding(3, finding_kind="vendor"), finding(4, category="event.09.99"))
    officer = town.caller(Role.DUTY)
    assert officer.get("patrol/findings/video_ai:1").json["kind_title"] == ""  # no table names it: nothing is guessed
    imported(town, tmp_path, "v1", "4时")
    town.tick_s = 10.0
    for lang, name in (("zh-CN", "暴露生活垃圾"), ("en", "Exposed household waste")):
        queue = officer.get("patrol/findings", lang=lang).json
        # the label `garbage` was given to two classes: neither names it
        assert {k["kind"]: k["kind_title"] for k in queue["kinds"]} == {"garbage": "", "vendor": name}
        assert {i["event_id"]: i["kind_title"] for i in queue["items"]}["video_ai:1"] == name
        assert officer.get("patrol/findings/video_ai:4", lang=lang).json["kind_title"] == ""


def test_of_two_officers_the_first_judges_and_the_other_is_told_by_whom(town: Town) -> None:
    told(town, finding(1))
    one, other = town.caller(Role.DUTY), town.caller(Role.DUTY, HERE_STREET)
    seen = one.get("patrol/findings/video_ai:1").json["version"]
    # both saw it waiting and both were heard before anything was decided
    first = one.post("events/video_ai:1/accept", {"expected_version": seen})
    second = other.post("events/video_ai:1/reject", {"note": "画面不清", "expected_version": seen})
    assert (first.status_code, second.status_code) == (202, 202)
    town.settle()
    verdict = other.get("patrol/findings/video_ai:1").json["verdict"]
    assert verdict["verdict"] == "confirmed"
    assert verdict["command_id"] == first.json["command_id"] != second.json["command_id"]
    late = other.post("events/video_ai:1/reject", {"note": "画面不清", "expected_version": seen})
    assert late.status_code == 409


def test_a_picture_that_was_stored_at_intake_is_seen_where_its_finding_lies(town: Town) -> None:
    feed = town.caller(Role.FEED)
    where = {"lon": HERE[0], "lat": HERE[1]}
    kept = feed.post("feeds/pictures", photo(), content_type="image/jpeg", query_string=where)
    assert kept.status_code == 201
    told(town, finding(1, attachments=[kept.json["url"]]))
    item = town.caller(Role.DUTY, HERE_STREET).get("patrol/findings").json["items"][0]
    assert (item["picture_url"], item["picture_why"]) == (kept.json["url"], "")
    path = kept.json["url"].removeprefix("/api/v1/")
    assert town.caller(Role.DUTY, HERE_STREET).get(path).mimetype == "image/jpeg"
    assert town.caller(Role.DUTY, "330110113").get(path).status_code == 404
    assert town.app.test_client().get(kept.json["url"]).status_code == 401
    assert feed.post("feeds/pictures", b"no picture", content_type="image/jpeg").status_code == 415
    assert town.caller(Role.DUTY).post("feeds/pictures", photo(), content_type="image/jpeg").status_code == 403


class _Host(BaseHTTPRequestHandler):
    """A video platform: a picture, a redirect to it, and something that is none."""

    def do_GET(self) -> None:
        if self.path == "/moved.jpg":
            self.send_response(302)
            self.send_header("Location", "/1.jpg")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(photo() if self.path == "/1.jpg" else b"<html>secret</html>")

    def log_message(self, *_words: object) -> None:
        """A test's requests are no news."""


@pytest.fixture
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_picture_is_fetched_from_a_configured_host_and_from_no_other(bare_town: Town, host: str) -> None:
    town = bare_town.build(finding_rules=lambda: FindingRules(picture_hosts=frozenset({host})))
    away = host.replace("127.0.0.1", "localhost")
    addresses = [
        f"http://{host}/1.jpg", f"http://{host}/moved.jpg", f"http://{host}/page", f"http://{away}/1.jpg",
        f"http://{host}@{away}/1.jpg", "file:///etc/passwd", f"http://user@{host}/1.jpg",
    ]  # fmt: skip
    told(town, *(finding(n, attachments=[address]) for n, address in enumerate(addresses)))
    officer = town.caller(Role.DUTY, HERE_STREET)
    shown = officer.get("patrol/findings/video_ai:0/picture")
    assert shown.mimetype == "image/jpeg"
    assert shown.data.startswith(b"\xff\xd8")
    rules = [officer.get(f"patrol/findings/video_ai:{n}/picture").json["rule"] for n in range(1, len(addresses))]
    assert rules == ["picture_away", "no_picture", *["picture_host"] * 4]
    whys = {i["event_id"]: i["picture_why"] for i in officer.get("patrol/findings").json["items"]}
    assert (whys["video_ai:0"], whys["video_ai:3"], whys["video_ai:5"]) == ("", "host", "host")
    assert town.caller(Role.DUTY, "330110113").get("patrol/findings/video_ai:0/picture").status_code == 404


def test_thresholds_are_listed_with_what_they_have_earned(bare_town: Town) -> None:
    rule = FindingRule(kind="garbage", confidence=0.9, enabled=True, min_verdicts=3, min_precision=0.6)
    town = bare_town.build(finding_rules=lambda: FindingRules(rules={"garbage": rule}))
    told(town, *(finding(n, 0.85 + n / 50) for n in range(1, 6)))
    officer = town.caller(Role.DUTY)

    def listed() -> Any:
        return next(item for item in officer.get("patrol/rules").json["items"] if item["kind"] == "garbage")

    assert (listed()["precision"], listed()["rule"]["acts"], listed()["rule"]["hold"]) == (None, False, "few")
    officer.post("events/video_ai:1/reject", {"note": "误报"})
    officer.post("events/video_ai:3/reject", {"note": "误报"})
    for n in (4, 5):
        officer.post(f"events/video_ai:{n}/accept", {})
    town.settle()
    assert listed()["precision"] == 0.5
    assert listed()["rule"]["above"]["precision"] == pytest.approx(2 / 3)
    assert listed()["rule"]["acts"]
    camera = officer.get("patrol/findings").json["items"][0]["camera_verdicts"]
    assert (camera["confirmed"], camera["rejected"]) == (2, 2)


def test_the_export_has_everything_that_a_model_s_owner_needs(bare_town: Town) -> None:
    town = bare_town.build(past_findings=PastFindings(EventRecords(bare_town.engine)))
    told(town, finding(1, title="=HYPERLINK(1)", attachments=["http://v/1.jpg"], model="m-1"), finding(2))
    officer = town.caller(Role.DUTY)
    officer.post("events/video_ai:1/reject", {"note": "@画面不清"})
    town.settle()
    rows = list(csv.DictReader(io.StringIO(officer.get("patrol/verdicts", format="csv").text.lstrip("\ufeff"))))
    assert [r["event_id"] for r in rows] == ["video_ai:1"]
    row = rows[0]
    assert (row["verdict"], row["note"], row["title"]) == ("rejected", "'@画面不清", "'=HYPERLINK(1)")
    assert (row["box"], row["picture"], row["camera_id"], row["model"]) == (
        "10 20 30 40",
        "http://v/1.jpg",
        "CAM-1",
        "m-1",
    )
    assert row["by"] == "duty"
    # what has left the situation comes from the records, and nothing comes twice
    with town.engine.begin() as connection:
        recorder_of(town.engine).note(
            connection, [e.fact for e in town.facts.read("0", count=100, block_ms=0) if e.fact is not None]
        )
    assert len(officer.get("patrol/verdicts").text.splitlines()) == 1
    town.fold.situation.drop("video_ai:1")
    assert '"event_id":"video_ai:1"' in officer.get("patrol/verdicts").text
    assert town.caller(Role.DUTY, "330110113").get("patrol/verdicts").text == ""
    before = (NOON - timedelta(days=2)).isoformat()
    assert officer.get("patrol/verdicts", from_=before, to=(NOON - timedelta(days=1)).isoformat()).text == ""
    long_ago = (NOON - timedelta(days=800)).isoformat()
    assert officer.get("patrol/verdicts", from_=long_ago).status_code == 400
