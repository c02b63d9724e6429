"""用时: how long each stage took and how long what is open has lain, as percentiles over the events of a period.

Time is the clock's, from one step to the next; pauses (挂账) and hours off are in it, because a citizen waits through
them. 立案 is acceptance and 核查 is a part of closing in this life cycle, so they have no figure of their own.
"""

from functools import partial

import numpy as np

from cockpit.domain.level import Level
from cockpit.situation.indicator import Better, Columns, Group, Indicator, Moment, day_part
from cockpit.situation.indicator_masks import alive
from cockpit.situation.table import LEVELS, OPEN, PAUSED, Column, Mask

#: a stage, and from which step to which it is
STAGES = (
    ("acceptance", "reported", "accepted"),
    ("dispatch", "accepted", "assigned"),
    ("handling", "assigned", "handled"),
    ("closing", "handled", "closed"),
    ("whole", "reported", "closed"),
)
#: the middle one, and the one that nine of ten do not exceed
PERCENTS = (50, 90)


def _ended(begin: str, end: str, t: Columns, m: Moment) -> Mask:
    # a step that is told before the one that it follows was told wrong: it is measured by nobody
    return np.asarray(day_part(t.rows[end], m) & (t.rows[end] >= t.rows[begin]) & alive(t))


def _took(begin: str, end: str, t: Columns, _m: Moment) -> Column:
    return np.asarray(t.rows[end] - t.rows[begin])


def _lying(level: int, t: Columns, m: Moment) -> Mask:
    r = t.rows
    still = ((r["state"] == OPEN) | (r["state"] == PAUSED)) & np.isnan(r["handled"]) & (r["reported"] <= m.now)
    return np.asarray(still & (r["level"] == level))


def _age(t: Columns, m: Moment) -> Column:
    return np.asarray(m.now - t.rows["reported"])


TIMES = tuple(
    Indicator(
        name=f"{stage}_time_p{percent}",
        version=1,
        numerator=ended,
        taken=took,
        percent=percent,
        better=Better.LOWER,
        group=Group.TIMES,
    )
    for stage, begin, end in STAGES
    # both percentiles take the same two, so that they are sorted once
    for ended, took in [(partial(_ended, begin, end), partial(_took, begin, end))]
    for percent in PERCENTS
)
DWELL = tuple(
    Indicator(
        name=f"dwell_{level.value}_p{percent}",
        version=1,
        numerator=lying,
        taken=_age,
        percent=percent,
        better=Better.LOWER,
        group=Group.DWELL,
    )
    for level in reversed(Level)
    for lying in [partial(_lying, LEVELS.index(level))]
    for percent in PERCENTS
)
