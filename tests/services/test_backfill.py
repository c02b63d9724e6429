"""补录: a journal from before there were records gives the records that its facts would have given then."""

from sqlalchemy import Engine, delete

from cockpit.domain.facts import Fact
from cockpit.domain.stage import Stage
from cockpit.services.backfill import backfill
from cockpit.store.event_records import EventRecords
from cockpit.store.journal import Journal
from cockpit.store.schema.events import event_records
from cockpit.stream.facts import MemoryFactLog
from tests.services.test_archiver import archiver_of
from tests.stories import NOON, alarm, entered, minutes, recorder_of, reported


def archive(engine: Engine, *facts: Fact) -> None:
    log = MemoryFactLog()
    log.append(list(facts))
    archiver_of(engine, log).step(block_ms=0)


def test_events_of_an_older_journal_get_their_records_once(engine: Engine) -> None:
    archive(engine, reported(1), alarm(1), entered(1, Stage.CLOSED, NOON + minutes(5)), reported(2))
    records, journal = EventRecords(engine), Journal(engine)
    before = records.find_many(["hotline_12345:1", "hotline_12345:2"])
    assert backfill(journal, recorder_of(engine), engine) == 0
    with engine.begin() as connection:
        connection.execute(delete(event_records))
    assert backfill(journal, recorder_of(engine), engine) == 4
    after = records.find_many(["hotline_12345:1", "hotline_12345:2"])
    assert {i: r._replace(record_id=0, revision=0) for i, r in after.items()} == {
        i: r._replace(record_id=0, revision=0) for i, r in before.items()
    }
    assert backfill(journal, recorder_of(engine), engine) == 0


def test_a_journal_without_events_needs_no_records(engine: Engine) -> None:
    archive(engine, alarm(1))
    assert backfill(Journal(engine), recorder_of(engine), engine) == 0
    assert EventRecords(engine).count() == 0
