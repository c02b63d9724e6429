"""对账: a figure that is kept and is not what it was made of is named, with both numbers."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from cockpit.data_dir import DataDir
from cockpit.doctor_figures import figure_findings
from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.stage import Stage
from cockpit.parts import Parts
from cockpit.services.column_files import ColumnFiles
from cockpit.services.raising_records import RaisingRecorder
from cockpit.services.record_columns import NEVER
from cockpit.settings import Settings
from cockpit.situation.checkpoint import VERSION, checkpoint_of
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.store.checkpoints import Checkpoint, Checkpoints
from cockpit.store.database import migrate
from cockpit.store.event_records import EventRecords
from cockpit.store.raisings import AlarmRaisings
from cockpit.store.schema.journal import alarm_raisings
from cockpit.stream.facts import MemoryFactLog
from tests.services.test_past_events import _closed
from tests.services.test_rebuild import archive
from tests.stories import NOON, alarm, alarm_acted, entered, minutes, reported


class Kept:
    """A data directory with six closed events in its column files and two open ones in its checkpoint."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700)
        self.settings = Settings(data_dir=directory)
        self.parts = Parts(self.settings)
        engine = self.parts.engine
        migrate(engine)
        facts = MemoryFactLog()
        facts.append([fact for number in range(6) for fact in _closed(number, 0)])
        facts.append([reported(n, reported_at=NOON + minutes(n)) for n in (20, 21)])
        facts.append([entered(20, Stage.ASSIGNED, NOON + minutes(30))])
        facts.append(
            [
                told
                for n in range(4)
                for told in (alarm(n), alarm_acted(n, AlarmActKind.ACKNOWLEDGED, NOON + minutes(n)))
            ]
        )
        raisings = RaisingRecorder(AlarmRaisings(engine), self.parts.rules.zone())
        self.tail = archive(engine, facts, beside=[raisings]).tail()
        self.cache = DataDir(directory).cache
        segments, revision = self.parts.past_events.told()
        ColumnFiles(self.cache, EventRecords(engine).ids_of).save(segments[0], revision)
        self.keep_fold(without="")

    def keep_fold(self, *, without: str) -> None:
        """A checkpoint of the journal's end that lacks a fact."""
        situation = Situation(rules=self.parts.rules)
        for entry in self.parts.history.read_all("0"):
            if entry.fact is not None and entry.fact.fact_id != without:
                evolve(situation, entry.fact, entry.position)
        body = zlib.compress(checkpoint_of(situation))
        at = datetime.now(UTC)
        Checkpoints(self.parts.engine).save(
            Checkpoint(
                position=self.tail, seq=situation.seq, received_at=at, kind="situation", version=VERSION, body=body
            )
        )

    def told(self) -> tuple[list[str], list[str]]:
        """What the doctor says is right, and what is wrong."""
        found = list(figure_findings(self.settings))
        return [told for verdict, told in found if verdict == "ok"], [t for v, t in found if v == "fail"]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    house = Kept(tmp_path / "data")
    yield house
    house.parts.close()


def test_figures_that_are_what_they_were_made_of_are_told_as_equal(kept: Kept) -> None:
    right, wrong = kept.told()
    assert not wrong
    assert "6 records" in right[0]
    assert "indicators" in right[0]
    assert "facts of the journal" in right[1]


def test_a_closing_that_the_files_lost_is_named_with_both_numbers(kept: Kept) -> None:
    (path,) = kept.cache.glob("columns-*/column-closed.npy")
    closed = np.load(path)
    closed[0] = NEVER
    np.save(path, closed)
    right, wrong = kept.told()
    assert "closed_today of 余杭区 330110 at" in "\n".join(wrong)
    assert any("is kept as 5 (5), not 6 (6)" in line for line in wrong)
    assert "delete" in wrong[-1]
    assert len(right) == 2  # fold and raisings are as they should be


def test_an_event_that_the_fold_lost_is_named_with_both_numbers(kept: Kept) -> None:
    kept.keep_fold(without=f"event:{reported(20).report.event_id}")
    right, wrong = kept.told()
    assert any("of 余杭区 330110 at" in line and "not" in line for line in wrong)
    assert "checkpoints" in wrong[-1]
    assert len(right) == 2


def test_a_raising_that_was_lost_or_told_otherwise_is_named(kept: Kept) -> None:
    right, _ = kept.told()
    assert right[2] == "the raisings of 4 alarms, 4 rows in all, are what 8 facts about alarms tell"
    with kept.parts.engine.begin() as connection:
        connection.execute(alarm_raisings.delete().where(alarm_raisings.c.alarm_id == "2"))
        its = alarm_raisings.c.alarm_id == "3"
        connection.execute(alarm_raisings.update().where(its).values(acted_ms=None))
    _, wrong = kept.told()
    assert wrong[0] == f"alarm 2 raised {NOON:%Y-%m-%d %H:%M}: 0 rows kept, 1 told"
    assert wrong[1] == f"alarm 3 raised {NOON:%Y-%m-%d %H:%M}: 1 rows kept, 1 told"
    assert "2 of 4 alarms" in wrong[2]
    assert "alarm_raisings" in wrong[2]


def test_raisings_that_are_not_there_yet_are_told_by_the_next_start(kept: Kept) -> None:
    with kept.parts.engine.begin() as connection:
        connection.execute(alarm_raisings.delete())
    found = list(figure_findings(kept.settings))
    assert [told for verdict, told in found if verdict == "warn"] == [
        "no raising is kept, though the journal has 8 facts about alarms: the next start of the archiver tells them"
    ]
    recorder = RaisingRecorder(AlarmRaisings(kept.parts.engine), kept.parts.rules.zone())
    recorder.backfill(kept.parts.journal, kept.parts.engine)
    assert not kept.told()[1]
    assert len(kept.told()[0]) == 3


def test_where_nothing_is_kept_yet_nothing_is_wrong(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    parts = Parts(settings)
    migrate(parts.engine)
    parts.close()
    assert {verdict for verdict, _ in figure_findings(settings)} == {"ok"}
