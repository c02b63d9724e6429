"""报警对账: what is kept of raisings is what the journal tells, from whatever place it is read; a lost row is named."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select

from cockpit.domain.facts import Fact
from cockpit.services.raising_records import RaisingRecorder
from cockpit.services.reconciling_raisings import RaisingsCompared, compare_raisings
from cockpit.store.journal import Journal, JournalEntry
from cockpit.store.raisings import AlarmRaisings
from cockpit.store.schema import metadata
from cockpit.store.schema.journal import alarm_raisings
from tests.laws.test_raisings import ZONE, told

_WHOLE = 10_000


@contextmanager
def archived(facts: Sequence[Fact], size: int) -> Iterator[Engine]:
    """Journal and raisings as the archiver writes them in batches of that size."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    recorder, journal = RaisingRecorder(AlarmRaisings(engine), ZONE), Journal(engine)
    for start in range(0, len(facts), size):
        some = facts[start : start + size]
        entries = [
            JournalEntry(
                position=f"{start + n + 1}-0", fact_id=fact.fact_id, type=type(fact).__name__, at=fact.at,
                received_at=fact.received_at, code="", body=msgspec.json.encode(fact).decode(),
            )
            for n, fact in enumerate(some)
        ]  # fmt: skip
        journal.record(entries, beside=lambda connection, some=some: recorder.note(connection, some))  # type: ignore[misc]  # mypy infers no type of a bound default
    yield engine
    engine.dispose()


def compared(engine: Engine, most: int) -> RaisingsCompared:
    table = AlarmRaisings(engine)
    return compare_raisings(table, RaisingRecorder(table, ZONE), Journal(engine), most=most)


@settings(deadline=None, max_examples=60)
@given(told(), st.integers(1, 6), st.integers(0, 30))
def test_what_the_archiver_keeps_is_what_the_journal_tells_from_any_place_on(
    facts: list[Fact], size: int, most: int
) -> None:
    with archived(facts, size) as engine:
        assert not compared(engine, most).differences
        assert not compared(engine, _WHOLE).differences


@settings(deadline=None, max_examples=60)
@given(told(), st.data())
def test_a_row_that_is_lost_or_another_time_in_it_is_named(facts: list[Fact], data: st.DataObject) -> None:
    with archived(facts, 3) as engine:
        table = alarm_raisings
        with engine.begin() as connection:
            rows = connection.execute(select(table).where(table.c.raised_ms.is_not(None))).all()
            assume(rows)
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            its = table.c.record_id == row.record_id
            name = data.draw(st.sampled_from(("", "raised_ms", "acted_ms", "closed_ms", "cleared_ms", "known_from_ms")))
            if name:
                value = (getattr(row, name) or 0) + data.draw(st.integers(1, 10**9))
                connection.execute(table.update().where(its).values({name: value}))
            else:
                connection.execute(table.delete().where(its))
        found = compared(engine, _WHOLE)
        assert row.alarm_id in {wrong.alarm_id for wrong in found.differences}
