"""环节流向: where the reports of a period reached the city first, how far they have come, and whether in time."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.source import Source
from cockpit.services.recording import first_level_of
from cockpit.situation.indicators import Moment
from cockpit.situation.period import PeriodRows
from cockpit.situation.table import DISMISSED, FINISHED, LEVELS, PAUSED, SOURCES, Mask


class Reached(StrEnum):
    """How far an event has come."""

    DISMISSED = "dismissed"
    REGISTERED = "registered"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    FED_BACK = "fed_back"
    CLOSED = "closed"


class InTime(StrEnum):
    """Whether it is in time; what has no limit is said to have none."""

    IN_TIME = "in_time"
    LATE = "late"
    RUNNING = "running"
    OVERTIME = "overtime"
    NO_LIMIT = "no_limit"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Flow:
    """Each reported row's first level, how far it came, whether in time, as numbers of LEVELS, Reached and InTime."""

    rows: NDArray[np.int64]
    level: NDArray[np.int64]
    reached: NDArray[np.int64]
    in_time: NDArray[np.int64]

    def links(self) -> dict[str, int]:
        """How many went each way: `level>reached` and `reached>in_time`; each of the two adds up to all of them."""
        found: dict[str, int] = {}
        for level, reached in zip(self.level.tolist(), self.reached.tolist(), strict=True):
            key = f"{LEVELS[level].value}>{_REACHED[reached].value}"
            found[key] = found.get(key, 0) + 1
        for reached, in_time in zip(self.reached.tolist(), self.in_time.tolist(), strict=True):
            key = f"{_REACHED[reached].value}>{_IN_TIME[in_time].value}"
            found[key] = found.get(key, 0) + 1
        return found

    def mask(self, key: str, size: int) -> Mask | None:
        """The rows of one link; None for a key that names none."""
        begin, _, end = key.partition(">")
        levels, reached = [level.value for level in LEVELS], [r.value for r in _REACHED]
        mask = np.zeros(size, dtype=bool)
        if begin in levels and end in reached:
            chosen = (self.level == levels.index(begin)) & (self.reached == reached.index(end))
        elif begin in reached and end in (verdicts := [v.value for v in _IN_TIME]):
            chosen = (self.reached == reached.index(begin)) & (self.in_time == verdicts.index(end))
        else:
            return None
        mask[self.rows[chosen]] = True
        return mask


_REACHED, _IN_TIME = tuple(Reached), tuple(InTime)
_LEVEL_OF_SOURCE = np.array([LEVELS.index(first_level_of(Source(source))) for source in SOURCES])


def flow_of(rows: PeriodRows, moment: Moment) -> Flow:
    """The reports of a period as they stood at its end."""
    r = rows.rows
    at = np.flatnonzero((r["reported"] >= moment.day) & (r["reported"] <= moment.now))
    c = {name: column[at] for name, column in r.items()}
    done = ~np.isnan(c["handled"])
    reached = np.select(
        [
            c["state"] == DISMISSED, c["state"] == FINISHED, c["state"] == PAUSED, done,
            ~np.isnan(c["assigned"]), ~np.isnan(c["accepted"]),
        ],
        [
            _REACHED.index(name)
            for name in (
                Reached.DISMISSED, Reached.CLOSED, Reached.SUSPENDED, Reached.FED_BACK, Reached.HANDLING,
                Reached.ACCEPTED,
            )
        ],
        default=_REACHED.index(Reached.REGISTERED),
    )  # fmt: skip
    end = np.where(done, c["handled"], c["closed"])
    ended = ~np.isnan(end)
    in_time = np.select(
        [
            c["state"] == DISMISSED, np.isnan(c["deadline"]), ended & (end <= c["deadline"]), ended,
            moment.now > c["deadline"],
        ],
        [
            _IN_TIME.index(name)
            for name in (InTime.NOT_OURS, InTime.NO_LIMIT, InTime.IN_TIME, InTime.LATE, InTime.OVERTIME)
        ],
        default=_IN_TIME.index(InTime.RUNNING),
    )  # fmt: skip
    return Flow(at, _LEVEL_OF_SOURCE[c["source"]], reached.astype(np.int64), in_time.astype(np.int64))
