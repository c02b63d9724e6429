"""走访网格: which gridworker had visited which grid on which day, as it was known at an instant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, or_, select, update

from cockpit.store.database import writing
from cockpit.store.schema.walks import walked_grids, walks_told

_ONE = 1
#: any number, as long as everybody who writes walks takes the same
_WRITERS_LOCK = 330_113
#: a gridworker's day: `date.toordinal` and the subject
Key = tuple[int, str]


class Told(NamedTuple):
    """Since when walks are told, and until which arrival (not included), in milliseconds since 1970."""

    from_ms: int
    through_ms: int


class WalkedGrids:
    """The tables `walked_grids` and `walks_told`. Who tells the same walks as another one changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def told(self) -> Told | None:
        """None before anything was told."""
        query = select(walks_told.c.from_ms, walks_told.c.through_ms).where(walks_told.c.told_id == _ONE)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return Told(*row) if row is not None else None

    def keep(self, walks: Mapping[Key, Mapping[int, int]], told: Told) -> int:
        """Let these days be so (grid → `reached_ms`) from `told.through_ms` on, all or nothing; how much was new.

        What is known already stays as it is, so that telling the same again changes nothing. Who is behind what is
        told writes nothing.
        """
        c = walked_grids.c
        new: list[dict[str, object]] = []
        over: list[dict[str, int]] = []
        with writing(self._engine).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
            through_ms = connection.scalar(select(walks_told.c.through_ms).where(walks_told.c.told_id == _ONE))
            if through_ms is not None and through_ms > told.through_ms:
                return 0
            kept = self._open(connection, walks) if walks else {}
            for key, reached in walks.items():
                known = kept.get(key, {})
                over += [{"its_id": row_id} for grid, (row_id, ms) in known.items() if reached.get(grid) != ms]
                new += [
                    {"day": key[0], "subject_id": key[1], "grid_number": grid, "reached_ms": ms,
                     "known_from_ms": told.through_ms, "known_until_ms": None}
                    for grid, ms in reached.items() if grid not in known or known[grid][1] != ms
                ]  # fmt: skip
            if over:
                ended = update(walked_grids).where(c.walked_id == bindparam("its_id"))
                connection.execute(ended.values(known_until_ms=told.through_ms), over)
            if new:
                connection.execute(insert(walked_grids), new)
            self._mark(connection, told)
        return len(new) + len(over)

    def known(self, first: int, last: int, at_ms: int) -> list[tuple[int, int, int]]:
        """(day, grid, when it was first visited) of days `first` to `last`, as it was known at an instant."""
        c = walked_grids.c
        query = (
            select(c.day, c.grid_number, func.min(c.reached_ms))
            .where(c.day.between(first, last), c.known_from_ms <= at_ms)
            .where(or_(c.known_until_ms.is_(None), c.known_until_ms > at_ms))
            .group_by(c.day, c.grid_number)
        )
        with self._engine.connect() as connection:
            return [(day, grid, ms) for day, grid, ms in connection.execute(query)]

    def forget_who(self, before: int) -> int:
        """Of the days before, keep which grids were visited and not by whom; how many rows that left fewer."""
        c = walked_grids.c
        forgotten = 0
        with self._engine.connect() as connection:
            days = connection.scalars(select(c.day).where(c.day < before, c.subject_id != "").distinct()).all()
        for day in days:
            with writing(self._engine).begin() as connection:
                rows = connection.execute(
                    select(c.grid_number, c.reached_ms, c.known_from_ms, c.known_until_ms).where(c.day == day)
                ).all()
                by_grid: dict[int, list[tuple[int, int, int | None]]] = defaultdict(list)
                for grid, *times in rows:
                    by_grid[grid].append((times[0], times[1], times[2]))
                kept = [
                    {"day": day, "subject_id": "", "grid_number": grid, "reached_ms": reached,
                     "known_from_ms": since, "known_until_ms": until}
                    for grid, times_of in by_grid.items() for reached, since, until in _needed(times_of)
                ]  # fmt: skip
                connection.execute(delete(walked_grids).where(c.day == day))
                connection.execute(insert(walked_grids), kept)
                forgotten += len(rows) - len(kept)
        return forgotten

    def _open(self, connection: Connection, keys: Iterable[Key]) -> dict[Key, dict[int, tuple[int, int]]]:
        """What is known now of these days: grid → (row, when it was reached)."""
        c, wanted = walked_grids.c, set(keys)
        found: dict[Key, dict[int, tuple[int, int]]] = defaultdict(dict)
        query = select(c.walked_id, c.day, c.subject_id, c.grid_number, c.reached_ms)
        query = query.where(c.day.in_({day for day, _ in wanted}), c.known_until_ms.is_(None))
        for row_id, day, subject_id, grid, ms in connection.execute(query):
            if (day, subject_id) in wanted:
                found[day, subject_id][grid] = row_id, ms
        return found

    @staticmethod
    def _mark(connection: Connection, told: Told) -> None:
        its = walks_told.c.told_id == _ONE
        if not connection.execute(update(walks_told).where(its).values(**told._asdict())).rowcount:
            connection.execute(insert(walks_told).values(told_id=_ONE, **told._asdict()))


def _needed(rows: Sequence[tuple[int, int, int | None]]) -> list[tuple[int, int, int | None]]:
    """Rows without those that another one makes needless: reached no later, and known at least as long."""
    kept: list[tuple[int, int, int | None]] = []
    for reached, since, until in sorted(set(rows), key=lambda r: (r[0], r[1], r[2] is not None, -(r[2] or 0))):
        covered = any(s <= since and (u is None or (until is not None and u >= until)) for _, s, u in kept)
        if not covered:
            kept.append((reached, since, until))
    return kept
