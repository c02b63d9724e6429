"""轨迹窗: ten minutes of everybody's fixes, sorted by who, so that one person's day is read in milliseconds.

A window is a file beside the archive of fixes, made from it: it may be lost and is made again. It holds what the
stream took in its ten minutes, whenever it was measured. Places are kept to a centimetre.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from cockpit.stream.fix_batch import FixBatch

WINDOW_MS = 10 * 60_000
_MAGIC = b"TW01"
_SUFFIX = ".fixes"
#: of a data directory's cache
FOLDER = "tracks"
_CENTIMETRE_DEG = 1e-7
#: columns of a packed subject: what a step stands for, and the number that means the device did not say
_TOLD: dict[str, tuple[np.dtype[Any], float, int]] = {
    "accuracy_m": (np.dtype("<u2"), 0.1, 65_535),
    "speed_mps": (np.dtype("<u2"), 0.01, 65_535),
    "battery": (np.dtype("<u1"), 1.0, 255),
}


class _Head(msgspec.Struct, frozen=True):
    """Of one window: who is in it, where each lies in the file (bytes behind the head), and what it was made from."""

    batches: int
    from_ms: int
    to_ms: int
    subjects: dict[str, tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Window:
    """One sealed window: the arrivals from `begin_ms` on, and the oldest and newest fix in it."""

    path: Path
    begin_ms: int
    batches: int
    from_ms: int
    to_ms: int


class TrackWindows:
    """The windows of one folder. Whoever writes (`Sealer`) and whoever reads may be different processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[float, Window]] = {}

    def listed(self) -> list[Window]:
        """All windows by time. A file that cannot be read is none: what it held is read from the archive."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")) if self._folder.is_dir() else []:
            try:
                changed = path.stat().st_mtime
                known = self._known.get(path)
                if known is None or known[0] != changed:
                    head = _head_of(path)[0]
                    known = changed, Window(path, int(path.stem), head.batches, head.from_ms, head.to_ms)
                    self._known[path] = known
            except (OSError, ValueError, msgspec.DecodeError):
                continue
            found.append(known[1])
        return found

    def rows_of(self, windows: Iterable[Window], subject_id: str) -> Iterator[tuple[dict[str, Any], str]]:
        """One subject's columns and kind, of each window that it is in."""
        for window in windows:
            try:
                head, begin = _head_of(window.path)
                if subject_id not in head.subjects:
                    continue
                offset, length, kind = head.subjects[subject_id]
                with window.path.open("rb") as file:
                    file.seek(begin + offset)
                    body = zlib.decompress(file.read(length))
            except FileNotFoundError:
                continue  # kept no longer, since a moment
            yield _unpacked(body), kind

    def keep(self, begin_ms: int, batches: list[FixBatch], *, made_from: int) -> None:
        """Write a window, all or nothing. `made_from`: batches of the archive, such as could not be read among them."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{begin_ms:014d}{_SUFFIX}"
        part = path.with_suffix(".part")
        part.write_bytes(_packed(batches, made_from))
        part.replace(path)

    def drop_before(self, to_ms: int) -> int:
        """Delete windows whose newest fix is older; how many."""
        old = [window for window in self.listed() if window.to_ms < to_ms]
        for window in old:
            window.path.unlink(missing_ok=True)
            self._known.pop(window.path, None)
        return len(old)


def _packed(batches: list[FixBatch], made_from: int) -> bytes:
    """A window's file: magic, length of the head, the head, then each subject's columns one after the other."""
    numbers: dict[str, int] = {}
    subject = np.concatenate(
        [np.array([numbers.setdefault(s, len(numbers)) for s in b.subjects], np.int64)[b.subject] for b in batches]
    )
    kinds = [kind for b in batches for kind in np.array(b.kinds, dtype=object)[b.kind].tolist()]
    names = ("at_ms", "lon", "lat", *_TOLD, "flags")
    columns: dict[str, Any] = {name: np.concatenate([getattr(b, name) for b in batches]) for name in names}
    order = np.argsort(subject, kind="stable")
    ends = np.searchsorted(subject[order], np.arange(len(numbers)), side="right").tolist()
    blobs: list[bytes] = []
    where: dict[str, tuple[int, int, str]] = {}
    begin = offset = 0
    for name, end in zip(numbers, ends, strict=True):
        rows = order[begin:end]
        blobs.append(zlib.compress(_columns({n: c[rows] for n, c in columns.items()}), 1))
        where[name] = offset, len(blobs[-1]), str(kinds[int(rows[-1])])
        begin, offset = end, offset + len(blobs[-1])
    at_ms = columns["at_ms"]
    head = msgspec.msgpack.encode(_Head(made_from, int(at_ms.min()), int(at_ms.max()), where))
    return b"".join((_MAGIC, len(head).to_bytes(4, "little"), head, *blobs))


def _columns(told: dict[str, Any]) -> bytes:
    """One subject's fixes as bytes: the first time, then differences, which are small numbers."""
    at_ms = told["at_ms"].astype("<i8")
    parts = [len(at_ms).to_bytes(4, "little"), np.diff(at_ms, prepend=0).astype("<i8").tobytes()]
    for name in ("lon", "lat"):
        steps = np.round(told[name] / _CENTIMETRE_DEG).astype("<i8")
        parts.append(np.diff(steps, prepend=0).astype("<i4").tobytes())
    for name, (dtype, step, silent) in _TOLD.items():
        values = np.clip(np.nan_to_num(told[name] / step, nan=silent, posinf=silent - 1), 0, silent)
        parts.append(np.round(values).astype(dtype).tobytes())
    parts.append(told["flags"].astype("<u1").tobytes())
    return b"".join(parts)


def _unpacked(body: bytes) -> dict[str, Any]:
    n, at = int.from_bytes(body[:4], "little"), 4
    columns: dict[str, Any] = {}

    def taken(dtype: np.dtype[Any]) -> Any:
        nonlocal at
        found = np.frombuffer(body, dtype=dtype, count=n, offset=at)
        at += n * dtype.itemsize
        return found

    columns["at_ms"] = np.cumsum(taken(np.dtype("<i8")))
    for name in ("lon", "lat"):
        columns[name] = np.cumsum(taken(np.dtype("<i4")).astype(np.int64)) * _CENTIMETRE_DEG
    for name, (packed, step, silent) in _TOLD.items():
        steps = taken(packed)
        columns[name] = np.where(steps == silent, np.nan, steps * step)
    columns["flags"] = taken(np.dtype("<u1"))
    return columns


def _head_of(path: Path) -> tuple[_Head, int]:
    """The head and where the subjects begin. ValueError for a file that is no window."""
    with path.open("rb") as file:
        start = file.read(8)
        length = int.from_bytes(start[4:8], "little")
        body = file.read(length)
    if start[:4] != _MAGIC or len(body) != length:
        raise ValueError(f"{path.name} is no window of fixes")
    return msgspec.msgpack.decode(body, type=_Head), 8 + length
