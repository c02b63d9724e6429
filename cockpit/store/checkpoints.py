"""Checkpoints: the fold at an instant, as opaque bytes. A start and the time machine fold only what came after one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, delete, func, select

from cockpit.store.database import writing
from cockpit.store.schema.journal import checkpoints


class Tier(NamedTuple):
    """Of checkpoints older than `older_than` one in each `one_in` is kept."""

    older_than: timedelta
    one_in: timedelta


#: as many facts are folded in a seventh of a second
FACTS_BETWEEN = 2_000
#: what a kept checkpoint may take for each fact that need not be folded: those of a very large city lie further apart
_BYTES_A_FACT = 1_000
#: a city's checkpoint is megabytes; from a kept one to any instant it shall be minutes of facts today, an hour's lately
TIERS = (
    Tier(timedelta(minutes=15), timedelta(minutes=10)),
    Tier(timedelta(hours=6), timedelta(hours=1)),
    Tier(timedelta(days=30), timedelta(days=1)),
)


class Kept(NamedTuple):
    """A checkpoint without its body: `stride` facts should lie between it and the next, twice as many at the most."""

    position: str
    seq: int
    received_at: datetime
    stride: int


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

    def list_kept(self, *, kind: str, version: int) -> list[Kept]:
        """All checkpoints of a kind and version, those of the fewest facts first."""
        c = checkpoints.c
        query = select(c.position, c.seq, c.received_at, func.length(c.body)).where(
            c.kind == kind, c.version == version
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(c.seq, c.id))
            return [Kept(position, seq, at, stride_of(size)) for position, seq, at, size in rows]

    def count(self) -> int:
        """How many checkpoints there are."""
        with self._engine.connect() as connection:
            return len(connection.execute(select(checkpoints.c.id)).all())

    def prune(self, now: datetime) -> int:
        """Thin out what is older: of each `TIERS` slot, and of each stride of facts in it, the first one stays, and the
        newest of all; how many went."""
        c = checkpoints.c
        query = select(c.id, c.kind, c.version, c.received_at, c.seq, func.length(c.body).label("size"))
        with writing(self._engine).begin() as connection:
            rows = connection.execute(query.order_by(c.received_at, c.id)).all()
            newest = {(row.kind, row.version): row.id for row in rows}
            kept: set[tuple[str, int, timedelta, int, int, int]] = set()
            gone = []
            for row in rows:
                tier = next((t for t in reversed(TIERS) if row.received_at < now - t.older_than), None)
                if tier is None or newest[row.kind, row.version] == row.id:
                    continue
                number = int(row.received_at.timestamp() // tier.one_in.total_seconds())
                stride = stride_of(row.size)
                slot = (row.kind, row.version, tier.one_in, number, stride, row.seq // stride)
                if slot in kept:
                    gone.append(row.id)
                kept.add(slot)
            for start in range(0, len(gone), 500):
                connection.execute(delete(checkpoints).where(c.id.in_(gone[start : start + 500])))
        return len(gone)


def stride_of(size: int) -> int:
    """How many facts should lie between checkpoints of so many bytes: the same for all of about one size."""
    stride = FACTS_BETWEEN
    while stride * _BYTES_A_FACT < size:
        stride *= 2
    return stride
