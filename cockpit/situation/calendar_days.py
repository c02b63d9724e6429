"""日历变更: a day becomes a workday or a day off, and every limit that runs across it is counted anew."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from cockpit.domain.facts import CalendarDaySet
from cockpit.situation.situation import CalendarDay, Changed, Situation
from cockpit.situation.table import DISMISSED, FREE


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
    """Events whose limit runs no more and whose deadline counts the day.

    Those that were handled may be in time or late by it; those that were merged may come back.
    """
    midnight = situation.calendar.midnight(day).timestamp()
    rows = situation.table.rows
    stands = ~np.isnan(rows["handled"]) | (rows["state"] == DISMISSED)
    crossed = rows["timed"] & stands & (rows["deadline"] >= midnight) & (rows["state"] != FREE)
    return situation.table.ids(np.asarray(crossed))
