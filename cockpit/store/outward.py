"""Subscriptions of other systems, and the outbox of facts that each of them has not acknowledged yet."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, delete, func, or_, select, tuple_, update

from cockpit.store.database import insert_of, writing
from cockpit.store.schema.outward import outward_facts, subscriptions

#: no stream gives so many entries to one millisecond
_LAST_N = 999_999_999


class SubscriptionState(StrEnum):
    """`stopped`: its receiver has failed for so long that somebody has to look; nothing is lost meanwhile."""

    ACTIVE = "active"
    STOPPED = "stopped"


class RowState(StrEnum):
    """`dead`: the receiver has refused this fact again and again; it is kept until a replay."""

    WAITING = "waiting"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """One subscription as it is now. `url` and `secret` are not for logs."""

    id: str
    name: str
    url: str
    code: str
    kinds: tuple[str, ...]
    personal: bool
    secret: str
    created_by: str
    created_at: datetime
    filled: str
    state: SubscriptionState = SubscriptionState.ACTIVE
    tries: int = 0
    due_at: datetime
    delivered: int = 0
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""


class OutwardFact(NamedTuple):
    """A row of the outbox: a fact as the receiver reads it, by its place in the stream."""

    stream_ms: int
    stream_n: int
    fact_id: str
    body: str
    message: str = ""


class Backlog(NamedTuple):
    """What a subscription has not acknowledged."""

    waiting: int
    dead: int
    #: when the stream took the oldest that waits, milliseconds since 1970; None when nothing does
    oldest_ms: int | None


class Outward:
    """The tables `subscriptions` and `outward_facts`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Subscription) -> None:
        row = {name: getattr(new, name) for name in new.__slots__}
        row |= {"kinds": json.dumps(new.kinds), "state": new.state.value, "holder": "", "held_until": new.created_at}
        with writing(self._engine).begin() as connection:
            connection.execute(subscriptions.insert(), row)

    def remove(self, subscription_id: str) -> bool:
        """Forget a subscription and what it has not acknowledged; False if there is none such."""
        with writing(self._engine).begin() as connection:
            connection.execute(delete(outward_facts).where(outward_facts.c.subscription == subscription_id))
            gone = connection.execute(delete(subscriptions).where(subscriptions.c.id == subscription_id))
            return bool(gone.rowcount)

    def find(self, subscription_id: str) -> Subscription | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(subscriptions).where(subscriptions.c.id == subscription_id)).first()
        return _told(row) if row else None

    def list(self, scope: str = "") -> "list[Subscription]":
        """Those of a scope, the oldest first."""
        c = subscriptions.c
        query = select(subscriptions).where(c.code.startswith(scope, autoescape=True)).order_by(c.created_at, c.id)
        with self._engine.connect() as connection:
            return [_told(row) for row in connection.execute(query)]

    def backlogs(self) -> dict[str, Backlog]:
        """By subscription; those that have acknowledged everything are not in it."""
        c = outward_facts.c
        query = select(c.subscription, c.state, func.count(), func.min(c.stream_ms)).group_by(c.subscription, c.state)
        found: dict[str, Backlog] = {}
        with self._engine.connect() as connection:
            for subscription_id, state, count, oldest in connection.execute(query):
                known = found.get(subscription_id, Backlog(0, 0, None))
                if state == RowState.WAITING.value:
                    found[subscription_id] = known._replace(waiting=int(count), oldest_ms=int(oldest))
                else:
                    found[subscription_id] = known._replace(dead=int(count))
        return found

    def hold(self, subscription_id: str, holder: str, *, now: datetime, until: datetime) -> bool:
        """Be the only one who delivers, until an instant; False while somebody else is."""
        c = subscriptions.c
        free = or_(c.holder == holder, c.held_until <= now)
        mine = update(subscriptions).where(c.id == subscription_id, free)
        with writing(self._engine).begin() as connection:
            return bool(connection.execute(mine.values(holder=holder, held_until=until)).rowcount)

    def fill(self, subscription_id: str, rows: Sequence[OutwardFact], *, after: str, filled: str) -> bool:
        """Put down what was read behind the position `after`, and that it was read; False if somebody else has."""
        c = subscriptions.c
        mine = update(subscriptions).where(c.id == subscription_id, c.filled == after).values(filled=filled)
        with writing(self._engine).begin() as connection:
            if connection.execute(mine).rowcount == 0:
                return False
            if rows:
                insert = insert_of(outward_facts, connection.dialect).on_conflict_do_nothing()
                told = {"subscription": subscription_id, "state": RowState.WAITING.value}
                connection.execute(insert, [row._asdict() | told for row in rows])
            return True

    def count_waiting(self, subscription_id: str) -> int:
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(outward_facts).where(_waiting(subscription_id))
            return int(connection.execute(query).scalar_one())

    def next_message(
        self, subscription_id: str, *, most: int, most_bytes: int, name: Callable[[OutwardFact], str]
    ) -> Sequence[OutwardFact]:
        """The oldest facts that wait, as one message: the same ones at every try. `name` names a new message."""
        c = outward_facts.c
        with self._engine.connect() as connection:
            rows = _in_order(connection, _waiting(subscription_id), most)
        if not rows:
            return []
        if rows[0].message:
            with self._engine.connect() as connection:
                return _in_order(connection, and_(_waiting(subscription_id), c.message == rows[0].message), None)
        chosen, size = [rows[0]], len(rows[0].body.encode())
        for row in rows[1:]:
            size += len(row.body.encode())
            if row.message or size > most_bytes:
                break
            chosen.append(row)
        message, last = name(chosen[0]), tuple_(chosen[-1].stream_ms, chosen[-1].stream_n)
        these = and_(_waiting(subscription_id), c.message == "", tuple_(c.stream_ms, c.stream_n) <= last)
        with writing(self._engine).begin() as connection:
            connection.execute(update(outward_facts).where(these).values(message=message))
        return [row._replace(message=message) for row in chosen]

    def acknowledged(self, subscription_id: str, message: str, now: datetime) -> None:
        """The receiver has taken a message: it is never sent again, unless somebody asks for a replay."""
        c = outward_facts.c
        taken = delete(outward_facts).where(c.subscription == subscription_id, c.message == message)
        with writing(self._engine).begin() as connection:
            count = connection.execute(taken).rowcount
            told = {"delivered": subscriptions.c.delivered + count, "succeeded_at": now, "tries": 0, "error": ""}
            connection.execute(_one(subscription_id).values(due_at=now, **told))

    def failed(self, subscription_id: str, *, now: datetime, due_at: datetime, error: str, stop: bool = False) -> None:
        """A try in vain; the next one is at `due_at`, or nobody tries any more."""
        told: dict[str, Any] = {"tries": subscriptions.c.tries + 1, "due_at": due_at, "failed_at": now, "error": error}
        if stop:
            told["state"] = SubscriptionState.STOPPED.value
        with writing(self._engine).begin() as connection:
            connection.execute(_one(subscription_id).values(**told))

    def take_apart(self, subscription_id: str, message: str) -> None:
        """Undo a message that was refused as a whole: its facts go out with smaller ones."""
        c = outward_facts.c
        with writing(self._engine).begin() as connection:
            these = update(outward_facts).where(c.subscription == subscription_id, c.message == message)
            connection.execute(these.values(message=""))
            connection.execute(_one(subscription_id).values(tries=0))

    def set_aside(self, subscription_id: str, message: str) -> None:
        """The receiver will never take this message: it is dead, and the next ones may go."""
        c = outward_facts.c
        with writing(self._engine).begin() as connection:
            these = update(outward_facts).where(c.subscription == subscription_id, c.message == message)
            connection.execute(these.values(state=RowState.DEAD.value))
            connection.execute(_one(subscription_id).values(tries=0))

    def replay(self, subscription_id: str, *, now: datetime, since_ms: int | None = None) -> bool:
        """Try again at once: what is dead waits anew, as new messages, and with `since_ms` also everything since that
        instant. False if there is no such subscription.
        """
        c = outward_facts.c
        again: dict[str, Any] = {"state": SubscriptionState.ACTIVE.value, "tries": 0, "due_at": now}
        with writing(self._engine).begin() as connection:
            if since_ms is None:
                rows = update(outward_facts).where(c.subscription == subscription_id, c.state == RowState.DEAD.value)
                connection.execute(rows.values(state=RowState.WAITING.value, message=""))
            else:
                mine = c.subscription == subscription_id
                oldest = connection.execute(select(func.min(c.stream_ms)).where(mine)).scalar_one()
                connection.execute(delete(outward_facts).where(mine))
                first_ms = since_ms if oldest is None else min(since_ms, int(oldest))
                # behind everything that came before that millisecond
                again["filled"] = f"{first_ms - 1}-{_LAST_N}" if first_ms > 0 else "0"
            return bool(connection.execute(_one(subscription_id).values(**again)).rowcount)


def _one(subscription_id: str) -> Any:
    return update(subscriptions).where(subscriptions.c.id == subscription_id)


def _waiting(subscription_id: str) -> ColumnElement[bool]:
    c = outward_facts.c
    return and_(c.subscription == subscription_id, c.state == RowState.WAITING.value)


def _in_order(connection: Connection, where: ColumnElement[bool], most: int | None) -> list[OutwardFact]:
    c = outward_facts.c
    query = select(c.stream_ms, c.stream_n, c.fact_id, c.body, c.message).where(where).order_by(c.stream_ms, c.stream_n)
    return [OutwardFact(*row) for row in connection.execute(query.limit(most) if most else query)]


def _told(row: Row[Any]) -> Subscription:
    values = {name: getattr(row, name) for name in Subscription.__slots__}
    values["kinds"] = tuple(json.loads(row.kinds))
    return Subscription(**values | {"state": SubscriptionState(row.state), "personal": bool(row.personal)})
