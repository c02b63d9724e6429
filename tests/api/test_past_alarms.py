"""`alarms?from&to` for past days: what is in no fold any more comes from the journal."""

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.services.past_alarms import PastAlarms
from cockpit.situation.alarm_fold import drop_alarms_before
from cockpit.store.accounts import Role
from cockpit.store.journal import Journal, JournalEntry
from tests.api.town import ELSEWHERE, HERE_STREET, NOON, Town, alarm

DAY = 24 * 60
YESTERDAY = NOON - timedelta(days=1)


@pytest.fixture
def days(bare_town: Town) -> Town:
    """One device rang twice yesterday and once the day before, another today; the past has left the fold."""
    journal = Journal(bare_town.engine)
    town = bare_town.build(past_alarms=PastAlarms(journal, bare_town.fold.situation.rules).raised_between)
    feed = town.caller(Role.FEED)
    for minutes in (-2 * DAY, -DAY, -DAY + 60):
        town.now = NOON + timedelta(minutes=minutes)
        feed.post("feeds/alarms", [alarm(1, minutes=minutes), alarm(1, "cleared", minutes + 10)])
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    feed.post("feeds/alarms", [alarm(2, minutes=-DAY, **elsewhere), alarm(2, "cleared", -DAY + 5, **elsewhere)])
    town.now = NOON
    feed.post("feeds/alarms", [alarm(3)])
    journal.record(
        [
            JournalEntry(
                position=e.position, fact_id=e.fact.fact_id, type=e.type_name, at=e.fact.at,
                received_at=e.fact.received_at, code="", body=e.body.decode(),
            )
            for e in town.facts.read("0", count=100, block_ms=0)
            if e.fact is not None
        ]
    )  # fmt: skip
    town.fold.follow()
    list(drop_alarms_before(town.fold.situation, datetime(2026, 11, 18, 16, tzinfo=UTC)))
    return town


def times(town: Town, **query: str) -> list[tuple[str, str, str]]:
    items = town.caller().get("alarms", **query).json["items"]
    return [(i["device_id"], i["raised_at"][:16], i["state"]) for i in items]


def test_today_is_what_is_listed_unless_somebody_asks_for_more(days: Town) -> None:
    assert [t[0] for t in times(days)] == ["dev-3"]


def test_a_past_day_has_every_raising_of_it_and_none_of_other_days(days: Town) -> None:
    start, end = "2026-11-17T16:00:00Z", "2026-11-18T16:00:00Z"
    assert times(days, from_=start, to=end) == [
        ("dev-1", "2026-11-18T05:00", "cleared"),
        ("dev-1", "2026-11-18T04:00", "cleared"),
        ("dev-2", "2026-11-18T04:00", "cleared"),
    ]
    assert len(times(days, from_="2026-11-01T00:00:00Z")) == 5
    assert times(days, from_=start, to=end, device="dev-2") == [("dev-2", "2026-11-18T04:00", "cleared")]


def test_the_past_is_within_the_scope_and_not_without_end(days: Town) -> None:
    officer = days.caller(Role.DUTY, HERE_STREET)
    seen = officer.get("alarms", from_="2026-11-01T00:00:00Z").json["items"]
    assert {i["device_id"] for i in seen} == {"dev-1", "dev-3"}
    assert officer.get("alarms", from_="2026-01-01T00:00:00Z").status_code == 400
