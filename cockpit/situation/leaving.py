"""离场: what ended before a day leaves the fold at its midnight, in slices, because a city's day is 200,000 events.

Which events a slice takes follows from the situation alone (those that ended first, equal ones by id), so every process
drops the same with the same fact. What still waits for its slice counts as what has left: figures of a day ask when a
thing happened, and the mean of the days before takes both.
"""

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.event import Event
from cockpit.domain.overtime import is_late
from cockpit.domain.scope import community_of
from cockpit.situation.event_book import Held
from cockpit.situation.listing import first_places
from cockpit.situation.packed_event import Outline, outlined
from cockpit.situation.situation import Changed, Situation


def day_start(day: date, situation: Situation) -> datetime:
    """Local midnight at the beginning of `day`."""
    return datetime(day.year, day.month, day.day, tzinfo=situation.rules.zone())


def bucket_of(code: str) -> str:
    """Under which code counts of days and hours are kept: the community's, or the shorter one that is known."""
    return community_of(code) or code


def clear_linked(situation: Situation, start: datetime) -> Iterator[Changed]:
    """What was merged, has a parent or children, or was brought back leaves at once: one goes with the other."""
    linked = [*situation.links.linked(), *situation.recalled]
    for event_id in [key for key in dict.fromkeys(linked) if _leaves(situation.events.get(key), start, situation)]:
        yield _clear(situation, event_id)


def clear_some(situation: Situation, start: datetime) -> Iterator[Changed]:
    """The next slice of what ended before `start` leaves."""
    rows = _rows_leaving(situation, start)
    keys = situation.table.rows["ended"][rows]
    for place, _ in first_places(rows, keys, situation.table.ids_of, count=situation.slice_of_leaving):
        yield _clear(situation, place.event_id)


def clear_all(situation: Situation, start: datetime) -> Iterator[Changed]:
    """All that is left of what ended before `start` leaves."""
    for event_id in sorted(situation.table.ids_of(_rows_leaving(situation, start))):
        yield _clear(situation, event_id)


def leaving(situation: Situation) -> int:
    """How many events wait for their slice; 0 before the first day."""
    return 0 if situation.day is None else len(_rows_leaving(situation, day_start(situation.day, situation)))


def count_day(situation: Situation, held: Held, sign: int) -> None:
    """An event leaves the fold and its share in the seven days' mean stays; one that comes back takes it along."""
    event = outlined(held) if isinstance(held, bytes) else held
    if event.handled_at is None or event.is_dismissed:
        return
    in_time = not (event.is_late if isinstance(event, Outline) else is_late(event, situation.timing))
    code = event.code if isinstance(event, Outline) else event.report.place.code
    key = (bucket_of(code), event.handled_at.astimezone(situation.rules.zone()).date().isoformat())
    should, good = situation.past_days.get(key, (0, 0))
    if should + sign > 0:
        # a calendar that was changed meanwhile may judge it otherwise
        situation.past_days[key] = (should + sign, min(max(good + sign * in_time, 0), should + sign))
    else:
        situation.past_days.pop(key, None)


def _rows_leaving(situation: Situation, start: datetime) -> NDArray[np.int64]:
    """Rows of what ended before `start`, without what stays for another's sake or was brought back since midnight."""
    table = situation.table
    found = table.rows["ended"] < start.timestamp()
    held = [*situation.links.merged(), *situation.recalled]
    found[[table.number_of(event_id) for event_id in held if event_id in situation.events]] = False
    return np.flatnonzero(found)


def _leaves(event: Event | None, start: datetime, situation: Situation) -> bool:
    """True for what ended before `start`. What was merged into another goes when that one goes."""
    if event is None:
        return False
    main = situation.events.get(event.docket.merged_into)
    if main is not None and not main.docket.merged_into:
        return _leaves(main, start, situation)
    ended = event.ended_at
    return ended is not None and ended < start


def _clear(situation: Situation, event_id: str) -> Changed:
    count_day(situation, situation.events.held_of(event_id), 1)
    situation.drop(event_id)
    return Changed("event", event_id)
