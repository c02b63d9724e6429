"""定位批: many fixes as columns, and their packed form. Packing copies arrays, it never visits a fix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from cockpit.domain.fix import Fix
from cockpit.domain.plausibility import FUTURE, JUMP, LATE, NO_PLACE, NULL_ISLAND, OUTSIDE, UNDRAWABLE
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.lane import millis_of

#: bit of each flag in the column `flags`; bits are never reused, archived batches hold them
FLAG_BITS = {NO_PLACE: 1, NULL_ISLAND: 2, OUTSIDE: 4, FUTURE: 8, JUMP: 16, LATE: 32}

#: the columns in their packed order: wide ones first, so that each lies aligned
COLUMNS: dict[str, np.dtype[Any]] = {
    "lon": np.dtype("<f8"),
    "lat": np.dtype("<f8"),
    "at_ms": np.dtype("<i8"),
    "received_ms": np.dtype("<i8"),
    "subject": np.dtype("<u4"),
    "accuracy_m": np.dtype("<f4"),
    "speed_mps": np.dtype("<f4"),
    "heading_deg": np.dtype("<f4"),
    "battery": np.dtype("<f4"),
    "kind": np.dtype("<u2"),
    "flags": np.dtype("<u1"),
}
_UNDRAWABLE_BITS = sum(FLAG_BITS[name] for name in UNDRAWABLE)
_ROW_BYTES = sum(dtype.itemsize for dtype in COLUMNS.values())
_MAGIC = b"FX1\0"


@dataclass(frozen=True, slots=True, eq=False)
class FixBatch:
    """Fixes as columns of one length. `subject` and `kind` are places in `subjects` and `kinds`.

    Degrees WGS-84, milliseconds since 1970 UTC (`at_ms` as the device says, `received_ms` by our clock),
    NaN where the device did not say, `flags` by `FLAG_BITS`. `extra` has the unknown fields of the few rows that
    came with any, by row: nearly every batch has none, and then they cost nothing.
    """

    subjects: tuple[str, ...]
    kinds: tuple[str, ...]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    at_ms: npt.NDArray[np.int64]
    received_ms: npt.NDArray[np.int64]
    subject: npt.NDArray[np.uint32]
    accuracy_m: npt.NDArray[np.float32]
    speed_mps: npt.NDArray[np.float32]
    heading_deg: npt.NDArray[np.float32]
    battery: npt.NDArray[np.float32]
    kind: npt.NDArray[np.uint16]
    flags: npt.NDArray[np.uint8]
    extra: Mapping[int, Mapping[str, object]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lon)

    def __eq__(self, other: object) -> bool:
        """Equal to the last bit; NaN equals NaN."""
        return isinstance(other, FixBatch) and pack(self) == pack(other)

    def __hash__(self) -> int:
        return hash(pack(self))

    @classmethod
    def of(cls, fixes: Sequence[Fix], received_ms: int, flags: Sequence[Iterable[str]] = ()) -> "FixBatch":
        """The batch of fixes that arrived together; `flags` are names of `plausibility`, one set for each fix."""
        bits = [sum(FLAG_BITS.get(name, 0) for name in set(names)) for names in flags] or [0] * len(fixes)
        rows = (
            (
                *(f.subject_id, f.kind, f.lon, f.lat, millis_of(f.at), received_ms),
                *(f.accuracy_m, f.speed_mps, f.heading_deg, f.battery, b),
            )
            for f, b in zip(fixes, bits, strict=True)
        )
        return replace(cls.from_rows(rows), extra={row: f.extra for row, f in enumerate(fixes) if f.extra})

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[Any, ...]]) -> "FixBatch":
        """The batch of rows (subject_id, kind, lon, lat, at_ms, received_ms, accuracy, speed, heading, battery, flags).

        None where the device did not say. The store's rows have the same order.
        """
        lists = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(11)]
        subjects, kinds = dict.fromkeys(lists[0]), dict.fromkeys(lists[1])
        subject_of = {name: i for i, name in enumerate(subjects)}
        kind_of = {name: i for i, name in enumerate(kinds)}
        names = ("lon", "lat", "at_ms", "received_ms", "accuracy_m", "speed_mps", "heading_deg", "battery", "flags")
        columns: dict[str, Any] = {
            name: np.array(values, dtype=COLUMNS[name]) for name, values in zip(names, lists[2:], strict=True)
        }
        columns["subject"] = np.array([subject_of[name] for name in lists[0]], dtype=COLUMNS["subject"])
        columns["kind"] = np.array([kind_of[name] for name in lists[1]], dtype=COLUMNS["kind"])
        return cls(tuple(subjects), tuple(kinds), **columns)


def joined(batches: Sequence[FixBatch]) -> tuple[FixBatch, npt.NDArray[np.int64]]:
    """All fixes of batches, one behind the other, and which batch each came with; without what was said besides."""
    subjects, kinds = dict[str, int](), dict[str, int]()
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(b, name) for b in batches] or [[]]).astype(dtype, copy=False)
        for name, dtype in COLUMNS.items()
    }
    for name, numbers, tables in (
        ("subject", subjects, [b.subjects for b in batches]), ("kind", kinds, [b.kinds for b in batches])
    ):  # fmt: skip
        parts = [_renumbered(numbers, told)[getattr(b, name)] for told, b in zip(tables, batches, strict=True)]
        columns[name] = np.concatenate(parts or [np.zeros(0)]).astype(COLUMNS[name])
    number = np.repeat(np.arange(len(batches)), [len(b) for b in batches])
    return FixBatch(tuple(subjects), tuple(kinds), **columns), number


def newest(batches: Sequence[FixBatch]) -> FixBatch:
    """The newest drawable fix of each subject, of two of one time the later one; without what was said besides.

    What is not drawable is passed over: a fix from the year 2100 would stay the newest for ever. The newest of what is
    newest in parts is the newest of all, as long as the parts keep their order.
    """
    every, _ = joined(batches)
    drawable = np.flatnonzero((every.flags & _UNDRAWABLE_BITS) == 0)
    in_time = drawable[np.argsort(every.at_ms[drawable], kind="stable")]
    # written one after the other, the newest of each subject stays
    row_of = np.full(len(every.subjects), -1)
    row_of[every.subject[in_time]] = in_time
    heard = np.flatnonzero(row_of >= 0)
    columns: dict[str, Any] = {name: getattr(every, name)[row_of[heard]] for name in COLUMNS}
    columns["subject"] = np.arange(len(heard), dtype=COLUMNS["subject"])
    return FixBatch(tuple(every.subjects[i] for i in heard.tolist()), every.kinds, **columns)


def _renumbered(numbers: dict[str, int], names: Sequence[str]) -> npt.NDArray[np.int64]:
    """The number of each name among all, new ones behind the known ones."""
    return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int64, len(names))


def pack(batch: FixBatch) -> bytes:
    """`batch` as bytes: a header (number of rows, tables of names, extra if any), then one column after the other."""
    named = (len(batch), batch.subjects, batch.kinds)
    # as JSON, whose last byte is never taken for the padding
    header = msgspec.msgpack.encode((*named, msgspec.json.encode(batch.extra)) if batch.extra else named)
    header += b"\xc0" * (-(len(_MAGIC) + 4 + len(header)) % 8)
    columns = [np.ascontiguousarray(getattr(batch, name), dtype=dtype).tobytes() for name, dtype in COLUMNS.items()]
    if {len(column) // dtype.itemsize for column, dtype in zip(columns, COLUMNS.values(), strict=True)} != {len(batch)}:
        raise ValueError("the columns of a batch must have one length")
    return b"".join((_MAGIC, len(header).to_bytes(4, "little"), header, *columns))


def unpack(body: bytes) -> FixBatch:
    """The batch of `pack`; its arrays are read-only views of `body`. `UnreadableEntryError` for anything else."""
    start = 8 + int.from_bytes(body[4:8], "little")
    if body[:4] != _MAGIC or len(body) < start:
        raise UnreadableEntryError("not a batch of fixes")
    try:
        n, subjects, kinds, told = _HEADER.decode(body[8:start].rstrip(b"\xc0"))
        extra = _EXTRA.decode(told) if told else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableEntryError(f"header of a batch of fixes: {error}") from error
    if len(body) != start + n * _ROW_BYTES:
        raise UnreadableEntryError(
            f"a batch of {n} fixes has {n * _ROW_BYTES} bytes of columns, not {len(body) - start}"
        )
    columns: dict[str, Any] = {}
    for name, dtype in COLUMNS.items():
        columns[name] = np.frombuffer(body, dtype=dtype, count=n, offset=start)
        start += n * dtype.itemsize
    if n and (columns["subject"].max() >= len(subjects) or columns["kind"].max() >= len(kinds)):
        raise UnreadableEntryError("a batch of fixes names subjects or kinds that it does not list")
    if extra and not (min(extra) >= 0 and max(extra) < n):
        raise UnreadableEntryError("a batch of fixes has extra for rows that it does not have")
    return FixBatch(subjects, kinds, **columns, extra=extra)


class _Header(NamedTuple):
    n: int
    subjects: tuple[str, ...]
    kinds: tuple[str, ...]
    #: JSON {row: extra}; absent in a batch without any, as in all that were packed before there was extra
    extra: bytes = b""


_HEADER = msgspec.msgpack.Decoder(_Header)
_EXTRA = msgspec.json.Decoder(dict[int, dict[str, object]])

#: a batch without fixes
EMPTY = FixBatch.from_rows(())
