"""报警指标: the funnel of the alarms of a period: raised, acted on in time, false, turned into events, still open.

The columns are of raisings: a device that rang twice is there twice. Times are seconds since 1970, NaN for never:
`raised` by the device's clock, `heard` when we had it, `due` until when somebody is to act, `acted` the first act of a
person or a rule, `false`, `promoted` and `ended` when it was judged, turned into an event, and over.
"""

from typing import Any

import numpy as np

from cockpit.domain.source import Source
from cockpit.situation.indicator import Better, Columns, Group, Indicator, MaskOf, Moment, Subject, day_part
from cockpit.situation.table import Mask


def raised(alarms: Columns, moment: Moment) -> Mask:
    """Raised in the period."""
    return day_part(alarms.rows["raised"], moment)


def should_be_acted_on(alarms: Columns, moment: Moment) -> Mask:
    """Raised in the period, and acted on or due; one that its device ended by itself before it was due is neither."""
    r = alarms.rows
    return np.asarray(raised(alarms, moment) & ((r["acted"] <= moment.now) | (_lasted(r) & (r["due"] <= moment.now))))


def acted_in_time(alarms: Columns, moment: Moment) -> Mask:
    r = alarms.rows
    return np.asarray(raised(alarms, moment) & (r["acted"] <= moment.now) & (r["acted"] <= r["due"]))


def acted(alarms: Columns, moment: Moment) -> Mask:
    """Raised in the period, and somebody or a rule acted on it by its end."""
    return np.asarray(raised(alarms, moment) & (alarms.rows["acted"] <= moment.now))


def judged_false(alarms: Columns, moment: Moment) -> Mask:
    return np.asarray(raised(alarms, moment) & (alarms.rows["false"] <= moment.now))


def promoted(alarms: Columns, moment: Moment) -> Mask:
    return np.asarray(raised(alarms, moment) & (alarms.rows["promoted"] <= moment.now))


def unsettled(alarms: Columns, moment: Moment) -> Mask:
    """Raised in the period and open at its end."""
    return np.asarray(raised(alarms, moment) & ~(alarms.rows["ended"] <= moment.now))


def settled(alarms: Columns, moment: Moment) -> Mask:
    """Raised in the period and over by its end: with `unsettled` all that was raised."""
    return np.asarray(raised(alarms, moment) & (alarms.rows["ended"] <= moment.now))


def standing(alarms: Columns, moment: Moment) -> Mask:
    """Open at the instant, whenever it was raised."""
    return np.asarray((alarms.rows["raised"] <= moment.now) & ~(alarms.rows["ended"] <= moment.now))


def _lasted(r: Any) -> Mask:
    return np.asarray(~(r["ended"] < r["due"]))


def _of(name: str, numerator: MaskOf, denominator: MaskOf | None = None, better: Better = Better.LOWER) -> Indicator:
    return Indicator(
        name=name, version=1, numerator=numerator, denominator=denominator, better=better, group=Group.ALARMS,
        subject=Subject.ALARMS, only=Source.IOT, is_of_instant=numerator is standing,
    )  # fmt: skip


ALARMS = (
    _of("alarm_raised", raised, better=Better.NEITHER),
    _of("alarm_timely_rate", acted_in_time, should_be_acted_on, Better.HIGHER),
    _of("alarm_acted_rate", acted, raised, Better.HIGHER),
    _of("alarm_false_rate", judged_false, raised),
    _of("alarm_event_rate", promoted, raised, Better.NEITHER),
    _of("alarm_settled_rate", settled, raised, Better.HIGHER),
    _of("alarm_unsettled", unsettled),
    _of("alarm_open", standing),
)
