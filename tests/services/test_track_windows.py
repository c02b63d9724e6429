"""轨迹窗: what is read through the windows is what the archive holds, however and whenever it arrived."""

import threading
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cockpit.domain.fix import Fix
from cockpit.domain.plausibility import NULL_ISLAND
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.sealing import Sealer
from cockpit.services.tracks.windows import WINDOW_MS, TrackWindows
from cockpit.store.fixes import FixArchive, StoredBatch
from cockpit.stream.fix_batch import FixBatch, pack
from cockpit.stream.lane import millis_of
from tests.stories import NOON, minutes

KEPT = timedelta(days=7)


@pytest.fixture
def archive(engine: Engine) -> FixArchive:
    return FixArchive(engine)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "windows"


def keep(archive: FixArchive, arrived_ms: int, *fixes: tuple[str, int, float]) -> None:
    """One batch of (who, when in ms, degrees east)."""
    told = [
        Fix(
            subject_id=who, kind="gridworker", lon=119.9 + east, lat=30.3, at=NOON + timedelta(milliseconds=ms),
            battery=None if ms % 3 else 50.0, accuracy_m=4.5,
        )
        for who, ms, east in fixes
    ]  # fmt: skip
    batch = FixBatch.of(told, arrived_ms, [[NULL_ISLAND] if ms % 7 == 0 else [] for _, ms, _ in fixes])
    at = batch.at_ms
    archive.record([StoredBatch(f"{arrived_ms}-0", int(at.min()), int(at.max()), len(told), pack(batch))], [])


def rows(archive: FixArchive, windows: TrackWindows | None, who: str, from_ms: int, to_ms: int) -> list[tuple]:
    start = millis_of(NOON)
    heard = heard_of(archive, who, start + from_ms, start + to_ms, windows).heard
    columns = (heard.at_ms, heard.lon.round(6), heard.lat.round(6), heard.accuracy_m.round(3), heard.battery)
    told = [tuple(np.nan_to_num(np.array(row, dtype=float), nan=-1.0).tolist()) for row in zip(*columns, strict=True)]
    return sorted((*row, wrong) for row, wrong in zip(told, heard.wrong.tolist(), strict=True))


arrivals = st.lists(
    st.tuples(st.integers(0, 70), st.integers(0, 70), st.sampled_from("ab"), st.integers(0, 999)), max_size=25
)


@given(arrivals, st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_windows_tell_what_the_archive_tells(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, told, first, length
) -> None:
    archive, windows = FixArchive(engine), TrackWindows(tmp_path_factory.mktemp("windows"))
    archive.delete_before(2**60)
    for n, (arrived, at, who, east) in enumerate(told):
        keep(archive, millis_of(NOON + minutes(arrived)) + n, (who, at * 60_000, east / 1_000), ("c", at * 60_000, 0.0))
    Sealer(archive, windows, kept=KEPT, clock=lambda: NOON + minutes(70)).once()
    between = first * 60_000, (first + length) * 60_000
    for who in "abc":
        assert rows(archive, windows, who, *between) == rows(archive, None, who, *between)


def test_what_was_brought_late_is_sealed_anew(archive: FixArchive, folder: Path) -> None:
    windows, start = TrackWindows(folder), millis_of(NOON) // WINDOW_MS * WINDOW_MS
    sealer = Sealer(archive, windows, kept=KEPT, clock=lambda: NOON)
    keep(archive, start, ("a", 1, 0.0))
    keep(archive, start + 5 * WINDOW_MS, ("b", 1, 0.0))
    assert sealer.once() == 1
    assert sealer.once() == 0
    keep(archive, start + 1, ("a", 2, 0.0))
    assert sealer.once(threading.Event()) == 1
    assert len(rows(archive, windows, "a", 0, 10)) == 2


def test_a_window_is_dropped_with_the_fixes_that_it_holds(archive: FixArchive, folder: Path) -> None:
    windows, start = TrackWindows(folder), millis_of(NOON)
    keep(archive, start, ("a", 1, 0.0))
    keep(archive, start + 5 * WINDOW_MS, ("b", 1, 0.0))
    Sealer(archive, windows, kept=KEPT, clock=lambda: NOON).once()
    assert len(list(folder.iterdir())) == 1
    archive.delete_before(millis_of(NOON) + 60_000)
    Sealer(archive, windows, kept=KEPT, clock=lambda: NOON + KEPT + minutes(1)).once()
    assert list(folder.iterdir()) == []


def test_a_spoilt_window_costs_nothing_but_time(archive: FixArchive, folder: Path) -> None:
    windows, start = TrackWindows(folder), millis_of(NOON)
    keep(archive, start, ("a", 1, 0.0))
    keep(archive, start + 5 * WINDOW_MS, ("b", 1, 0.0))
    Sealer(archive, windows, kept=KEPT, clock=lambda: NOON).once()
    for file in folder.iterdir():
        file.write_bytes(b"spoilt")
    assert len(rows(archive, TrackWindows(folder), "a", 0, 10)) == 1
