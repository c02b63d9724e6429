"""What was learned from closed events, as opaque bytes: the newest is used, the two before it are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, insert, select

from cockpit.store.database import writing
from cockpit.store.schema.learned import classifiers

_KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClassifier:
    """One model; `cases` is how many closed events there were when it was made."""

    trained_at: datetime
    cases: int
    body: bytes


class Classifiers:
    """The table `classifiers`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, model: StoredClassifier) -> None:
        """Keep one more."""
        row = {"trained_at": model.trained_at, "cases": model.cases, "body": model.body}
        with writing(self._engine).begin() as connection:
            connection.execute(insert(classifiers), row)
            ids = connection.scalars(select(classifiers.c.id).order_by(classifiers.c.id.desc()).limit(_KEPT)).all()
            connection.execute(delete(classifiers).where(classifiers.c.id < min(ids)))

    def find_newest(self) -> StoredClassifier | None:
        """The newest model; None if nothing was learned yet."""
        with self._engine.connect() as connection:
            row = connection.execute(select(classifiers).order_by(classifiers.c.id.desc()).limit(1)).first()
        return StoredClassifier(trained_at=row.trained_at, cases=row.cases, body=row.body) if row else None

    def newest_id(self) -> int:
        """Changes whenever a model was saved; 0 when there is none."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.max(classifiers.c.id))) or 0)
