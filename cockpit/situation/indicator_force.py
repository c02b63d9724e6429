"""力量指标: gridworkers on duty, and grids that somebody looks after, at an instant.

Columns of gridworkers (a line of the roster each): `on` on duty as every screen counts it, `rostered` their shift runs,
`evident` they said so themselves or were located of late, `unplaced` on duty and not located of late. Columns of
grids: `staffed` one of its own is on duty, `present` a gridworker was located in it of late.
"""

import numpy as np

from cockpit.situation.indicator import Better, Columns, Group, Indicator, MaskOf, Moment, Subject
from cockpit.situation.table import Mask


def _flag(name: str) -> MaskOf:
    def flagged(columns: Columns, _moment: Moment) -> Mask:
        return np.asarray(columns.rows[name])

    return flagged


def _all(columns: Columns, _moment: Moment) -> Mask:
    return np.ones(len(columns.rows["code"]), dtype=bool)


def _at_post(columns: Columns, _moment: Moment) -> Mask:
    return np.asarray(columns.rows["rostered"] & columns.rows["evident"])


def _of(
    name: str, subject: Subject, numerator: MaskOf, of: MaskOf | None = None, better: Better = Better.HIGHER
) -> Indicator:
    return Indicator(
        name=name, version=1, numerator=numerator, denominator=of, better=better, group=Group.FORCE, subject=subject,
        is_of_instant=True,
    )  # fmt: skip


FORCE = (
    _of("on_duty", Subject.GRIDWORKERS, _flag("on"), better=Better.NEITHER),
    _of("on_duty_rate", Subject.GRIDWORKERS, _at_post, _flag("rostered")),
    _of("unplaced", Subject.GRIDWORKERS, _flag("unplaced"), better=Better.LOWER),
    _of("grid_staffed_rate", Subject.GRIDS, _flag("staffed"), _all),
    _of("grid_coverage_rate", Subject.GRIDS, _flag("present"), _all),
)
