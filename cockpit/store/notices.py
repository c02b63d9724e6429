"""The outbox: what is to be told outside, to which channel, and what became of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, or_, select, update

from cockpit.store.database import insert_of, writing
from cockpit.store.schema.outward import notices


class NoticeState(StrEnum):
    """How far a notice has come; `uncertain` may have arrived or not."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewNotice:
    """What one channel is to be told of one fact."""

    fact_id: str
    channel: str
    kind: str
    code: str
    event_id: str
    title: str
    body: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptNotice(NewNotice):
    """A row as it is: how often it was tried, when it is due again, when it went out, and why not."""

    id: int
    state: NoticeState
    tries: int
    due_at: datetime
    sent_at: datetime | None
    error: str


class Notices:
    """The table `notices`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, connection: Connection, new: Sequence[NewNotice]) -> None:
        """Put down what is not down yet, in a transaction of the caller's."""
        if new:
            rows = [
                {**asdict(n), "state": NoticeState.WAITING.value, "tries": 0, "due_at": n.created_at, "sender": "",
                 "error": ""}
                for n in new
            ]  # fmt: skip
            insert = insert_of(notices, connection.dialect)
            connection.execute(insert.on_conflict_do_nothing(index_elements=["fact_id", "channel"]), rows)

    def claim(self, channel: str, sender: str, now: datetime) -> KeptNotice | None:
        """The oldest notice of a channel that is due, `sending` from now on; None if there is none."""
        c = notices.c
        due = select(notices).where(c.channel == channel, c.state == NoticeState.WAITING.value, c.due_at <= now)
        with writing(self._engine).begin() as connection:
            row = connection.execute(due.order_by(c.id).limit(1)).first()
            if row is None:
                return None
            mine = update(notices).where(c.id == row.id, c.state == NoticeState.WAITING.value)
            told = {"state": NoticeState.SENDING.value, "tries": row.tries + 1, "begun_at": now, "sender": sender}
            # on PostgreSQL another sender may have been quicker between the two statements
            if connection.execute(mine.values(**told)).rowcount == 0:
                return None
            return _kept(connection.execute(select(notices).where(c.id == row.id)).one())

    def sent(self, notice_id: int, now: datetime) -> None:
        self._set(notice_id, state=NoticeState.SENT.value, sent_at=now, error="")

    def later(self, notice_id: int, due_at: datetime, error: str) -> None:
        """It has certainly not arrived: try again at `due_at`."""
        self._set(notice_id, state=NoticeState.WAITING.value, due_at=due_at, error=error)

    def failed(self, notice_id: int, error: str) -> None:
        self._set(notice_id, state=NoticeState.FAILED.value, error=error)

    def uncertain(self, notice_id: int, error: str) -> None:
        self._set(notice_id, state=NoticeState.UNCERTAIN.value, error=error)

    def give_up_on(self, *, before: datetime, sender: str = "") -> int:
        """What has been `sending` since before an instant, or by `sender` at all, is uncertain; how many."""
        c = notices.c
        left = c.begun_at < before if not sender else or_(c.begun_at < before, c.sender == sender)
        orphaned = update(notices).where(c.state == NoticeState.SENDING.value, left)
        told = {"state": NoticeState.UNCERTAIN.value, "error": "its sender ended while it was sending"}
        with writing(self._engine).begin() as connection:
            return int(connection.execute(orphaned.values(**told)).rowcount)

    def send_again(self, notice_id: int, now: datetime) -> bool:
        """Somebody knowingly wants a failed or uncertain one sent once more; False if there is none such."""
        c = notices.c
        again = (NoticeState.FAILED.value, NoticeState.UNCERTAIN.value)
        wanted = update(notices).where(c.id == notice_id, c.state.in_(again))
        told = {"state": NoticeState.WAITING.value, "due_at": now, "tries": 0}
        with writing(self._engine).begin() as connection:
            return bool(connection.execute(wanted.values(**told)).rowcount)

    def find(self, notice_id: int) -> KeptNotice | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(notices).where(notices.c.id == notice_id)).first()
        return _kept(row) if row else None

    def list(
        self, *, scope: str, state: NoticeState | None = None, before_id: int | None = None, limit: int = 100
    ) -> tuple[int, list[KeptNotice]]:
        """How many there are of a scope (and state), and up to `limit` of them, the newest first."""
        c = notices.c
        where = [c.code.startswith(scope, autoescape=True)]
        if state is not None:
            where.append(c.state == state.value)
        page = select(notices).where(*where).order_by(c.id.desc()).limit(limit)
        if before_id is not None:
            page = page.where(c.id < before_id)
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(notices).where(*where)).scalar_one()
            return int(total), [_kept(row) for row in connection.execute(page)]

    def delete_before(self, at: datetime) -> int:
        """Forget notices put down before `at`; how many."""
        with writing(self._engine).begin() as connection:
            return int(connection.execute(delete(notices).where(notices.c.created_at < at)).rowcount)

    def _set(self, notice_id: int, **values: Any) -> None:
        with writing(self._engine).begin() as connection:
            connection.execute(update(notices).where(notices.c.id == notice_id).values(**values))


def _kept(row: Row[Any]) -> KeptNotice:
    return KeptNotice(
        id=row.id, fact_id=row.fact_id, channel=row.channel, kind=row.kind, code=row.code, event_id=row.event_id,
        title=row.title, body=row.body, created_at=row.created_at, state=NoticeState(row.state), tries=row.tries,
        due_at=row.due_at, sent_at=row.sent_at, error=row.error,
    )  # fmt: skip
