"""往日签到: who had said that they were on duty at an instant of the past, from the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from cockpit.domain.attendance import HOLDS_FOR, Attendance
from cockpit.domain.facts import AttendanceMarked
from cockpit.situation.attendance import attendance_marked
from cockpit.situation.situation import Rules, Situation
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import UnreadableEntryError, decode_fact


class Marks(Protocol):
    """Where they are kept (`store.journal`)."""

    def received_of(self, type_name: str, start: datetime, end: datetime) -> list[JournalEntry]: ...


class PastMarks:
    """A mark holds for hours, so those of the hours before an instant are all that count then."""

    def __init__(self, journal: Marks) -> None:
        self._journal = journal

    def at(self, as_of: datetime) -> Mapping[str, Attendance]:
        """The newest mark of each gridworker as it was known at the instant; older ones than hold are left out."""
        situation = Situation(rules=Rules(city_code=""))
        for entry in self._journal.received_of(AttendanceMarked.__name__, as_of - HOLDS_FOR, as_of):
            try:
                fact = decode_fact(entry.type, entry.body.encode())
            except UnreadableEntryError:
                continue  # the archive has told of it
            if isinstance(fact, AttendanceMarked):
                list(attendance_marked(situation, fact))
        return situation.attendance
