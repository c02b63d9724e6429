"""口径: which events count as reported, handled, closed, overtime …, as masks over columns.

Definitions follow FIELD §4 as GB/T 30428 systems count them: an event *should be handled* once its handling has ended
or its deadline has passed, so that work which is in time and still running does not lower a rate.
"""

from collections.abc import Callable
from functools import wraps

import numpy as np

from cockpit.situation.indicator import Columns, Moment, day_part
from cockpit.situation.table import DISMISSED, FINISHED, OPEN, Mask


def shared(mask: Callable[[Columns, Moment], Mask]) -> Callable[[Columns, Moment], Mask]:
    """The mask, made once for all indicators of one question: the columns of a period keep it, for reading alone.

    The fold's own table changes under whoever asks, so it keeps none.
    """

    @wraps(mask)
    def known(t: Columns, m: Moment) -> Mask:
        kept: dict[object, Mask] | None = getattr(t, "masks", None)
        if kept is None:
            return mask(t, m)
        found = kept.get((mask, m))
        if found is None:
            found = kept[mask, m] = mask(t, m)
            found.flags.writeable = False
        return found

    return known


def alive(t: Columns) -> Mask:
    return np.asarray(t.rows["state"] != DISMISSED)


@shared
def reported(t: Columns, m: Moment) -> Mask:
    return day_part(t.rows["reported"], m)


@shared
def reported_alive(t: Columns, m: Moment) -> Mask:
    return reported(t, m) & alive(t)


@shared
def accepted(t: Columns, m: Moment) -> Mask:
    return np.asarray(day_part(t.rows["accepted"], m) & alive(t))


@shared
def accepted_in_time(t: Columns, m: Moment) -> Mask:
    return np.asarray(accepted(t, m) & (t.rows["accepted"] - t.rows["reported"] <= 15 * 60))


@shared
def handled(t: Columns, m: Moment) -> Mask:
    # what was handled was somebody's to handle, also where the source told only the end and no assignment before it
    return np.asarray(day_part(t.rows["handled"], m) & alive(t))


def in_time(t: Columns) -> Mask:
    r = t.rows
    return np.asarray(np.isnan(r["deadline"]) | (r["handled"] <= r["deadline"]))


@shared
def handled_in_time(t: Columns, m: Moment) -> Mask:
    return handled(t, m) & in_time(t)


@shared
def unhandled_overtime(t: Columns, m: Moment) -> Mask:
    r = t.rows
    return np.asarray(
        (r["state"] == OPEN) & np.isnan(r["handled"]) & (m.now > r["overtime"]) & ~np.isnan(r["assigned"])
    )


@shared
def should_be_handled(t: Columns, m: Moment) -> Mask:
    return handled(t, m) | unhandled_overtime(t, m)


@shared
def closed(t: Columns, m: Moment) -> Mask:
    return np.asarray(day_part(t.rows["closed"], m) & (t.rows["state"] == FINISHED))


@shared
def closed_in_time(t: Columns, m: Moment) -> Mask:
    return closed(t, m) & in_time(t)


@shared
def closed_late(t: Columns, m: Moment) -> Mask:
    return closed(t, m) & ~in_time(t)


@shared
def should_be_closed(t: Columns, m: Moment) -> Mask:
    return np.asarray(closed(t, m) | ((t.rows["state"] == OPEN) & ~np.isnan(t.rows["handled"])))


@shared
def overtime(t: Columns, m: Moment) -> Mask:
    return np.asarray((t.rows["state"] == OPEN) & (m.now > t.rows["overtime"]))


@shared
def at_risk(t: Columns, m: Moment) -> Mask:
    return np.asarray((t.rows["state"] == OPEN) & (m.now >= t.rows["at_risk"])) & ~overtime(t, m)
