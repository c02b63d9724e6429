"""巡查指标: grids that a gridworker visited in a period of whole local days, or of such until an instant.

Columns of grids: `walked` has a column for each day, seconds since 1970 at which the grid came to count as visited on
that day (`domain.walk`), NaN for never.
"""

import numpy as np

from cockpit.situation.indicator import Better, Columns, Group, Indicator, Moment, Subject
from cockpit.situation.indicator_base import everyone
from cockpit.situation.table import Mask


def walked(grids: Columns, moment: Moment) -> Mask:
    """Visited in the period by any gridworker."""
    times = grids.rows["walked"]
    return np.asarray(((times >= moment.day) & (times <= moment.now)).any(axis=1))


PATROL = (
    Indicator(
        name="patrol_coverage_rate", version=1, numerator=walked, denominator=everyone, better=Better.HIGHER,
        group=Group.FORCE, subject=Subject.WALKED_GRIDS,
    ),
)  # fmt: skip
