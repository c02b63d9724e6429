"""底数指标: the people of the roster and the grids of a scope: what 在岗 and 网格 beside the map are told of."""

import numpy as np

from cockpit.situation.indicator import Columns, Group, Indicator, Moment, Subject
from cockpit.situation.table import Mask


def everyone(columns: Columns, _moment: Moment) -> Mask:
    """Every row there is."""
    return np.ones(len(columns.rows["code"]), dtype=bool)


BASE = tuple(
    Indicator(name=name, version=1, numerator=everyone, group=Group.FORCE, subject=subject, is_of_instant=True)
    for name, subject in (("gridworkers", Subject.GRIDWORKERS), ("grids", Subject.GRIDS))
)
