"""报警台账: folds the facts about alarms into a row for each raising, as it was known from one instant to another.

It is what the fold of the situation makes of the same facts in the same order: an alarm that was over before the local
day in which something is told of it is a new one.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import structlog
from sqlalchemy import Connection, Engine

from cockpit.domain.alarm import Alarm
from cockpit.domain.facts import AlarmActed, AlarmCleared, AlarmRaised, Fact
from cockpit.domain.instant import millis_of
from cockpit.domain.raising import raising_of, superseded
from cockpit.situation.alarm_fold import after_act, after_telling
from cockpit.store.database import writing
from cockpit.store.journal import Journal, JournalEntry
from cockpit.store.raisings import AlarmRaisings, RaisingRow
from cockpit.stream.codec import UnreadableEntryError, decode_fact

log = structlog.get_logger(__name__)

AboutAlarm = AlarmRaised | AlarmActed
_TYPES = frozenset(fact.__name__ for fact in (AlarmRaised, AlarmCleared, AlarmActed))
_FACTS_A_PAGE = 5_000
_decoder = msgspec.json.Decoder(Alarm)
_encoder = msgspec.json.Encoder()


def alarm_of(body: str) -> Alarm:
    """What a row keeps of its raising."""
    return _decoder.decode(body)


class Told(NamedTuple):
    """The rows that some facts about alarms make, how many facts, and the position of the last fact that was read."""

    rows: list[RaisingRow]
    facts: int
    position: str


def alarms_told(journal: Journal, after: str) -> set[str]:
    """The alarms that the journal's facts behind a position tell of."""
    return {fact.alarm_id for entries in _pages(journal, after) for fact in _about_alarms(entries)}


class RaisingRecorder:
    """Writes a row for each raising, beside the journal. Repeating what was written last is harmless."""

    def __init__(self, table: AlarmRaisings, zone: ZoneInfo) -> None:
        """`zone`: in which days begin."""
        self._table, self._zone = table, zone

    def note(self, connection: Connection, facts: Iterable[Fact]) -> None:
        """Fold what these facts tell about alarms, in the caller's transaction."""
        told = [fact for fact in facts if isinstance(fact, AboutAlarm)]
        if not told:
            return
        revision = self._table.claim(connection)
        known = self._table.read_newest(connection, sorted({fact.alarm_id for fact in told}))
        chains = {alarm_id: _Chain(alarm_id, self._zone, row) for alarm_id, row in known.items()}
        self._write(connection, self._taken(chains, told), revision)

    def tell_anew(self, journal: Journal, engine: Engine) -> int:
        """Forget all rows and tell them again from the whole journal; how many facts that were. What comes meanwhile
        is told as well, in the transaction that writes."""
        chains: dict[str, _Chain] = {}
        after, done = "0", 0
        for entries in _pages(journal, after):
            told = _about_alarms(entries)
            self._taken(chains, told)
            after, done = entries[-1].position, done + len(told)
        with writing(engine).begin() as connection:
            revision = self._table.claim(connection)
            for entries in _pages(journal, after):
                told = _about_alarms(entries)
                self._taken(chains, told)
                done += len(told)
            self._table.clear(connection)
            self._write(connection, chains, revision)
        return done

    def told_by(self, journal: Journal, after: str) -> "Told":
        """The rows that the journal's facts behind a position make; nothing is written."""
        chains: dict[str, _Chain] = {}
        done = 0
        for entries in _pages(journal, after):
            told = _about_alarms(entries)
            self._taken(chains, told)
            after, done = entries[-1].position, done + len(told)
        return Told([row for chain in chains.values() for row in chain.changed(0)], done, after)

    def backfill(self, journal: Journal, engine: Engine) -> int:
        """Tell all anew if the journal's newest alarm has no row: it is from before there were any. How many facts."""
        newest = journal.find_newest(AlarmRaised.__name__)
        if newest is None:
            return 0
        fact = decode_fact(newest.type, newest.body.encode())
        if not isinstance(fact, AlarmRaised):
            return 0
        with engine.connect() as connection:
            row = self._table.read_newest(connection, [fact.alarm_id]).get(fact.alarm_id)
        if row is not None and after_telling(alarm := alarm_of(row.body), fact) is alarm:
            return 0
        log.warning("alarms of the journal get their records; this is done once")
        done = self.tell_anew(journal, engine)
        log.warning("alarms of the journal have their records", facts=done)
        return done

    def _taken(self, chains: "dict[str, _Chain]", facts: Iterable[AboutAlarm]) -> "dict[str, _Chain]":
        for fact in facts:
            chain = chains.get(fact.alarm_id)
            if chain is None:
                chain = chains[fact.alarm_id] = _Chain(fact.alarm_id, self._zone, None)
            chain.take(fact)
        return chains

    def _write(self, connection: Connection, chains: "dict[str, _Chain]", revision: int) -> None:
        self._table.write(connection, [row for chain in chains.values() for row in chain.changed(revision)])


class _Chain:
    """The raisings of one alarm, from the newest that is kept on."""

    def __init__(self, alarm_id: str, zone: ZoneInfo, kept: RaisingRow | None) -> None:
        self._alarm_id, self._zone, self._kept = alarm_id, zone, kept
        self._alarm = alarm_of(kept.body) if kept else None
        #: the last is of the newest raising
        self._rows = [kept] if kept else []

    def take(self, fact: AboutAlarm) -> None:
        """Fold one fact."""
        before = self._alarm
        if before is not None and self._is_forgotten(before, fact.received_at):
            if isinstance(fact, AlarmRaised) and after_telling(before, fact) is before:
                return  # delivered again
            before = None
        if isinstance(fact, AlarmActed):
            after = None if before is None else after_act(before, fact)
        else:
            after = after_telling(before, fact)
        if after is None or after is before:
            return
        known_ms = millis_of(fact.received_at)
        over = superseded(before, after) if before is not None else None
        if over is not None:
            self._know(over, known_ms)
        if over is not None or before is None or before.raised_at is None:
            self._rows.append(self._row(after, known_ms))
        else:
            self._know(after, known_ms)
        self._alarm = after

    def _is_forgotten(self, alarm: Alarm, at: datetime) -> bool:
        midnight = at.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return alarm.ended_at is not None and alarm.ended_at < midnight

    def changed(self, revision: int) -> Iterator[RaisingRow]:
        """What is to be written."""
        for number, row in enumerate(self._rows, 1):
            newest_of = self._alarm_id if number == len(self._rows) else None
            if row is not self._kept or newest_of is None:
                yield row._replace(revision=revision, newest_of=newest_of)

    def _know(self, alarm: Alarm, known_ms: int) -> None:
        """From now on this is known of the newest raising."""
        row, now = self._rows[-1], self._row(alarm, known_ms)
        if row.known_from_ms >= known_ms or _adds_only(row, now, known_ms):
            self._rows[-1] = now._replace(record_id=row.record_id, known_from_ms=row.known_from_ms)
        else:
            self._rows[-1] = row._replace(known_until_ms=known_ms)
            self._rows.append(now)

    def _row(self, alarm: Alarm, known_ms: int) -> RaisingRow:
        if alarm.raised_at is None:
            told: tuple[int | None, ...] = (None,) * 9
            code = 0
        else:
            code, *rest = raising_of(alarm)
            told = tuple(rest)
        body = _encoder.encode(alarm).decode()
        return RaisingRow._make((0, 0, self._alarm_id, known_ms, None, code, *told, None, body))


def _adds_only(row: RaisingRow, now: RaisingRow, known_ms: int) -> bool:
    """Whether what is new happened just now, so that the times alone say since when it is known."""
    if (row.code_number, row.told_ms, row.heard_ms) != (now.code_number, now.told_ms, now.heard_ms):
        return False
    pairs = (
        (row.acted_ms, now.acted_ms), (row.false_ms, now.false_ms), (row.promoted_ms, now.promoted_ms),
        (row.closed_ms, now.closed_ms), (row.cleared_heard_ms, now.cleared_heard_ms),
    )  # fmt: skip
    if any(old != new and (old is not None or new is None or new < known_ms) for old, new in pairs):
        return False
    return row.cleared_heard_ms is None or row.cleared_ms == now.cleared_ms


def _pages(journal: Journal, after: str) -> Iterator[list[JournalEntry]]:
    while page := journal.read(after, None, _FACTS_A_PAGE):
        yield page
        after = page[-1].position


def _about_alarms(entries: Iterable[JournalEntry]) -> list[AboutAlarm]:
    found = []
    for entry in entries:
        if entry.type not in _TYPES:
            continue
        try:
            fact = decode_fact(entry.type, entry.body.encode())
        except UnreadableEntryError as unreadable:
            log.error("fact in the journal cannot be read", fact_id=entry.fact_id, reason=str(unreadable))
            continue
        if isinstance(fact, AboutAlarm):
            found.append(fact)
    return found
