"""Checkpoints: the fold at an instant, as opaque bytes. A start and the time machine fold only what came after one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, delete, select

from cockpit.store.database import writing
from cockpit.store.schema.journal import checkpoints


class Tier(NamedTuple):
    """Of checkpoints older than `older_than` one in each `one_in` is kept."""

    older_than: timedelta
    one_in: timedelta


#: a city's checkpoint is megabytes; from a kept one to any instant it shall be minutes of facts today, an hour's lately
TIERS = (
    Tier(timedelta(minutes=15), timedelta(minutes=10)),
    Tier(timedelta(hours=6), timedelta(hours=1)),
    Tier(timedelta(days=30), timedelta(days=1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The fold up to and including `position`. `received_at`: no fact in it was received later.

    `kind` and `version` say who can read `body`; a newer program asks only for its own version.
    """

    position: str
    seq: int
    received_at: datetime
    kind: str
    version: int
    body: bytes


class Checkpoints:
    """The table `checkpoints`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, checkpoint: Checkpoint) -> None:
        """Keep one more checkpoint."""
        row = {name: getattr(checkpoint, name) for name in Checkpoint.__slots__}
        with writing(self._engine).begin() as connection:
            connection.execute(checkpoints.insert(), row)

    def find_latest(self, *, kind: str, version: int, before: datetime | None = None) -> Checkpoint | None:
        """The newest checkpoint of a kind and version; with `before`, the newest one not later than that."""
        c = checkpoints.c
        query = select(checkpoints).where(c.kind == kind, c.version == version)
        if before is not None:
            query = query.where(c.received_at <= before)
        query = query.order_by(c.received_at.desc(), c.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return Checkpoint(**{name: row[name] for name in Checkpoint.__slots__}) if row else None

    def find_newest_position(self) -> str | None:
        """The newest position that any checkpoint holds: nobody has to read the stream from before it."""
        query = select(checkpoints.c.position).order_by(checkpoints.c.received_at.desc(), checkpoints.c.id.desc())
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).scalar_one_or_none()

    def count(self) -> int:
        """How many checkpoints there are."""
        with self._engine.connect() as connection:
            return len(connection.execute(select(checkpoints.c.id)).all())

    def prune(self, now: datetime) -> int:
        """Thin out what is older: of each `TIERS` slot the first one stays, and the newest of all; how many went."""
        c = checkpoints.c
        query = select(c.id, c.kind, c.version, c.received_at).order_by(c.received_at, c.id)
        with writing(self._engine).begin() as connection:
            rows = connection.execute(query).all()
            newest = {(row.kind, row.version): row.id for row in rows}
            kept: set[tuple[str, int, timedelta, int]] = set()
            gone = []
            for row in rows:
                tier = next((t for t in reversed(TIERS) if row.received_at < now - t.older_than), None)
                if tier is None or newest[row.kind, row.version] == row.id:
                    continue
                number = int(row.received_at.timestamp() // tier.one_in.total_seconds())
                slot = (row.kind, row.version, tier.one_in, number)
                if slot in kept:
                    gone.append(row.id)
                kept.add(slot)
            for start in range(0, len(gone), 500):
                connection.execute(delete(checkpoints).where(c.id.in_(gone[start : start + 500])))
        return len(gone)
