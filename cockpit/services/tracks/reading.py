"""取轨迹: the fixes of one subject, out of batches that hold everybody's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import structlog

from cockpit.domain.plausibility import FUTURE, NO_PLACE, NULL_ISLAND, OUTSIDE
from cockpit.domain.track import Heard
from cockpit.services.tracks.windows import WINDOW_MS, TrackWindows, Window
from cockpit.store.fixes import StoredBatch
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import FLAG_BITS, FixBatch, unpack

log = structlog.get_logger(__name__)

#: what was no place when it came; the first that holds is told
_WRONG = (NO_PLACE, NULL_ISLAND, FUTURE, OUTSIDE)
#: of the column `flags`
WRONG_BITS = sum(FLAG_BITS[name] for name in _WRONG)
#: fits into the eight bytes of every database
_FOR_EVER_MS = 2**62
_NUMBERS = ("at_ms", "lon", "lat", "accuracy_m", "speed_mps", "battery", "flags")


class BatchesBetween(Protocol):
    """`store.fixes.FixArchive`."""

    def list_between(
        self, from_ms: int, to_ms: int, arrived: tuple[int, int] | None = None
    ) -> Iterator[StoredBatch]: ...


@dataclass(frozen=True, slots=True)
class HeardOf:
    """What was heard of one subject, and its kind as its newest batch told it; empty when nothing was."""

    heard: Heard
    kind: str


def heard_of(
    archive: BatchesBetween, subject_id: str, from_ms: int, to_ms: int, windows: TrackWindows | None = None, *,
    arrived_before_ms: int = _FOR_EVER_MS,
) -> HeardOf:  # fmt: skip
    """Everything that was heard of a subject between two times, both included, as far as it had arrived by then.

    From the windows where there are some, and from the archive for what arrived outside of them.
    """
    sealed = windows.listed() if windows is not None else []
    sealed = [window for window in sealed if window.begin_ms + WINDOW_MS <= arrived_before_ms]
    wanted = [w for w in sealed if w.from_ms <= to_ms and w.to_ms >= from_ms]
    found = list(windows.rows_of(wanted, subject_id)) if windows is not None else []
    name = subject_id.encode()
    for arrived in _outside(sealed, arrived_before_ms):
        batches = archive.list_between(from_ms, to_ms, arrived)
        rows = (_rows_of(batch, subject_id) for batch in batches if name in batch.body[: _reach(batch)])
        found += [row for row in rows if row is not None]
    return joined(found, from_ms, to_ms)


def _outside(sealed: Sequence[Window], until_ms: int) -> Iterator[tuple[int, int]]:
    """The stretches of arrival before `until_ms` that no window covers."""
    begin = 0
    for window in sealed:
        if window.begin_ms > begin:
            yield begin, window.begin_ms - 1
        begin = window.begin_ms + WINDOW_MS
    if begin < until_ms:
        yield begin, until_ms - 1


def _reach(batch: StoredBatch) -> int:
    """How far into a packed batch its table of names reaches; a batch without the name is not unpacked at all."""
    return 8 + int.from_bytes(batch.body[4:8], "little")


def _rows_of(stored: StoredBatch, subject_id: str) -> tuple[dict[str, Any], str] | None:
    try:
        batch = unpack(stored.body)
    except UnreadableEntryError as error:
        log.error("archived batch of fixes cannot be read", position=stored.position, reason=str(error))
        return None
    return rows_of(batch, subject_id)


def rows_of(batch: FixBatch, subject_id: str) -> tuple[dict[str, Any], str] | None:
    """The columns of one subject in a batch and its kind; None if it is not in it."""
    if subject_id not in batch.subjects:
        return None
    rows = np.flatnonzero(batch.subject == batch.subjects.index(subject_id))
    if not len(rows):
        return None
    return {name: getattr(batch, name)[rows] for name in _NUMBERS}, batch.kinds[int(batch.kind[rows[-1]])]


def joined(found: Iterable[tuple[dict[str, Any], str]], from_ms: int, to_ms: int) -> HeardOf:
    """One set of columns of many, only what lies between the times."""
    parts = list(found)
    kind = parts[-1][1] if parts else ""
    columns: dict[str, Any] = {
        name: np.concatenate([part[name] for part, _ in parts] or [np.zeros(0)]) for name in _NUMBERS
    }
    between = (columns["at_ms"] >= from_ms) & (columns["at_ms"] <= to_ms)
    columns = {name: column[between] for name, column in columns.items()}
    flags = columns.pop("flags").astype(np.uint8)
    wrong = np.full(len(flags), "", dtype="U16")
    for name in reversed(_WRONG):
        wrong[(flags & FLAG_BITS[name]) != 0] = name
    numbers = {name: column.astype(np.int64 if name == "at_ms" else np.float64) for name, column in columns.items()}
    return HeardOf(Heard(**numbers, wrong=wrong), kind)
