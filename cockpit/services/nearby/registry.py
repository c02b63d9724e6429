"""登记表: registered things as columns, with a search tree for each kind; exact, and the same for a million of them.

A registry never changes: when something is registered anew, another one takes its place. Places are unit vectors,
so that the tree's distances are those on the globe (a chord grows with its arc).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from cockpit.domain.geo import EARTH_RADIUS_M, distance_m
from cockpit.domain.resource import Resource, ResourceState
from cockpit.domain.scope import Scope, number_of
from cockpit.services.text_column import TextColumn

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Keep = Callable[[Ints], Mask]

STATES = (ResourceState.IN_SERVICE, ResourceState.OUT_OF_SERVICE, ResourceState.WITHDRAWN)
#: neighbours that are looked at before a kind is looked through as a whole
_MOST_NEIGHBOURS = 4_096


class Registry:
    """Every thing that is registered. `numbers` are 15-digit codes (`scope.number_of`)."""

    def __init__(self, things: Iterable[Resource] = ()) -> None:
        listed = sorted(things, key=lambda thing: thing.resource_id)
        n = len(listed)
        self.ids = [thing.resource_id for thing in listed]
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
        self._phones = TextColumn.of([thing.phone for thing in listed], distinct=True)
        told = sorted({skill for thing in listed for skill in thing.skills})
        self._skill_rows = {skill: np.zeros(n, dtype=bool) for skill in told}
        self._sets = sorted({thing.skills for thing in listed})
        number_of_set = {skills: i for i, skills in enumerate(self._sets)}
        self._skill_set = np.fromiter((number_of_set[thing.skills] for thing in listed), np.int32, n)
        for skill in told:
            holds = np.array([skill in skills for skills in self._sets], dtype=bool)
            self._skill_rows[skill] = holds[self._skill_set]
        self._rows_of = {kind: np.flatnonzero(self.kind == i) for i, kind in enumerate(self.kinds)}
        self._trees = {kind: _tree(self.lon[rows], self.lat[rows]) for kind, rows in self._rows_of.items()}

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _row_of(self) -> Mapping[str, int]:
        return {resource_id: row for row, resource_id in enumerate(self.ids)}

    @cached_property
    def _folded_names(self) -> TextColumn:
        return self._names.casefolded()

    def find(self, resource_id: str) -> Resource | None:
        """The thing of an id."""
        row = self._row_of.get(resource_id)
        return None if row is None else self.things(np.array([row]))[0]

    def things(self, rows: Ints) -> list[Resource]:
        """The things of some rows, in their order."""
        texts = (self._names.texts(rows), self._codes.texts(rows), self._phones.texts(rows))
        return [
            Resource(
                resource_id=self.ids[row], kind=self.kinds[self.kind[row]], name=name, lon=float(self.lon[row]),
                lat=float(self.lat[row]), code=code, phone=phone,
                capacity=None if self._capacity[row] < 0 else int(self._capacity[row]),
                skills=self._sets[self._skill_set[row]], state=STATES[self.state[row]],
            )
            for row, name, code, phone in zip(rows.tolist(), *texts, strict=True)
        ]  # fmt: skip

    def within(self, scope: Scope) -> Mask:
        """Which rows lie in a scope and are still on a list."""
        low, high = scope.span
        return np.asarray((self.number >= low) & (self.number < high) & (self.state != 2))

    def has_skills(self, rows: Ints, skills: Iterable[str]) -> Mask:
        """Which of `rows` have all of these skills."""
        good = np.ones(len(rows), dtype=bool)
        for skill in skills:
            holds = self._skill_rows.get(skill)
            good &= holds[rows] if holds is not None else False
        return good

    def are(self, rows: Ints, ids: Iterable[str]) -> Mask:
        """Which of `rows` have one of these ids."""
        return np.isin(rows, [row for one in ids if (row := self._row_of.get(one)) is not None])

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

    def nearest(self, kind: str, lon: float, lat: float, radius_m: float, k: int, keep: Keep) -> tuple[Ints, Floats]:
        """The `k` nearest of a kind within a radius that `keep` lets through: rows and metres, nearest first."""
        rows = self._rows_of.get(kind, np.zeros(0, dtype=np.int64))
        want = min(len(rows), max(2 * k, 16))
        while 0 < want < min(len(rows), _MOST_NEIGHBOURS):
            chord, place = self._trees[kind].query(_unit(lon, lat), k=want, distance_upper_bound=_chord(radius_m))
            seen = rows[np.asarray(place)[np.isfinite(chord)]]
            good = seen[keep(seen)]
            if len(good) >= k or len(seen) < want:
                return self._first(good, lon, lat, radius_m, k)
            want *= 4
        return self._first(rows[keep(rows)], lon, lat, radius_m, k)

    def count(self, kind: str, lon: float, lat: float, radius_m: float, keep: Keep) -> int:
        """How many of a kind lie within a radius and pass `keep`."""
        if kind not in self._trees:
            return 0
        rows = self._rows_of[kind]
        around = rows[self._trees[kind].query_ball_point(_unit(lon, lat), _chord(radius_m))]
        return int(keep(around).sum())

    def _first(self, rows: Ints, lon: float, lat: float, radius_m: float, k: int) -> tuple[Ints, Floats]:
        return first_by_distance(rows, self.lon[rows], self.lat[rows], lon, lat, radius_m, k)


def first_by_distance(
    rows: Ints, lons: Floats, lats: Floats, lon: float, lat: float, radius_m: float, k: int
) -> tuple[Ints, Floats]:
    """Of places that belong to `rows` the `k` nearest within a radius, nearest first, of equal ones the lower row."""
    metres = np.asarray(distance_m(lon, lat, lons, lats), dtype=np.float64)
    inside = np.flatnonzero(metres <= radius_m)
    if len(inside) > k:
        farthest = np.partition(metres[inside], k - 1)[k - 1] if k else -1.0
        inside = inside[metres[inside] <= farthest]
    order = inside[np.lexsort((rows[inside], metres[inside]))][:k]
    return rows[order], metres[order]


def _unit(lon: float, lat: float) -> Floats:
    return np.asarray(_units(np.array([lon]), np.array([lat]))[0])


def _units(lon: Floats, lat: Floats) -> Floats:
    lo, la = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(la) * np.cos(lo), np.cos(la) * np.sin(lo), np.sin(la)])


def _chord(radius_m: float) -> float:
    """A little more than the chord of an arc: what lies at its end counts, and distances are compared again later."""
    return 2.0 * float(np.sin(min(radius_m / EARTH_RADIUS_M, np.pi) / 2)) * (1 + 1e-9) + 1e-12


def _tree(lon: Floats, lat: Floats) -> cKDTree:
    return cKDTree(_units(lon, lat), balanced_tree=False)
