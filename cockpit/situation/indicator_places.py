"""重复与投诉: how much is reported again and again at one place, and how much comes as a complaint."""

import numpy as np

from cockpit.domain.source import Source
from cockpit.situation.indicator import Better, Columns, Group, Indicator, Moment
from cockpit.situation.indicator_masks import closed, reported, shared
from cockpit.situation.table import OPEN, PAUSED, SOURCES, Mask

#: a place: about 55 m in latitude and in longitude at 30° N
CELL_DEG = (0.00057, 0.0005)
#: it is a repeated one from so many reports of one kind on
FEWEST = 3
_HOTLINE = SOURCES.index(Source.HOTLINE_12345)


@shared
def repeated(t: Columns, m: Moment) -> Mask:
    """Reports of the period that share grid, place and subclass with two others of it; unplaced ones never do.

    The grid is a part of the place, so that a border never makes a division's repeats differ from its children's.
    """
    r = t.rows
    mask = reported(t, m)
    rows = np.flatnonzero(mask & ~np.isnan(r["lon"]) & ~np.isnan(r["lat"]) & (r["category"] > 0))
    x = np.floor(r["lon"][rows] / CELL_DEG[0]).astype(np.int64)
    y = np.floor(r["lat"][rows] / CELL_DEG[1]).astype(np.int64)
    key = np.zeros(len(rows), dtype=np.int64)
    for part in (r["code"][rows], x * 2_000_000 + y, r["category"][rows]):
        distinct, number = np.unique(part, return_inverse=True)
        key = key * (len(distinct) + 1) + number.reshape(-1)
    _, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    found = np.zeros(len(mask), dtype=bool)
    found[rows[counts[place.reshape(-1)] >= FEWEST]] = True
    return found


@shared
def complained(t: Columns, m: Moment) -> Mask:
    """Reports of the period that came over the hotline (12345)."""
    return np.asarray(reported(t, m) & (t.rows["source"] == _HOTLINE))


@shared
def without_place(t: Columns, m: Moment) -> Mask:
    """Open at the end or closed in the period, and without a place that a map can draw."""
    still = (t.rows["state"] == OPEN) | (t.rows["state"] == PAUSED)
    return np.asarray((still | closed(t, m)) & np.isnan(t.rows["lon"]))


PLACES = (
    Indicator(name="repeat_reports", version=1, numerator=repeated, better=Better.LOWER, group=Group.PLACES),
    Indicator(
        name="repeat_rate", version=1, numerator=repeated, denominator=reported, better=Better.LOWER,
        group=Group.PLACES,
    ),
    Indicator(
        name="complaints", version=1, numerator=complained, better=Better.LOWER, group=Group.PLACES,
        only=Source.HOTLINE_12345,
    ),
    Indicator(
        name="complaint_rate", version=1, numerator=complained, denominator=reported, better=Better.LOWER,
        group=Group.PLACES, only=Source.HOTLINE_12345, per=10_000,
    ),
    Indicator(
        name="complaints_per_people", version=1, numerator=complained, better=Better.LOWER, group=Group.PLACES,
        only=Source.HOTLINE_12345, per=10_000, per_people=True,
    ),
    Indicator(name="without_place", version=1, numerator=without_place, better=Better.LOWER, group=Group.PLACES),
)  # fmt: skip
