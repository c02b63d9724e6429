"""What a checkpoint keeps of packed events beside their bytes: so that a start need not unpack one of them."""

from collections.abc import Callable, Sequence
from hashlib import blake2b

import msgspec
import numpy as np

from cockpit.domain.event import Event
from cockpit.domain.overtime import clocked
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.situation.event_book import Held
from cockpit.situation.handovers import Moves
from cockpit.situation.packed_event import packed, unpacked
from cockpit.situation.situation import Situation, is_packable
from cockpit.situation.table import LEVELS, PHASES, ROW, SOURCES


class PackedEvents(msgspec.Struct, frozen=True):
    """Ids, rows of the columns and hand-overs of the packed events, in their order."""

    ids: list[str]
    rows: bytes
    #: how the rows were made and by which calendar their limits were counted: otherwise they are made anew
    made_by: str
    #: the distinct hand-overs, and which of them each event has
    moves: list[Moves]
    moves_of: list[int]


def packing(situation: Situation) -> Callable[[], tuple[PackedEvents, list[Held]]]:
    """Take what belongs to all events of the situation, now; the call that is returned makes something of it, later."""
    held = list(situation.events.held())
    rows, row_of = situation.table.copied()
    moves_by_id, timing = situation.handovers.by_event(), situation.timing

    def made() -> tuple[PackedEvents, list[Held]]:
        ids: list[str] = []
        bodies: list[Held] = []
        for event_id, event in held:
            body: Held | None = event
            if isinstance(event, Event) and is_packable(event):
                body = packed(event, is_late=clocked(event, timing).is_late(event)) or event
            if isinstance(body, bytes):
                ids.append(event_id)
            bodies.append(body or event)
        numbers: dict[Moves, int] = {}
        moves_of = [numbers.setdefault(moves_by_id.get(event_id, ()), len(numbers)) for event_id in ids]
        at = np.fromiter((row_of[event_id] for event_id in ids), np.int64, len(ids))
        made_by = _made_by(timing.calendar)
        return PackedEvents(ids, rows[at].tobytes(), made_by, list(numbers), moves_of), bodies

    return made


def take_packed(situation: Situation, beside: PackedEvents, events: Sequence[Held]) -> None:
    """Put events into a situation as a checkpoint kept them."""
    ids, moves = iter(beside.ids), iter(beside.moves_of)
    is_fitting = beside.made_by == _made_by(situation.calendar)
    for event in events:
        if isinstance(event, Event):
            situation.put(event)
        elif is_fitting:
            situation.take_packed(next(ids), event, beside.moves[next(moves)])
        else:
            situation.put(unpacked(next(ids), event))
    if is_fitting:
        situation.table.take(beside.ids, np.frombuffer(beside.rows, dtype=ROW))


def _made_by(calendar: WorkingCalendar) -> str:
    """A digest of the columns' layout, of what their numbers stand for, and of the calendar."""
    told = (
        str(ROW.descr), SOURCES, LEVELS, PHASES, calendar.tz, calendar.office_hours, calendar.day_s,
        sorted(calendar.days_off), sorted(calendar.make_up_days), sorted(calendar.weekend),
    )  # fmt: skip
    return blake2b(msgspec.msgpack.encode(told), digest_size=16).hexdigest()
