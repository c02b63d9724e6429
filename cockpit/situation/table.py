"""列: the events of a situation as numpy columns, so that every figure of the day is a mask and a sum.

One row per event. Times are seconds since 1970 as float64, NaN where there is none; a place in the
divisions is a 15-digit integer (`scope.number_of`), so that a scope is a range.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.category import category_number
from cockpit.domain.event import Event
from cockpit.domain.level import Level
from cockpit.domain.overtime import Clocked
from cockpit.domain.plausibility import UNDRAWABLE
from cockpit.domain.scope import Scope, number_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Phase, phase_of

SOURCES = tuple(Source)
LEVELS = tuple(Level)
PHASES = tuple(Phase)

OPEN, PAUSED, FINISHED, DISMISSED, FREE = range(5)

ROW = np.dtype(
    [
        ("code", "i8"), ("reported", "f8"), ("accepted", "f8"), ("assigned", "f8"), ("handled", "f8"),
        ("closed", "f8"), ("deadline", "f8"), ("at_risk", "f8"), ("overtime", "f8"),
        ("state", "i1"), ("phase", "i1"), ("level", "i1"), ("source", "i1"), ("drawable", "?"),
        ("timed", "?"), ("lon", "f4"), ("lat", "f4"), ("category", "i4"), ("ended", "f8"),
    ]
)  # fmt: skip

Mask = NDArray[np.bool_]
Column = NDArray[np.float64]


def seconds(at: datetime | None) -> float:
    """Seconds since 1970, NaN for None."""
    return float("nan") if at is None else at.timestamp()


class EventTable:
    """The columns, with rows that are given back and used again."""

    def __init__(self) -> None:
        self._rows: NDArray[Any] = np.zeros(1024, dtype=ROW)
        self._rows["state"] = FREE
        self._ids: list[str] = []
        self._row_of: dict[str, int] = {}
        self._free: list[int] = []
        self._changes = 0

    def __len__(self) -> int:
        return len(self._row_of)

    @property
    def rows(self) -> NDArray[Any]:
        """All rows in use or given back (state FREE); a view, valid until the next `put`."""
        return self._rows[: len(self._ids)]

    @property
    def changes(self) -> int:
        """Grows with every change, so that what was told from the columns can be told again."""
        return self._changes

    def put(self, event: Event, clocked: Clocked, *, city_code: str) -> None:
        self._changes += 1
        row = self._row_of.get(event.event_id)
        if row is None:
            row = self._take(event.event_id)
        turning = clocked.turning
        report, phase = event.report, phase_of(event.stage)
        if event.is_dismissed:
            state = DISMISSED
        elif event.is_finished:
            state = FINISHED
        else:
            state = PAUSED if event.paused_since else OPEN
        self._rows[row] = (
            number_of(report.place.code or city_code),
            seconds(report.reported_at), seconds(event.accepted_at), seconds(event.assigned_at),
            seconds(event.handled_at), seconds(event.closed_at), seconds(clocked.judged.overtime_at),
            seconds(turning.at_risk_at), seconds(turning.overtime_at),
            state, PHASES.index(phase) if phase else -1, LEVELS.index(event.level), SOURCES.index(report.source),
            report.place.lon is not None and not UNDRAWABLE.intersection(report.place.flags), event.is_timed,
            report.place.lon, report.place.lat, category_number(report.category), seconds(event.ended_at),
        )  # fmt: skip

    def take(self, event_ids: Sequence[str], rows: NDArray[Any]) -> None:
        """Take over rows of events that have none yet, in this order."""
        self._changes += 1
        at = [self._take(event_id) for event_id in event_ids]
        self._rows[np.array(at, dtype=np.int64)] = rows

    def copied(self) -> tuple[NDArray[Any], dict[str, int]]:
        """All rows and in which each event stands, for reading while this one goes on."""
        return self.rows.copy(), dict(self._row_of)

    def count_anew(self, event_ids: Sequence[str], deadline: Column, at_risk: Column, overtime: Column) -> list[str]:
        """Take these instants for these events; the ids of those for whom that changed anything."""
        self._changes += 1
        picked = np.fromiter((self._row_of[event_id] for event_id in event_ids), np.int64, len(event_ids))
        changed = np.zeros(len(picked), dtype=bool)
        for name, column in (("deadline", deadline), ("at_risk", at_risk), ("overtime", overtime)):
            known = self._rows[name][picked]
            changed |= (known != column) & ~(np.isnan(known) & np.isnan(column))
            self._rows[name][picked] = column
        return [event_ids[i] for i in np.flatnonzero(changed).tolist()]

    def drop(self, event_id: str) -> None:
        self._changes += 1
        row = self._row_of.pop(event_id)
        self._rows[row]["state"] = FREE
        self._rows[row]["code"] = -1
        self._rows[row]["ended"] = np.nan
        self._free.append(row)

    def extended(self, rows: NDArray[Any], ids: list[str]) -> "EventTable":
        """This table with more rows below, to be read and not to be put into."""
        if not ids:
            return self
        table = EventTable()
        table._rows = np.concatenate((self.rows, rows))
        table._ids = [*self._ids, *ids]
        return table

    def row_of(self, event_id: str) -> dict[str, Any]:
        """One event's row by column, None where there is no time."""
        row = self._rows[self._row_of[event_id]]
        return {name: None if row[name] != row[name] else row[name].item() for name in ROW.names or ()}

    def number_of(self, event_id: str) -> int:
        """In which row an event stands; KeyError if it stands in none."""
        return self._row_of[event_id]

    def ids(self, mask: Mask) -> list[str]:
        """The event ids of the rows that `mask` selects."""
        return self.ids_of(np.flatnonzero(mask))

    def all_ids(self) -> list[str]:
        """The event id of each of `rows`; of one that was given back the last that stood there."""
        return self._ids.copy()

    def ids_of(self, rows: NDArray[np.int64]) -> list[str]:
        """The event ids of rows by number."""
        return [self._ids[i] for i in rows.tolist()]

    def ids_of_sources(self, sources: Collection[Source]) -> list[str]:
        """The event ids of all events that came from one of these sources."""
        wanted = [SOURCES.index(source) for source in sources]
        return self.ids(np.isin(self.rows["source"], wanted) & (self.rows["state"] != FREE))

    def within(self, scope: Scope) -> Mask:
        """Rows in use whose place lies in `scope`."""
        low, high = scope.span
        rows = self.rows
        return np.asarray((rows["code"] >= low) & (rows["code"] < high) & (rows["state"] != FREE))

    def _take(self, event_id: str) -> int:
        if self._free:
            row = self._free.pop()
            self._ids[row] = event_id
        else:
            row = len(self._ids)
            if row == len(self._rows):
                grown = np.zeros(row + row // 4, dtype=ROW)
                grown["state"] = FREE
                grown[:row] = self._rows
                self._rows = grown
            self._ids.append(event_id)
        self._row_of[event_id] = row
        return row
