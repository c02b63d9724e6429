"""日历变更: a day becomes a workday or a day off, and every limit that runs across it is counted anew."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from cockpit.domain.facts import CalendarDaySet
from cockpit.situation.situation import CalendarDay, Changed, Situation
from cockpit.situation.table import FREE


def calendar_day_set(situation: Situation, fact: CalendarDaySet) -> Iterable[Changed]:
    """Fold the fact: the newest word about a day holds, and every limit in office hours is counted by it.

    One that stands still (挂账) is counted when it goes on.
    """
    known = situation.calendar_days.get(fact.day)
    if known is not None and known.at > fact.at:
        return
    situation.calendar_days[fact.day] = CalendarDay(fact.day, fact.is_workday, fact.note, fact.by, fact.at)
    was_workday = situation.calendar.is_workday(fact.day)
    situation.count_days_anew()
    if was_workday is fact.is_workday:
        return
    ids, *columns = situation.office_limits.count(situation.calendar)
    for event_id in situation.table.count_anew(ids, *columns):
        situation.clocked.pop(event_id, None)
        yield Changed("event", event_id)
    for event_id in [*situation.office_limits.others(), *_judged_from(situation, fact.day)]:
        situation.put(situation.events[event_id])
        yield Changed("event", event_id)


def _judged_from(situation: Situation, day: date) -> list[str]:
    """Events that were handled already and whose deadline counts the day: they may be in time or late by it."""
    midnight = situation.calendar.midnight(day).timestamp()
    rows = situation.table.rows
    crossed = rows["timed"] & ~np.isnan(rows["handled"]) & (rows["deadline"] >= midnight) & (rows["state"] != FREE)
    return situation.table.ids(np.asarray(crossed))
