"""What closed events said and which category they had: what a classifier learns from."""

from typing import NamedTuple

from sqlalchemy import Engine, func, select

from cockpit.store.schema.events import event_records


class ClosedCase(NamedTuple):
    """The words of one closed event and its category."""

    title: str
    category_text: str
    description: str
    category: str


class ClosedCases:
    """Reads the table `event_records`: events told live and imported history alike."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self) -> int:
        """How many closed events have a category."""
        query = select(func.count()).select_from(event_records).where(*_TAUGHT)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def newest(self, most: int) -> list[ClosedCase]:
        """The cases that became known last, newest first."""
        r = event_records.c
        query = select(r.title, r.category_text, r.description, r.category).where(*_TAUGHT)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(r.record_id.desc()).limit(most))
            return [ClosedCase(*row) for row in found]


_TAUGHT = (event_records.c.closed_ms.is_not(None), event_records.c.category != "")
