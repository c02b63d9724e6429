"""列文件: mapped columns answer as the read ones did, and files of another database or program are passed over."""

import json
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.services import past_events
from cockpit.services.column_files import ColumnFiles
from cockpit.services.past_events import PastEvents
from cockpit.situation.event_filter import EventFilter
from cockpit.store.event_records import EventRecords
from tests.services.test_past_events import House, _closed
from tests.stories import NOON, RULES, entered, minutes, reported

LATER = NOON + timedelta(days=9)
QUESTIONS = (EventFilter(), EventFilter(q="占道"), EventFilter(q="hotline_12345:3"), EventFilter(stage=Stage.EVALUATED))


class Counting(EventRecords):
    """Tells how many rows were read."""

    read_rows = 0

    def list_past_since(self, revision: int, columns: Sequence[str], **given: Any) -> Any:
        for rows in super().list_past_since(revision, columns, **given):
            self.read_rows += len(rows)
            yield rows


@pytest.fixture
def much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows are worth a file."""
    monkeypatch.setattr(past_events, "_MUCH", 3)


def opened(engine: Engine, directory: Path) -> tuple[PastEvents, Counting]:
    records = Counting(engine)
    return PastEvents(records, RULES, ColumnFiles(directory, records.ids_of)), records


def answers(past: PastEvents) -> list[tuple[int, list[str]]]:
    pages = [past.page(wanted, Scope(""), LATER, limit=100) for wanted in QUESTIONS]
    return [(page.total, [place.event_id for place, _ in page.shown]) for page in pages]


@pytest.mark.usefixtures("much")
def test_a_start_reads_only_what_came_after_its_files(tmp_path: Path) -> None:
    house = House()
    house.archive(*(fact for n in range(1, 9) for fact in _closed(n, 0)))
    house.archive(reported(20, title="Größe ÄÖ"), entered(20, Stage.CLOSED, NOON + minutes(1)))
    first, records = opened(house.engine, tmp_path)
    told = answers(first)
    first._keep()
    assert records.read_rows == 9
    assert [path.name[:8] for path in tmp_path.iterdir()] == ["columns-"]
    again, records = opened(house.engine, tmp_path)
    assert (answers(again), records.read_rows) == (told, 0)
    house.archive(entered(3, Stage.EVALUATED, NOON + minutes(9)), *_closed(30, 1))
    assert answers(again) == answers(opened(house.engine, tmp_path / "none")[0])
    assert records.read_rows == 2
    later, records = opened(house.engine, tmp_path)
    assert (answers(later), records.read_rows) == (answers(again), 2)


@pytest.mark.usefixtures("much")
@pytest.mark.parametrize("change", ["version", "sample", "revision", "array", "about"])
def test_files_that_do_not_fit_are_passed_over(tmp_path: Path, change: str) -> None:
    house = House()
    house.archive(*(fact for n in range(1, 9) for fact in _closed(n, 0)))
    first, _ = opened(house.engine, tmp_path)
    told = answers(first)
    first._keep()
    (kept,) = tmp_path.iterdir()
    about = json.loads((kept / "about.json").read_text())
    match change:
        case "version":
            about["version"] = 0
        case "sample":
            about["samples"][0][1] = "citizen:other"
        case "revision":
            about["revision"] = 1_000
        case "array":
            (kept / "column-closed.npy").write_bytes(b"no array")
    (kept / "about.json").write_text("{" if change == "about" else json.dumps(about))
    again, records = opened(house.engine, tmp_path)
    assert (answers(again), records.read_rows) == (told, 8)


@pytest.mark.usefixtures("much")
def test_a_directory_that_cannot_be_written_costs_nothing_but_the_file(tmp_path: Path) -> None:
    house = House()
    house.archive(*(fact for n in range(1, 9) for fact in _closed(n, 0)))
    (tmp_path / "cache").write_text("a file is in the way")
    past, _ = opened(house.engine, tmp_path / "cache")
    assert answers(past)[0][0] == 8
    past._keep()
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)
