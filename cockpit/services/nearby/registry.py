"""登记表: registered things as columns, searchable by place, name and id; exact, and the same for a million of them.

A registry never changes: when something is registered anew, another one takes its place.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.resource import Resource, ResourceState
from cockpit.domain.scope import Scope, number_of
from cockpit.services.nearby.kind_rows import KindRows
from cockpit.services.text_column import TextColumn

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

STATES = (ResourceState.IN_SERVICE, ResourceState.OUT_OF_SERVICE, ResourceState.WITHDRAWN)


class Things(Protocol):
    """Where the registry that holds now comes from (`services.resources`)."""

    def now(self) -> "Registry": ...


class Registry:
    """Every thing that is registered. `numbers` are 15-digit codes (`scope.number_of`)."""

    def __init__(self, things: Iterable[Resource] = ()) -> None:
        listed = sorted(things, key=lambda thing: thing.resource_id)
        n = len(listed)
        self.ids = [thing.resource_id for thing in listed]
        self._row_of = {resource_id: row for row, resource_id in enumerate(self.ids)}
        self.kinds = sorted({thing.kind for thing in listed})
        kind_number = {kind: i for i, kind in enumerate(self.kinds)}
        self.kind = np.fromiter((kind_number[thing.kind] for thing in listed), np.int16, n)
        self.lon = np.fromiter((thing.lon for thing in listed), np.float64, n)
        self.lat = np.fromiter((thing.lat for thing in listed), np.float64, n)
        self.number = np.fromiter((max(number_of(thing.code), 1) for thing in listed), np.int64, n)
        self.state = np.fromiter((STATES.index(thing.state) for thing in listed), np.int8, n)
        self._capacity = np.fromiter((-1 if t.capacity is None else t.capacity for t in listed), np.int64, n)
        self._codes = TextColumn.of([thing.code for thing in listed], distinct=True)
        self._names = TextColumn.of([thing.name for thing in listed], distinct=True)
        self._folded_names = self._names.casefolded()
        self._phones = TextColumn.of([thing.phone for thing in listed], distinct=True)
        self._streams = TextColumn.of([thing.stream_url for thing in listed], distinct=True)
        self._sets = sorted({thing.skills for thing in listed})
        number_of_set = {skills: i for i, skills in enumerate(self._sets)}
        self._skill_set = np.fromiter((number_of_set[thing.skills] for thing in listed), np.int32, n)
        self.of_kind = {kind: self._kind_rows(np.flatnonzero(self.kind == i)) for i, kind in enumerate(self.kinds)}

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, resource_id: str) -> Resource | None:
        """The thing of an id."""
        row = self._row_of.get(resource_id)
        return None if row is None else self.things(np.array([row]))[0]

    def things(self, rows: Ints) -> list[Resource]:
        """The things of some rows, in their order."""
        columns = (self._names, self._codes, self._phones, self._streams)
        texts = [column.texts(rows) for column in columns]
        return [
            Resource(
                resource_id=self.ids[row], kind=self.kinds[self.kind[row]], name=name, lon=float(self.lon[row]),
                lat=float(self.lat[row]), code=code, phone=phone,
                capacity=None if self._capacity[row] < 0 else int(self._capacity[row]),
                skills=self._sets[self._skill_set[row]], state=STATES[self.state[row]],
                stream_url=stream_url,
            )
            for row, name, code, phone, stream_url in zip(rows.tolist(), *texts, strict=True)
        ]  # fmt: skip

    def within(self, scope: Scope) -> Mask:
        """Which rows lie in a scope and are still on a list."""
        low, high = scope.span
        return np.asarray((self.number >= low) & (self.number < high) & (self.state != 2))

    def with_skills(self, skills: Iterable[str]) -> Mask:
        """Which of the sets of skills (`Columns.skill_set`) hold all of these."""
        wanted = set(skills)
        return np.array([wanted <= set(held) for held in self._sets] or [False], dtype=bool)

    def rows_of(self, ids: Iterable[str]) -> list[int]:
        """The rows of those of these ids that there are."""
        return [row for one in ids if (row := self._row_of.get(one)) is not None]

    def named(self, words: str) -> Mask:
        """Which rows have these words in their name or are called so by their id; capitals do not count."""
        mask = self._folded_names.containing(words.casefold())
        row = self._row_of.get(words)
        if row is not None:
            mask[row] = True
        return mask

    def place_behind(self, resource_id: str, rows: Ints) -> int:
        """The first place in ascending `rows` whose id comes after `resource_id`."""
        return int(np.searchsorted(rows, bisect_right(self.ids, resource_id)))

    def _kind_rows(self, rows: Ints) -> KindRows:
        return KindRows(
            rows, self.number[rows], self.lon[rows], self.lat[rows], self.state[rows], self._skill_set[rows]
        )
