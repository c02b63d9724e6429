"""日历变更: a day becomes a workday or a day off, and every limit that runs across it is counted anew."""

from collections.abc import Iterable

import numpy as np

from cockpit.domain.facts import CalendarDaySet
from cockpit.situation.situation import CalendarDay, Changed, Situation
from cockpit.situation.table import FREE


def calendar_day_set(situation: Situation, fact: CalendarDaySet) -> Iterable[Changed]:
    """Fold the fact: the newest word about a day holds. Events whose deadline lies on or after that day are put anew.

    An earlier deadline cannot have counted the day, and one that stands still (挂账) is counted when it goes on.
    """
    known = situation.calendar_days.get(fact.day)
    if known is not None and known.at > fact.at:
        return
    situation.calendar_days[fact.day] = CalendarDay(fact.day, fact.is_workday, fact.note, fact.by, fact.at)
    was_workday = situation.calendar.is_workday(fact.day)
    situation.count_days_anew()
    if was_workday is fact.is_workday:
        return
    midnight = situation.calendar.midnight(fact.day).timestamp()
    rows = situation.table.rows
    with np.errstate(invalid="ignore"):
        crossed = (rows["state"] != FREE) & ((rows["deadline"] >= midnight) | (rows["overtime"] >= midnight))
    for event_id in situation.table.ids(np.asarray(crossed)):
        situation.put(situation.events[event_id])
        yield Changed("event", event_id)
