"""报警对账: the rows of raisings that are kept beside the journal, told again from its facts about alarms.

What is told of an alarm while somebody looks counts for neither side.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from cockpit.services.raising_records import RaisingRecorder, alarms_told
from cockpit.store.journal import Journal
from cockpit.store.raisings import READ, AlarmRaisings, RaisingRow

#: what figures count; what was said in words is not compared
_COUNTED = tuple(name for name in READ if name != "record_id")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RaisingsApart:
    """An alarm whose rows are not what the journal tells: how many are kept, and how many it tells; the first that one
    side lacks, as times in milliseconds since 1970."""

    alarm_id: str
    kept: int
    anew: int
    raised_ms: int


@dataclass(slots=True)
class RaisingsCompared:
    """How much was compared, and what differs. `is_whole`: the whole journal was read."""

    facts: int = 0
    alarms: int = 0
    rows: int = 0
    is_whole: bool = True
    differences: list[RaisingsApart] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Facts tell of alarms and not one row is kept."""
        return self.rows == 0 and bool(self.differences)


def compare_raisings(
    table: AlarmRaisings, recorder: RaisingRecorder, journal: Journal, *, most: int
) -> RaisingsCompared:
    """The alarms that the newest `most` facts of the journal tell of from their beginning, beside what is kept."""
    after = journal.before_newest(most)
    told = recorder.told_by(journal, after)
    kept = _kept(table)
    later = alarms_told(journal, told.position)
    found = RaisingsCompared(facts=told.facts, is_whole=after == "0")
    found.rows = sum(len(rows) for rows in kept.values())
    anew, since = _by_alarm(told.rows), _told_since(told.rows)
    # a row that no fact tells of, where every fact was read
    names = sorted({*anew, *kept} if found.is_whole else anew)
    for alarm_id in names:
        mine, its = kept.get(alarm_id, []), anew.get(alarm_id, [])
        if alarm_id in later or (not found.is_whole and _began_before(mine, since[alarm_id])):
            continue
        found.alarms += 1
        if sorted(mine, key=repr) != sorted(its, key=repr):
            lacking = [row for row in its if row not in mine] or [row for row in mine if row not in its] or its
            found.differences.append(RaisingsApart(alarm_id, len(mine), len(its), _raised_ms(lacking[0])))
    return found


def _kept(table: AlarmRaisings) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    place = _COUNTED.index("alarm_id")
    for rows in table.list_since(0, until=table.revision()):
        for _, *row in rows:
            found[row[place]].append(tuple(row))
    return found


def _by_alarm(rows: list[RaisingRow]) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.alarm_id]  # an alarm of which only the end is known has no raising
        if row.raised_ms is not None:
            found[row.alarm_id].append(tuple(getattr(row, name) for name in _COUNTED))
    return found


def _told_since(rows: list[RaisingRow]) -> dict[str, int]:
    """When something of each alarm was known first, also where that was only its end."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.alarm_id] = min(row.known_from_ms, found.get(row.alarm_id, row.known_from_ms))
    return found


def _began_before(kept: list[Row], since_ms: int) -> bool:
    place = _COUNTED.index("known_from_ms")
    return any(row[place] < since_ms for row in kept)


def _raised_ms(row: Row) -> int:
    return int(row[_COUNTED.index("raised_ms")])
