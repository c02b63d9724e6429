"""The journal: every fact once, in the order of the stream. What the time machine folds and Redis is rebuilt from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, literal, select, tuple_

from cockpit.store.database import count_inserted, insert_of, writing
from cockpit.store.schema.journal import facts

_IDS_A_QUERY = 1_000
#: the stream's order is that in which facts were received, give or take the clocks of several machines
_OUT_OF_ORDER_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One fact as it is kept: its place in the stream, what is searched for, and its JSON."""

    position: str
    fact_id: str
    type: str
    at: datetime
    received_at: datetime
    #: division or grid code, empty when the fact has no place
    code: str
    body: str


class Journal:
    """The table `facts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self, entries: Sequence[JournalEntry], *, beside: Callable[[Connection], None] = lambda _connection: None
    ) -> int:
        """Keep what is not kept yet, all or nothing; how many were new. Repeating is harmless.

        `beside` writes what follows from the entries, in the same transaction. IntegrityError if a position is taken by
        another fact: the stream's ids went backwards.
        """
        if not entries:
            return 0
        with writing(self._engine).begin() as connection:
            new = self.write(connection, entries)
            beside(connection)
            return new

    def write(self, connection: Connection, entries: Sequence[JournalEntry]) -> int:
        """Keep entries in a transaction of the caller's; how many were new."""
        if not entries:
            return 0
        insert = insert_of(facts, connection.dialect).on_conflict_do_nothing(index_elements=["fact_id"])
        return count_inserted(connection, insert, [_row_of(entry) for entry in entries], facts.c.stream_n)

    def known(self, fact_ids: Sequence[str]) -> set[str]:
        """Which of these facts are kept."""
        found: set[str] = set()
        with self._engine.connect() as connection:
            for start in range(0, len(fact_ids), _IDS_A_QUERY):
                asked = facts.c.fact_id.in_(fact_ids[start : start + _IDS_A_QUERY])
                found.update(connection.execute(select(facts.c.fact_id).where(asked)).scalars())
        return found

    def read(self, after: str, until_received: datetime | None, count: int) -> list[JournalEntry]:
        """Up to `count` facts behind a stream position (`"0"`: all), received no later than `until_received`."""
        place = tuple_(facts.c.stream_ms, facts.c.stream_n)
        query = select(facts).where(place > tuple_(*_numbers(after)))
        if until_received is not None:
            last_ms = self._last_taken_ms(until_received)
            if last_ms is None:
                return []
            query = query.where(facts.c.received_at <= until_received, facts.c.stream_ms <= last_ms + _OUT_OF_ORDER_MS)
        return self._entries(query.order_by(facts.c.stream_ms, facts.c.stream_n).limit(count))

    def _last_taken_ms(self, until_received: datetime) -> int | None:
        """When the stream took the newest of the facts that were received by then; None if there was none."""
        query = select(facts.c.stream_ms).where(facts.c.received_at <= until_received)
        with self._engine.connect() as connection:
            return connection.execute(query.order_by(facts.c.received_at.desc()).limit(1)).scalar_one_or_none()

    def received_between(self, types: Sequence[str], start: datetime, end: datetime) -> Iterator[JournalEntry]:
        """The facts of some types that were received in [start, end], in the order of the stream."""
        query = select(facts).where(facts.c.received_at.between(start, end), facts.c.type.in_(types))
        yield from self._entries(query.order_by(facts.c.stream_ms, facts.c.stream_n))

    def received_of(self, type_name: str, start: datetime, end: datetime) -> list[JournalEntry]:
        """The facts of one type that were received in [start, end], in the order of the stream. Quick for a type that
        has an index of its own."""
        # told to the database as it is, so that it knows the index of that type when it sees it
        its = facts.c.type == literal(type_name, literal_execute=True)
        query = select(facts).where(its, facts.c.received_at.between(start, end))
        return self._entries(query.order_by(facts.c.stream_ms, facts.c.stream_n))

    def list_of_type(self, type_name: str) -> list[JournalEntry]:
        """Every fact of one type, oldest first. Looks through the whole journal: for rare facts and patient people."""
        query = select(facts).where(facts.c.type == type_name)
        return self._entries(query.order_by(facts.c.stream_ms, facts.c.stream_n))

    def find_newest(self, type_name: str) -> JournalEntry | None:
        """The newest fact of one type; quick for a type that is not rare."""
        query = select(facts).where(facts.c.type == type_name)
        found = self._entries(query.order_by(facts.c.stream_ms.desc(), facts.c.stream_n.desc()).limit(1))
        return found[0] if found else None

    def begins_at(self) -> datetime | None:
        """When the first fact that is kept was received; None for an empty journal."""
        query = select(facts.c.received_at).order_by(facts.c.received_at).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def tail(self) -> str:
        """The position of the last fact kept; `0-0` for an empty journal."""
        query = select(facts.c.stream_ms, facts.c.stream_n)
        query = query.order_by(facts.c.stream_ms.desc(), facts.c.stream_n.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return f"{row.stream_ms}-{row.stream_n}" if row else "0-0"

    def before_newest(self, count: int) -> str:
        """The position behind which the newest `count` facts lie; `0` where there are no more than that."""
        query = select(facts.c.stream_ms, facts.c.stream_n)
        query = query.order_by(facts.c.stream_ms.desc(), facts.c.stream_n.desc()).offset(count).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return f"{row.stream_ms}-{row.stream_n}" if row else "0"

    def count(self) -> int:
        """How many facts are kept."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(facts)).scalar_one())

    def _entries(self, query: Select[Any]) -> list[JournalEntry]:
        with self._engine.connect() as connection:
            return [
                JournalEntry(
                    position=f"{row.stream_ms}-{row.stream_n}",
                    fact_id=row.fact_id,
                    type=row.type,
                    at=row.at,
                    received_at=row.received_at,
                    code=row.code,
                    body=row.body,
                )
                for row in connection.execute(query)
            ]

    def digest(self) -> str:
        """One hash over all facts by id, whatever their places: equal journals tell the same."""
        told = sha256()
        query = select(facts.c.fact_id, facts.c.type, facts.c.body)
        hashes = []
        with self._engine.connect() as connection:
            for fact_id, kind, body in connection.execution_options(yield_per=5_000).execute(query):
                hashes.append(sha256("\0".join((fact_id, kind, body)).encode()).digest())
        for one in sorted(hashes):  # sorted here: databases sort text each in its own way
            told.update(one)
        return told.hexdigest()


def _row_of(entry: JournalEntry) -> dict[str, object]:
    stream_ms, stream_n = _numbers(entry.position)
    return {
        "stream_ms": stream_ms,
        "stream_n": stream_n,
        "fact_id": entry.fact_id,
        "type": entry.type,
        "at": entry.at,
        "received_at": entry.received_at,
        "code": entry.code,
        "body": entry.body,
    }


def _numbers(position: str) -> tuple[int, int]:
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)
