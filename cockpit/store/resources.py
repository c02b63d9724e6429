"""资源 as they are registered: one row each, found by id, read anew from a revision on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Row, func, select, update

from cockpit.domain.resource import Resource, ResourceState
from cockpit.store.database import insert_of, writing
from cockpit.store.schema.things import resources

_AT_ONCE = 20_000
_IDS_AT_ONCE = 900
_CHANGING = ("revision", "kind", "name", "lon", "lat", "code", "phone", "capacity", "skills", "state", "stream_url")
#: between two skills of one thing
_SKILLS_GAP = ";"


class Written(NamedTuple):
    """What became of some rows: which were not there, which said something else, which said the same."""

    new: int
    changed: int
    unchanged: int


class ResourceTable:
    """The table `resources`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, things: Sequence[Resource], *, dry_run: bool = False) -> Written:
        """Write these, each id once; what says the same already is left alone. `dry_run` only counts."""
        if dry_run:
            with self._engine.connect() as connection:
                return self._compared(connection, things)[0]
        with writing(self._engine).begin() as connection:
            counts, differing = self._compared(connection, things)
            if differing:
                revision = _next_revision(connection)
                insert = insert_of(resources, connection.dialect)
                connection.execute(
                    insert.on_conflict_do_update(
                        index_elements=["resource_id"], set_={name: insert.excluded[name] for name in _CHANGING}
                    ),
                    [_values(thing, revision) for thing in differing],
                )
        return counts

    def withdraw(self, kinds: Sequence[str], kept: set[str], *, dry_run: bool = False) -> int:
        """Take off the list what is of these kinds and not among the ids `kept`; how many those are."""
        gone = [
            thing.resource_id
            for thing in self.read()
            if thing.kind in kinds and thing.state is not ResourceState.WITHDRAWN and thing.resource_id not in kept
        ]
        if gone and not dry_run:
            with writing(self._engine).begin() as connection:
                values = {"state": ResourceState.WITHDRAWN.value, "revision": _next_revision(connection)}
                for ids in _portions(gone, _IDS_AT_ONCE):
                    connection.execute(update(resources).where(resources.c.resource_id.in_(ids)).values(values))
        return len(gone)

    def mark(self) -> int:
        """Another one after every change; 0 while nothing was ever registered."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(resources.c.revision))).scalar() or 0)

    def read(self, after: int = 0) -> Iterator[Resource]:
        """What was written after a revision, in no order."""
        query = select(resources)
        if after:
            query = query.where(resources.c.revision > after)
        with self._engine.connect().execution_options(yield_per=_AT_ONCE) as connection:
            for row in connection.execute(query):
                yield _resource(row)

    def find_many(self, ids: Sequence[str]) -> dict[str, Resource]:
        """Those of these ids that there are."""
        with self._engine.connect() as connection:
            return _found(connection, ids)

    def _compared(self, connection: Connection, things: Sequence[Resource]) -> tuple[Written, list[Resource]]:
        known = _found(connection, [thing.resource_id for thing in things])
        differing = [thing for thing in things if known.get(thing.resource_id) != thing]
        new = sum(thing.resource_id not in known for thing in differing)
        return Written(new, len(differing) - new, len(things) - len(differing)), differing


def _found(connection: Connection, ids: Sequence[str]) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for some in _portions(ids, _IDS_AT_ONCE):
        for row in connection.execute(select(resources).where(resources.c.resource_id.in_(some))):
            found[row.resource_id] = _resource(row)
    return found


def _next_revision(connection: Connection) -> int:
    return int(connection.execute(select(func.max(resources.c.revision))).scalar() or 0) + 1


def _portions(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _values(thing: Resource, revision: int) -> dict[str, object]:
    return {
        "resource_id": thing.resource_id, "revision": revision, "kind": thing.kind, "name": thing.name,
        "lon": thing.lon, "lat": thing.lat, "code": thing.code, "phone": thing.phone, "capacity": thing.capacity,
        "skills": _SKILLS_GAP.join(thing.skills), "state": thing.state.value,
        "stream_url": thing.stream_url,
    }  # fmt: skip


def _resource(row: Row[tuple[object, ...]]) -> Resource:
    return Resource(
        resource_id=row.resource_id, kind=row.kind, name=row.name, lon=row.lon, lat=row.lat, code=row.code,
        phone=row.phone, capacity=row.capacity, skills=tuple(row.skills.split(_SKILLS_GAP)) if row.skills else (),
        state=ResourceState(row.state), stream_url=row.stream_url,
    )  # fmt: skip
