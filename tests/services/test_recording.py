"""台账: the record of an event is what all its facts together say, whoever wrote them and in whatever order."""

import random
from datetime import UTC, datetime, timedelta
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from cockpit.domain.event import event_of
from cockpit.domain.facts import EventActed, EventReported, Fact, StageEntered
from cockpit.domain.stage import Stage
from cockpit.services.recording import event_of_record, midnight_after
from cockpit.store.database import migrate, open_engine, writing
from cockpit.store.event_records import EventRecord, EventRecords
from cockpit.store.schema import metadata
from cockpit.stream.lane import millis_of
from tests.stories import NOON, RULES, entered, minutes, recorder_of, reported, stories


def note(engine: Engine, *facts: Fact) -> None:
    with writing(engine).begin() as connection:
        recorder_of(engine).note(connection, facts)


def record(engine: Engine, number: int = 1) -> EventRecord:
    found = EventRecords(engine).find(f"hotline_12345:{number}")
    assert found is not None
    return found


@given(stories(), st.randoms(), st.integers(1, 7))
def test_records_say_the_same_whatever_the_order_of_their_facts(
    facts: list[Fact], chance: random.Random, size: int
) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    told = [f for f in facts if isinstance(f, EventReported | StageEntered | EventActed)]
    firsts = {f.report.event_id: f for f in reversed(told) if isinstance(f, EventReported)}
    shuffled: list[Fact] = [f for f in told if not isinstance(f, EventReported)]
    shuffled += firsts.values()
    chance.shuffle(shuffled)
    for start in range(0, len(shuffled), size):
        note(engine, *shuffled[start : start + size])
    note(engine, *shuffled)  # delivered again
    for event_id, first in firsts.items():
        steps = tuple(f.step for f in told if isinstance(f, StageEntered) and f.event_id == event_id)
        kept = EventRecords(engine).find(event_id)
        assert kept is not None
        event = event_of_record(kept)
        assert event is not None
        acts = tuple(f.act for f in told if isinstance(f, EventActed) and f.event_id == event_id)
        plain = event_of(first.report, steps, acts)
        assert (event.report, event.stage, event.level, event.closed_at) == (
            first.report, plain.stage, plain.level, plain.closed_at,
        )  # fmt: skip
        assert (kept.stage, kept.ended_ms is None) == (plain.stage.value, plain.ended_at is None)
    engine.dispose()


def test_steps_wait_for_their_report(engine: Engine) -> None:
    note(engine, entered(1, Stage.ASSIGNED, NOON + minutes(5), unit="良渚街道"))
    assert (record(engine).reported_ms, event_of_record(record(engine))) == (None, None)
    note(engine, reported(1))
    assert (record(engine).unit, record(engine).stage) == ("良渚街道", "assigned")
    assert record(engine).due_ms == millis_of(NOON + minutes(100))


def test_an_event_is_past_from_the_midnight_after_its_end(engine: Engine) -> None:
    note(engine, reported(1), entered(1, Stage.CLOSED, NOON + minutes(5)))
    assert record(engine).settled_ms == millis_of(midnight_after(NOON, RULES.zone()))
    note(engine, entered(1, Stage.REOPENED, NOON + minutes(6)))
    assert (record(engine).settled_ms, record(engine).ended_ms) == (None, None)


def test_an_end_that_is_told_late_is_past_when_it_was_told(engine: Engine) -> None:
    told_at = NOON + timedelta(days=3)
    late = entered(1, Stage.CLOSED, NOON + minutes(5))
    note(engine, reported(1))
    note(engine, StageEntered(fact_id="x", at=late.at, received_at=told_at, event_id=late.event_id, step=late.step))
    assert record(engine).settled_ms == millis_of(told_at)


def test_a_record_read_until_an_instant_has_no_later_step(engine: Engine) -> None:
    note(
        engine, reported(1), entered(1, Stage.ASSIGNED, NOON + minutes(5)), entered(1, Stage.CLOSED, NOON + minutes(9))
    )
    then = event_of_record(record(engine), until=NOON + minutes(6))
    assert then is not None
    assert (then.stage, then.closed_at) == (Stage.ASSIGNED, None)
    assert event_of_record(record(engine), until=NOON - minutes(1)) is None


def test_whoever_asks_for_what_came_after_a_revision_misses_nothing(engine: Engine) -> None:
    records, seen = EventRecords(engine), set[str]()
    at = 0
    for number in range(1, 6):
        note(engine, reported(number), entered(number, Stage.CLOSED, NOON + minutes(number)))
        pages = list(records.list_past_since(at, ("event_id",)))
        seen |= {row[0] for page in pages for row in page}
        at = records.revision()
        assert len(seen) == number
    assert list(records.list_past_since(at, ("event_id",))) == []


def test_two_who_write_about_one_event_lose_nothing(database_url: str) -> None:
    steps, writers = 12, 3
    engines = [open_engine(database_url) for _ in range(writers)]
    migrate(engines[0])
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for i in range(steps):
                at = NOON + minutes(i * writers + number)
                note(engines[number], entered(1, Stage.HANDLING, at), entered(2, Stage.HANDLING, at))
        except BaseException as error:
            failed.append(error)

    note(engines[0], reported(1), reported(2))
    threads = [Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for number in (1, 2):
        event = event_of_record(record(engines[0], number))
        assert event is not None
        assert len(event.steps) == steps * writers
    for engine in engines:
        engine.dispose()


def test_the_midnight_after_is_the_local_one() -> None:
    assert midnight_after(NOON, RULES.zone()) == datetime(2026, 11, 19, 16, tzinfo=UTC)


def test_a_text_with_a_null_character_is_kept_whole(engine: Engine) -> None:
    note(engine, reported(1, title="井\0盖"))
    event = event_of_record(record(engine))
    assert event is not None
    assert (record(engine).title, event.report.title) == ("井盖", "井\0盖")
