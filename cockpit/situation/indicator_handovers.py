"""层级流转指标: hand-overs of the day between neighbouring levels, as 事件流转 counts them.

The columns are of hand-overs, each once for every border that it crosses: `border` the depth of the upper level
(0 city and county, 1 county and street, 2 street and community), `down` whether it went down.
"""

import numpy as np

from cockpit.domain.level import Level
from cockpit.situation.indicator import Columns, Group, Indicator, MaskOf, Moment, Subject
from cockpit.situation.table import Mask

_LEVELS = tuple(Level)


def _crossed(border: int, *, down: bool) -> MaskOf:
    def crossed(handovers: Columns, _moment: Moment) -> Mask:
        return np.asarray((handovers.rows["border"] == border) & (handovers.rows["down"] == down))

    return crossed


def name_of(to: Level, *, down: bool) -> str:
    """The indicator that counts the hand-overs to a level, from above or from below."""
    return f"handed_{'down' if down else 'up'}_to_{to.value}"


def _of(border: int, *, down: bool) -> Indicator:
    return Indicator(
        name=name_of(_LEVELS[border + 1 if down else border], down=down), version=1,
        numerator=_crossed(border, down=down), group=Group.HANDOVERS, subject=Subject.HANDOVERS,
    )  # fmt: skip


#: down to county, street, community; up to city, county, street
HANDOVERS = tuple(_of(border, down=down) for down in (True, False) for border in range(len(_LEVELS) - 1))
