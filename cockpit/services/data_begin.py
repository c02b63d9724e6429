"""数据起点: since when the drill-down can tell anything; what lies before it is unknown, it is no zero.

Two things begin. Cases begin with the first report that is known. What was known at an instant of the past begins with
the first fact that was kept, because nobody can say now what the cockpit would have shown before; only an imported
table tells its cases at any instant.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cockpit.services.record_columns import Segment

#: of so many reports one may have been told by a clock that was wrong by years
_ONE_IN = 1_000
#: a report that lies so much earlier than the next one is where no city's data begin
_ALONE_S = 90 * 86_400.0

#: when the first fact that is kept was received; None where there is none
KeptSince = Callable[[], datetime | None]


def begins_at(
    of_fold: NDArray[np.float64], folded: int, segments: Sequence[Segment], past: datetime | None,
    kept_since: KeptSince | None,
) -> datetime | None:  # fmt: skip
    """The instant before which nothing is known; None where nothing ever was.

    `of_fold`: the earliest reports of the fold (`earliest`), in seconds, of `folded` in all. `past`: the instant that
    is asked for, None for now. `kept_since`: None where facts were not kept, so that only tables tell the past.
    """
    if past is not None and kept_since is not None:
        since = kept_since()
        if since is None or past < since:
            of_tables = [_earliest_of_table(segment) for segment in segments]
            first = min((s for s in of_tables if s is not None), default=None)
            return since if first is None else datetime.fromtimestamp(first, UTC)
    total = folded + sum(map(len, segments))
    tails = [segment.columns["reported"][-_some(total) :] / 1000 for segment in segments if len(segment)]
    first = first_of(np.concatenate([of_fold, *tails]), total)
    return None if first is None else datetime.fromtimestamp(first, UTC)


def earliest(reported: NDArray[np.float64]) -> NDArray[np.float64]:
    """As many of the earliest reports as may have to be looked at; shape (k,), in no order."""
    known = reported[~np.isnan(reported)]
    most = _some(len(known))
    return known if len(known) <= most else np.partition(known, most - 1)[:most]


def first_of(reported: NDArray[np.float64], total: int) -> float | None:
    """The first of some reports in seconds, the earliest of `total`; None without any.

    One in a thousand may have a wrong date: what stands alone, 90 days and more before the next, is passed over.
    """
    looked = np.sort(reported)[: _some(total)].tolist()
    first = looked[0] if looked else None
    for before, after in pairwise(looked):
        if after - before > _ALONE_S:
            first = after
    return first


def _some(total: int) -> int:
    """As many reports as may be wrong, and the one behind them."""
    return 1 + total // _ONE_IN


def _earliest_of_table(segment: Segment) -> float | None:
    """The first report of a table in seconds: its rows are known at any instant."""
    told = np.flatnonzero(segment.alive & (segment.columns["free_until"] >= 0))
    return float(segment.columns["reported"][told[-1]]) / 1000 if len(told) else None
