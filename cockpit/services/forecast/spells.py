"""驻留: how long past events stayed in a stage and how long they took from there to the end of their handling.

A spell is one event in one stage. It is known as it was at an instant: what had not ended by then has no end, and
whoever asks for the time after only counts spells that were watched for long enough. So an event that is still open
teaches as well, and a young history is not taken for a quick one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: what is read of past events: seconds since 1970, NaN for what did not happen; numbers as `situation.table` has them
CASE = ("reported", "accepted", "assigned", "handled", "ended", "deadline", "category", "level")


class Waiting(IntEnum):
    """The stages in which an event waits for its handling to end."""

    REGISTERED = 0
    ACCEPTED = 1
    HANDLING = 2


#: from the finest to the coarsest: what makes events similar; all but the last two have about as long a limit
KINDSHIPS = ("subclass", "class", "class_any_level", "class_any_limit", "stage")


@dataclass(frozen=True, slots=True)
class Spells:
    """One row a spell; times in seconds, infinity for what has not ended."""

    #: when it began, and when the event's handling was due; NaN: never
    begin: Floats
    deadline: Floats
    #: until it left the stage, until its handling ended
    dwell: Floats
    total: Floats
    category: Ints
    stage: Ints
    level: Ints

    def __len__(self) -> int:
        return len(self.begin)

    def picked(self, which: NDArray[Any]) -> "Spells":
        """Those of a mask or of row numbers."""
        return Spells(
            self.begin[which], self.deadline[which], self.dwell[which], self.total[which],
            self.category[which], self.stage[which], self.level[which],
        )  # fmt: skip

    def known_at(self, at: float) -> "Spells":
        """As they were at an instant: what happened later had not happened."""
        kept = self.picked(self.begin < at)
        seen = at - kept.begin
        return Spells(
            kept.begin, kept.deadline,
            np.where(kept.dwell <= seen, kept.dwell, np.inf), np.where(kept.total <= seen, kept.total, np.inf),
            kept.category, kept.stage, kept.level,
        )  # fmt: skip


def spells_of(cases: Mapping[str, NDArray[Any]]) -> Spells:
    """The spells of past events, by the columns of `CASE`. Dismissed events are not among them."""
    reported, accepted, assigned = cases["reported"], cases["accepted"], cases["assigned"]
    end = np.where(np.isnan(cases["handled"]), cases["ended"], cases["handled"])
    end = np.where(np.isnan(end), np.inf, end)
    first = np.fmin(np.fmin(accepted, assigned), end)
    pieces = []
    for stage, begin, leave in (
        (Waiting.REGISTERED, reported, first),
        (Waiting.ACCEPTED, accepted, np.fmin(assigned, end)),
        (Waiting.HANDLING, assigned, end),
    ):
        took = leave - begin
        rows = np.flatnonzero(took > 0)
        pieces.append(
            Spells(
                begin[rows], cases["deadline"][rows], took[rows], (end - begin)[rows],
                cases["category"][rows].astype(np.int64), np.full(len(rows), int(stage), dtype=np.int64),
                cases["level"][rows].astype(np.int64),
            )
        )  # fmt: skip
    joined = [np.concatenate([getattr(p, name) for p in pieces]) for name in Spells.__slots__]
    return Spells(*joined)


def keys_of(category: Ints, stage: Ints, level: Ints, limit_s: Floats) -> tuple[Ints, ...]:
    """What each row is similar by, from the finest to the coarsest (`KINDSHIPS`). `limit_s`: from begin to deadline."""
    major = category // 100 * 100
    # limits that differ by less than some 40 % are about as long; NaN is none
    bucket = np.where(np.isfinite(limit_s), np.clip(np.rint(np.log2(np.maximum(limit_s, 60.0) / 60)), 0, 29), 30)
    limit = np.nan_to_num(bucket).astype(np.int64)
    return (
        ((category * 8 + stage) * 8 + level) * 32 + limit,
        ((major * 8 + stage) * 8 + level) * 32 + limit,
        ((major * 8 + stage) * 8 + 7) * 32 + limit,
        (major * 8 + stage) * 8 + 7,
        stage,
    )
