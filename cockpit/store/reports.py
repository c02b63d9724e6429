"""报告台账: which reports were asked for, who makes each, and what became of it; a scheduled one is there once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Row, and_, delete, func, or_, select, update

from cockpit.store.database import count_inserted, insert_of, writing
from cockpit.store.schema.reports import reports


class ReportState(StrEnum):
    WAITING = "waiting"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedReport:
    """A report that is wanted. `asked_by` is empty for the schedule; `indicators`: names between commas."""

    id: str
    key: str
    kind: str
    name: str
    day: str
    code: str
    lang: str
    asked_by: str
    asked_at: datetime
    indicators: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptReport(AskedReport):
    """A row as it is. `as_of` is the instant of its figures, `step` what is being done."""

    state: ReportState
    step: str
    tries: int
    as_of: datetime | None
    made_at: datetime | None
    pages: int
    error: str


class Reports:
    """The table `reports`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, wanted: Sequence[AskedReport]) -> int:
        """Put down what is not down by its key yet; how many were new."""
        if not wanted:
            return 0
        rows = [
            {**asdict(one), "state": ReportState.WAITING.value, "step": "", "tries": 0, "holder": "",
             "held_until": one.asked_at, "pages": 0, "error": ""}
            for one in wanted
        ]  # fmt: skip
        with writing(self._engine).begin() as connection:
            insert = insert_of(reports, connection.dialect).on_conflict_do_nothing(index_elements=["key"])
            return count_inserted(connection, insert, rows, reports.c.id)

    def claim(self, holder: str, now: datetime, until: datetime, *, most_tries: int) -> KeptReport | None:
        """The oldest that waits, or whose maker has not been heard of in time; the caller's `until` then."""
        c = reports.c
        left = and_(c.state == ReportState.MAKING.value, c.held_until < now)
        free = or_(c.state == ReportState.WAITING.value, left)
        with writing(self._engine).begin() as connection:
            worn = and_(free, c.tries >= most_tries)
            failed = {"state": ReportState.FAILED.value, "error": "its maker ended while it was made"}
            connection.execute(update(reports).where(worn).values(**failed))
            # on PostgreSQL several claim at once: each takes a row that no other is just taking; SQLite has one writer
            oldest = select(reports).where(free).order_by(c.asked_at, c.id).limit(1)
            row = connection.execute(oldest.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            mine = {"state": ReportState.MAKING.value, "holder": holder, "held_until": until, "tries": row.tries + 1}
            connection.execute(update(reports).where(c.id == row.id).values(**mine))
            return _kept(connection.execute(select(reports).where(c.id == row.id)).one())

    def at_step(self, report_id: str, holder: str, step: str) -> bool:
        """How far its maker is; False if it is somebody else's by now."""
        return self._mine(report_id, holder, step=step)

    def made(self, report_id: str, holder: str, *, as_of: datetime, now: datetime, pages: int) -> bool:
        """It is there; False if it is somebody else's by now."""
        told = {"state": ReportState.MADE.value, "step": "", "as_of": as_of, "made_at": now, "pages": pages}
        return self._mine(report_id, holder, **told, error="")

    def failed(self, report_id: str, holder: str, error: str, *, again: bool) -> bool:
        """It could not be made; `again`: another try may help."""
        state = ReportState.WAITING if again else ReportState.FAILED
        return self._mine(report_id, holder, state=state.value, step="", error=error)

    def retry(self, report_id: str) -> bool:
        """Somebody wants a failed one tried once more; False if it has not failed."""
        wanted = update(reports).where(reports.c.id == report_id, reports.c.state == ReportState.FAILED.value)
        with writing(self._engine).begin() as connection:
            told = {"state": ReportState.WAITING.value, "tries": 0, "error": ""}
            return bool(connection.execute(wanted.values(**told)).rowcount)

    def find(self, report_id: str) -> KeptReport | None:
        return self._first(reports.c.id == report_id)

    def find_under_way(self, *, kind: str, name: str, code: str, lang: str, indicators: str) -> KeptReport | None:
        """One of the same that is not there yet: nobody needs a second of it."""
        c = reports.c
        under_way = c.state.in_((ReportState.WAITING.value, ReportState.MAKING.value))
        same = and_(c.kind == kind, c.name == name, c.code == code, c.lang == lang, c.indicators == indicators)
        return self._first(and_(same, under_way))

    def newest(
        self, *, scope: str, kind: str | None = None, after: tuple[datetime, str] | None = None, limit: int = 100
    ) -> tuple[int, list[KeptReport]]:
        """How many there are of a scope (and kind), and up to `limit` of them, the newest first."""
        c = reports.c
        where = [c.code.startswith(scope, autoescape=True)]
        if kind is not None:
            where.append(c.kind == kind)
        page = select(reports).where(*where).order_by(c.asked_at.desc(), c.id.desc()).limit(limit)
        if after is not None:
            at, report_id = after
            page = page.where(or_(c.asked_at < at, and_(c.asked_at == at, c.id < report_id)))
        with self._engine.connect() as connection:
            total = connection.execute(select(func.count()).select_from(reports).where(*where)).scalar_one()
            return int(total), [_kept(row) for row in connection.execute(page)]

    def delete_before(self, at: datetime) -> list[str]:
        """Forget what was asked for before `at`; the ids, whose files are to go too."""
        old = reports.c.asked_at < at
        with writing(self._engine).begin() as connection:
            ids = [str(found) for found in connection.execute(select(reports.c.id).where(old)).scalars()]
            connection.execute(delete(reports).where(old))
        return ids

    def _first(self, where: Any) -> KeptReport | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(reports).where(where).order_by(reports.c.asked_at).limit(1)).first()
        return _kept(row) if row else None

    def _mine(self, report_id: str, holder: str, **values: Any) -> bool:
        c = reports.c
        mine = update(reports).where(c.id == report_id, c.holder == holder, c.state == ReportState.MAKING.value)
        with writing(self._engine).begin() as connection:
            return bool(connection.execute(mine.values(**values)).rowcount)


def _kept(row: Row[Any]) -> KeptReport:
    return KeptReport(
        id=row.id, key=row.key, kind=row.kind, name=row.name, day=row.day, code=row.code, lang=row.lang,
        asked_by=row.asked_by, asked_at=row.asked_at, indicators=row.indicators, state=ReportState(row.state),
        step=row.step, tries=row.tries, as_of=row.as_of, made_at=row.made_at, pages=row.pages, error=row.error,
    )  # fmt: skip
