"""时段列: the records of the past that may count in a period, as the columns that the masks of indicators take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.record_columns import FINISHING, NEVER, Segment
from cockpit.services.recording import first_level_of
from cockpit.situation.on_demand import OnDemand
from cockpit.situation.period import NAMES
from cockpit.situation.table import DISMISSED, FINISHED, LEVELS, OPEN

#: which level it was at is in no record: the first one that its source reaches stands for it
_LEVEL_OF_SOURCE = np.array([LEVELS.index(first_level_of(source)) for source in Source], dtype=np.int8)


def of_period(
    segment: Segment, scope: Scope, at: int, since: int, until: int, *, share: float
) -> tuple[Mapping[str, NDArray[Any]], NDArray[np.int64]]:
    """What may count in a scope and period at an instant, as the columns of `situation.period.NAMES`, and its rows.

    All instants are milliseconds since 1970. What is known of the window is looked at, never the whole past.
    """
    rows = segment.window(since, until)
    if scope.code:
        low, high = scope.span
        code = segment.columns["code"][rows]
        rows = rows[(code >= low) & (code < high)]
    rows = segment.known_of(at, rows)
    return _Picked(segment, rows, at, share).columns(), rows


@dataclass(frozen=True, slots=True)
class _Picked:
    """Some rows of a segment as they are known at an instant, as the columns of a period."""

    segment: Segment
    rows: NDArray[np.int64]
    at: int
    share: float

    def columns(self) -> OnDemand:
        """As `situation.period.NAMES` calls them."""
        made = OnDemand(NAMES, lambda name: self._column(name, made))
        return made

    def _column(self, name: str, made: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
        at = self.at
        match name:
            case "code" | "source":
                return self._told(name)
            case "accepted" | "assigned" | "handled":
                return _seconds(self._told(name), at)
            case "reported":
                return _seconds(self._told(name), NEVER - 1)
            case "closed":
                closed = self._told("closed")
                return np.where((closed <= at) & FINISHING[self._told("stage")], closed / 1000, np.nan)
            case "state":
                may_finish = FINISHING[self._told("stage")]
                finished = (self._told("closed") <= at) & may_finish
                dismissed = (self._told("ended") <= at) & ~may_finish
                return np.where(dismissed, DISMISSED, np.where(finished, FINISHED, OPEN)).astype(np.int8)
            case "deadline":
                free = self._told("free_until") > at
                return _seconds(np.where(free, self._told("due"), self._told("overtime")), NEVER - 1)
            case "overtime":
                return np.where(made["state"] == OPEN, made["deadline"], np.nan)
            case "at_risk":
                deadline, reported = made["deadline"], self._told("reported") / 1000
                allowed = deadline - reported
                at_risk = np.where(allowed > 0, reported + allowed * self.share, deadline)
                return np.where(made["state"] == OPEN, at_risk, np.nan)
            case "category":
                return self.segment.category_numbers(self.rows)
            case "level":
                return np.asarray(_LEVEL_OF_SOURCE[made["source"]])
        return np.where(self._told("drawable"), self._told(name), np.nan)

    def _told(self, name: str) -> NDArray[Any]:
        return self.segment.columns[name][self.rows]


def _seconds(instants: NDArray[np.int64], latest: int) -> NDArray[np.float64]:
    """Milliseconds as seconds, NaN for what has not happened by then."""
    return np.where(instants <= latest, instants / 1000, np.nan)
