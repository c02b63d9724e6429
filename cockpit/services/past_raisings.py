"""往日报警列: every raising that was ever known as numpy columns, which follow the table by its revisions.

Half a million take some 60 MB. A question looks through all of them once and then only at those of its period.
"""

import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.alarm import Alarm
from cockpit.domain.instant import millis_of
from cockpit.services.raising_records import alarm_of
from cockpit.store.raisings import READ, AlarmRaisings

#: later than every time: what has not happened
_NEVER = np.iinfo(np.int64).max
_NUMBERS = tuple(name for name in READ if name != "alarm_id")
_AT_LEAST = 1_024


class PastRaisings:
    """Safe from any thread."""

    def __init__(self, table: AlarmRaisings) -> None:
        self._table, self._lock, self._revision, self._n = table, threading.Lock(), 0, 0
        self._ids: list[str] = []
        self._columns = {name: np.zeros(0, dtype=np.int64) for name in _NUMBERS}

    def warm(self) -> None:
        """Read what there is before anybody asks."""
        with self._lock:
            self._follow()

    def known(self, since: datetime, before: datetime, at: datetime) -> "Found":
        """As it was known at `at`: what was raised before `before`, since `since` or not over by then."""
        at_ms, since_ms, before_ms = millis_of(at), millis_of(since), millis_of(before)
        with self._lock:
            self._follow()
            c = {name: column[: self._n] for name, column in self._columns.items()}
            which = (c["raised_ms"] < before_ms) & (c["known_from_ms"] <= at_ms) & (c["known_until_ms"] > at_ms)
            ended = np.minimum(c["closed_ms"], _by(c["cleared_ms"], c["cleared_heard_ms"], at_ms))
            rows = np.flatnonzero(which & ((c["raised_ms"] >= since_ms) | (ended >= since_ms) | (ended > at_ms)))
            picked = {name: column[rows] for name, column in c.items()}
            ids = [self._ids[row] for row in rows.tolist()] if len(rows) <= _AT_LEAST else None
        return Found(picked, _Ids(self._ids, rows, ids), at, self._table)

    def _follow(self) -> None:
        revision = self._table.revision()
        if revision == self._revision:
            return
        if self._n and self._table.oldest_revision() > self._revision:  # all were told anew
            self._ids, self._n = [], 0
        for rows in self._table.list_since(self._revision, until=revision):
            self._take(rows)
        self._revision = revision

    def _take(self, rows: Sequence[Any]) -> None:
        told = dict(zip(READ, zip(*rows, strict=True), strict=True))
        read = {name: _numbers(told[name]) for name in _NUMBERS}
        kept = self._columns["record_id"][: self._n]
        at = np.searchsorted(kept, read["record_id"])
        is_kept = at < len(kept)
        is_kept[is_kept] = kept[at[is_kept]] == read["record_id"][is_kept]
        more = np.flatnonzero(~is_kept)
        self._grow(self._n + len(more))
        for name, column in self._columns.items():
            column[at[is_kept]] = read[name][is_kept]
            column[self._n : self._n + len(more)] = read[name][more]
        self._ids += [sys.intern(told["alarm_id"][row]) for row in more.tolist()]
        self._n += len(more)

    def _grow(self, least: int) -> None:
        room = len(self._columns["record_id"])
        if room >= least:
            return
        size = max(least + least // 2, _AT_LEAST)
        for name, column in self._columns.items():
            grown = np.zeros(size, dtype=np.int64)
            grown[: self._n] = column[: self._n]
            self._columns[name] = grown


class _Ids:
    """Ids of alarms by row, looked up when somebody asks."""

    def __init__(self, ids: list[str], rows: NDArray[np.int64], known: list[str] | None) -> None:
        self._ids, self._rows, self._known = ids, rows, known

    def __getitem__(self, row: int) -> str:
        # a list of ids only grows
        return self._known[row] if self._known is not None else self._ids[int(self._rows[row])]


class Found:
    """Some raisings as they were known at an instant; times that had not come by then are `NEVER`."""

    NEVER = _NEVER

    def __init__(self, columns: dict[str, NDArray[np.int64]], ids: _Ids, at: datetime, table: AlarmRaisings) -> None:
        self._at, self._table = at, table
        at_ms = millis_of(at)
        self.ids = ids
        self.columns = columns
        for name in ("acted_ms", "false_ms", "promoted_ms", "closed_ms"):
            columns[name] = _by(columns[name], columns[name], at_ms)
        columns["cleared_ms"] = _by(columns["cleared_ms"], columns["cleared_heard_ms"], at_ms)

    def __len__(self) -> int:
        return len(self.columns["record_id"])

    def alarms(self, rows: Sequence[int]) -> dict[int, Alarm]:
        """What stands behind some rows, with what was told and done by the instant."""
        numbers = {int(self.columns["record_id"][row]): row for row in rows}
        bodies = self._table.bodies(list(numbers))
        return {numbers[number]: alarm_of(body).known_by(self._at) for number, body in bodies.items()}


def _by(times: NDArray[np.int64], known: NDArray[np.int64], at_ms: int) -> NDArray[np.int64]:
    """Times that were known by then."""
    return np.where(known <= at_ms, times, _NEVER)


def _numbers(values: Sequence[int | None]) -> NDArray[np.int64]:
    return np.array([_NEVER if value is None else value for value in values], dtype=np.int64)
