"""附件: who brought which photo, and whose it is to see."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, func, select

from cockpit.store.database import insert_of, writing
from cockpit.store.schema.things import attachments


class Attachments:
    """The table `attachments`: one row for each photo, code that may see it, and account that brought it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, photo_id: str, *, codes: Iterable[str], account: str, size: int, at: datetime) -> None:
        """The photo may be seen by whoever's scope covers one of `codes`, and by `account`. Twice is once."""
        rows = [
            {"photo_id": photo_id, "code": code, "account": account, "size": size, "at": at}
            for code in dict.fromkeys(codes)
        ]
        with writing(self._engine).begin() as connection:
            connection.execute(insert_of(attachments, connection.dialect).on_conflict_do_nothing(), rows)

    def seers_of(self, photo_id: str) -> list[tuple[str, str]]:
        """(code, account) of everybody who may see the photo; empty for one that nobody brought."""
        c = attachments.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(c.code, c.account).where(c.photo_id == photo_id))
            return [(row.code, row.account) for row in rows]

    def brought_since(self, account: str, at: datetime) -> int:
        """How many photos an account has brought since `at`."""
        c = attachments.c
        query = select(func.count(c.photo_id.distinct())).where(c.account == account, c.at >= at)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())
