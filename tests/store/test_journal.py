"""The journal: each fact once, in stream order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine

from cockpit.store.database import REFUSED
from cockpit.store.journal import Journal, JournalEntry

NOW = datetime(2026, 11, 22, 8, 30, 0, 123_456, tzinfo=UTC)


def entry(number: int, **given: object) -> JournalEntry:
    made = JournalEntry(
        position=f"{1_000 + number // 2}-{number % 2}",
        fact_id=f"event:iot:{number}",
        type="EventReported",
        at=NOW - timedelta(days=number),
        received_at=NOW + timedelta(seconds=number),
        code="330110005001001",
        body=f'{{"title": "占道经营 {number} 😀"}}',
    )
    return replace(made, **given)  # type: ignore[arg-type]  # tests know what they give


@pytest.fixture
def journal(engine: Engine) -> Journal:
    return Journal(engine)


def test_an_empty_journal_has_nothing(journal: Journal) -> None:
    assert (journal.count(), journal.tail(), journal.record([]), journal.read("0", None, 9)) == (0, "0-0", 0, [])


def test_the_journal_tells_which_facts_it_knows(journal: Journal) -> None:
    journal.record([entry(n) for n in range(1_200)])
    asked = [f"event:iot:{n}" for n in range(1_300)]
    assert journal.known(asked) == set(asked[:1_200])
    assert journal.known([]) == set()


def test_the_newest_facts_lie_behind_a_position(journal: Journal) -> None:
    assert journal.before_newest(1) == "0"
    journal.record([entry(n) for n in range(6)])
    for count in range(6):
        assert len(journal.read(journal.before_newest(count), None, 9)) == count
    assert journal.before_newest(6) == "0"


def test_a_fact_recorded_twice_is_kept_once(journal: Journal) -> None:
    assert journal.record([entry(1), entry(2)]) == 2
    assert journal.record([entry(1), entry(2), entry(3)]) == 1
    assert journal.record([replace(entry(1), position="9999-0")]) == 0
    assert journal.read("0", None, 9) == [entry(1), entry(2), entry(3)]
    assert (journal.count(), journal.tail()) == (3, entry(3).position)


def test_a_position_taken_by_another_fact_is_refused_and_nothing_of_the_batch_is_kept(journal: Journal) -> None:
    journal.record([entry(1)])
    with pytest.raises(REFUSED):
        journal.record([entry(2), replace(entry(3), position=entry(1).position)])
    assert journal.count() == 1


def test_facts_are_read_in_stream_order_page_by_page(journal: Journal) -> None:
    entries = [entry(i) for i in range(20, 0, -1)]
    journal.record(entries)
    read: list[JournalEntry] = []
    while page := journal.read(read[-1].position if read else "0", None, 7):
        read += page
    assert read == entries[::-1]


def test_reading_until_an_instant_leaves_out_what_was_received_later(journal: Journal) -> None:
    journal.record([entry(1), entry(2), entry(3)])
    assert journal.read("0", entry(2).received_at, 9) == [entry(1), entry(2)]


def test_equal_journals_tell_the_same_whatever_the_places_of_their_facts(journal: Journal) -> None:
    empty = journal.digest()
    journal.record([entry(1), entry(2)])
    told = journal.digest()
    journal.record([entry(3)])
    assert len({empty, told, journal.digest()}) == 3


def test_times_come_back_in_utc_whatever_zone_they_had(journal: Journal) -> None:
    beijing = timezone(timedelta(hours=8))
    journal.record([entry(1, at=NOW.astimezone(beijing))])
    (read,) = journal.read("0", None, 1)
    assert (read.at, read.at.tzinfo) == (NOW, UTC)


def test_a_time_without_a_zone_is_not_kept(journal: Journal) -> None:
    with pytest.raises(Exception, match="without a zone"):
        journal.record([entry(1, at=NOW.replace(tzinfo=None))])


def test_marks_of_attendance_of_some_hours_are_found_among_all_facts(journal: Journal) -> None:
    kinds = ("AttendanceMarked", "EventReported")
    entries = [
        JournalEntry(
            position=f"{n}-0", fact_id=f"f{n}", type=kinds[n % 2], at=NOW, received_at=NOW + timedelta(minutes=n),
            code="", body="{}",
        )
        for n in range(10)
    ]  # fmt: skip
    journal.record(entries)
    found = journal.received_of("AttendanceMarked", NOW + timedelta(minutes=2), NOW + timedelta(minutes=6))
    assert [entry.fact_id for entry in found] == ["f2", "f4", "f6"]
