"""The audit trail: who did what and when. It is only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Engine, select

from cockpit.store.database import writing
from cockpit.store.schema.accounts import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One deed of one account."""

    at: datetime
    who: str
    what: str
    detail: dict[str, object]


class AuditTrail:
    """The table `audit`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, *, at: datetime, who: str, what: str, detail: Mapping[str, object]) -> None:
        """Add one deed; `detail` must be JSON."""
        row = {"at": at, "who": who, "what": what, "detail": msgspec.json.encode(detail).decode()}
        with writing(self._engine).begin() as connection:
            connection.execute(audit.insert(), row)

    def list_latest(self, limit: int) -> list[AuditRecord]:
        """The newest deeds, newest first."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [AuditRecord(at=r.at, who=r.who, what=r.what, detail=msgspec.json.decode(r.detail)) for r in rows]
