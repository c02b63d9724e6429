"""核查时刻: when each door was last checked at any instant, as it was known at another, from columns in memory.

The columns are read once, in the background, and then only what was written since: a visit of another process is in
the next answer. Times are milliseconds since 1970.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from cockpit.domain.instant import millis_of
from cockpit.domain.scope import number_of
from cockpit.services.houses.dwellings import Checked, Ints
from cockpit.store.database import UNAVAILABLE
from cockpit.store.household_checks import BookVersion, CheckRow, DoorRow

log = structlog.get_logger(__name__)

#: a door that was not in the book yet
NOT_THERE = -1
#: so many changed rows are read while somebody waits; more are read beside, and the answer lacks them until then
_AT_ONCE = 5_000
_LOOK_EVERY_S = 2.0


class ChecksTable(Protocol):
    """Where checks are kept (`store.household_checks`)."""

    def version(self) -> BookVersion: ...
    def count(self, after: int, until: int) -> int: ...
    def doors(self, after: int, until: int) -> Iterable[list[DoorRow]]: ...
    def checks(self, after: int, until: int) -> Iterable[list[CheckRow]]: ...


class Base(Protocol):
    """The doors themselves, and when each was checked at first, or by its beat."""

    @property
    def number(self) -> Ints: ...
    @property
    def id_of(self) -> Callable[[int], str]: ...
    def rows_of(self, household_ids: Sequence[str]) -> Ints: ...
    def base_ms(self, until: datetime) -> Ints: ...


@dataclass(frozen=True, slots=True, eq=False)
class ImportedDoors:
    """Doors of the table in the order of their ids; coming into the book is the first check of a door."""

    ids: NDArray[np.bytes_]
    number: Ints
    added_ms: Ints

    @classmethod
    def none(cls) -> "ImportedDoors":
        return cls(np.zeros(0, dtype="S1"), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))

    def id_of(self, row: int) -> str:
        return bytes(self.ids[row]).decode()

    def rows_of(self, household_ids: Sequence[str]) -> Ints:
        """The row of each id; -1 where there is none."""
        asked = _ids(household_ids)
        if not len(self.ids):
            return np.full(len(asked), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.ids, asked), len(self.ids) - 1)
        return np.where(self.ids[at] == asked, at, -1)

    def base_ms(self, until: datetime) -> Ints:
        return np.where(self.added_ms <= millis_of(until), self.added_ms, NOT_THERE)

    def with_rows(self, pieces: Iterable[list[DoorRow]]) -> "ImportedDoors":
        """The same with new or changed doors."""
        ids, numbers, added = [self.ids], [self.number], [self.added_ms]
        for piece in filter(None, pieces):
            ids.append(_ids([row.household_id for row in piece]))
            numbers.append(np.array([number_of(row.code) for row in piece], dtype=np.int64))
            added.append(np.array([row.added_ms for row in piece], dtype=np.int64))
        if len(ids) == 1:
            return self
        joined, number, added_ms = np.concatenate(ids), np.concatenate(numbers), np.concatenate(added)
        order = np.argsort(joined, kind="stable")
        # of equal ids the last counts: it is the newest
        last = np.append(joined[order][1:] != joined[order][:-1], True)
        kept = order[last]
        return ImportedDoors(joined[kept], number[kept], added_ms[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Checks:
    """Every check that was kept, of doors that are rows of a base."""

    row: Ints
    checked_ms: Ints
    known_ms: Ints

    @classmethod
    def of(cls, base: Base, rows: Sequence[CheckRow]) -> "Checks":
        """Those of doors that the base has."""
        row = base.rows_of([found.household_id for found in rows])
        checked, known = (np.array([found[i] for found in rows], dtype=np.int64) for i in (1, 2))
        there = row >= 0
        return cls(row[there], checked[there], known[there])

    def with_rows(self, more: "Checks") -> "Checks":
        pairs = ((self.row, more.row), (self.checked_ms, more.checked_ms), (self.known_ms, more.known_ms))
        return Checks(*(np.concatenate(pair) for pair in pairs))

    def onto(self, base_ms: Ints, until_ms: int, known_ms: int) -> Ints:
        """The last check of each door until an instant, as it was known at another; a door not there stays so."""
        seen = (self.checked_ms <= until_ms) & (self.known_ms <= known_ms)
        seen[seen] = base_ms[self.row[seen]] != NOT_THERE
        if seen.any():
            np.maximum.at(base_ms, self.row[seen], self.checked_ms[seen])
        return base_ms


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    version: BookVersion
    base: Base
    checks: Checks


class CheckedDoors:
    """Answers from the columns. Safe from any thread."""

    def __init__(self, table: ChecksTable, own: Callable[[], Base | None]) -> None:
        """`own`: the city's own doors while they are in use, then the table of doors counts for nothing."""
        self._table, self._own = table, own
        self._held: _Held | None = None
        self._lock = threading.Lock()
        self._followed = False

    def at(self, until: datetime, known_at: datetime) -> Checked:
        """Every door that was in the book at `until`, with its last check, as it was known at `known_at`."""
        held = self._now()
        until_ms, known_ms = millis_of(until), millis_of(known_at)
        at_ms = held.checks.onto(held.base.base_ms(until), until_ms, known_ms)
        begins = _begins_ms(held)
        begins_at = datetime.fromtimestamp(begins / 1000, UTC) if begins else None
        there = at_ms != NOT_THERE
        if there.all():
            return Checked(held.base.number, at_ms, held.base.id_of, begins_at)
        which = np.flatnonzero(there)
        return Checked(
            held.base.number[which], at_ms[which], lambda row: held.base.id_of(int(which[row])), begins_at
        )  # fmt: skip

    def follow(self, stop: threading.Event) -> None:
        """Read now, and what was written since every few seconds, until `stop`."""
        self._followed = True
        while not stop.is_set():
            try:
                self._refresh()
            except UNAVAILABLE as away:
                log.warning("cannot be read anew", what="checks of doors", error=str(away))
            stop.wait(_LOOK_EVERY_S)

    def _now(self) -> _Held:
        """What is held, with what was written since; a large import is left to who follows."""
        held, own = self._held, self._own()
        if held is None or _is_other(held, own):
            return self._refresh()
        version = self._table.version()
        if held.version == version:
            return held
        if self._followed and self._table.count(held.version.number, version.number) > _AT_ONCE:
            return held
        return self._refresh()

    def _refresh(self) -> _Held:
        with self._lock:
            own, version, held = self._own(), self._table.version(), self._held
            if held is not None and not _is_other(held, own):
                if held.version != version:
                    held = self._held = self._with_changes(held, version)
                return held
            base = own or ImportedDoors.none().with_rows(self._table.doors(-1, version.number))
            held = self._held = _Held(version, base, self._checks(base, -1, version.number))
            return held

    def _with_changes(self, held: _Held, version: BookVersion) -> _Held:
        after, until = held.version.number, version.number
        base, checks = held.base, held.checks
        if isinstance(base, ImportedDoors):
            old, base = base, base.with_rows(self._table.doors(after, until))
            if base is not old:
                # others came between them. A check that was kept before its door came tells nothing: that is later
                checks = Checks(np.searchsorted(base.ids, old.ids)[checks.row], checks.checked_ms, checks.known_ms)
        return _Held(version, base, checks.with_rows(self._checks(base, after, until)))

    def _checks(self, base: Base, after: int, until: int) -> Checks:
        found = Checks.of(base, ())
        for piece in self._table.checks(after, until):
            found = found.with_rows(Checks.of(base, piece))
        return found


def _is_other(held: _Held, own: Base | None) -> bool:
    """The city's own doors came into use, or went out of it."""
    return (own is None) != isinstance(held.base, ImportedDoors)


def _begins_ms(held: _Held) -> int:
    """Since when what the book says is kept; 0 for doors that are known at any instant."""
    if held.version.since_ms or not isinstance(held.base, ImportedDoors):
        return held.version.since_ms
    return int(held.base.added_ms.min(initial=np.iinfo(np.int64).max)) if len(held.base.ids) else 0


def _ids(texts: Sequence[str]) -> NDArray[np.bytes_]:
    encoded = [text.encode() for text in texts]
    return np.array(encoded, dtype=f"S{max(map(len, encoded), default=1) or 1}")
