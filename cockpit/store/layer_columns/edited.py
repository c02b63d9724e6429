"""图层修订: a version with the edits that were made since, merged into every answer without writing the version anew.

Rows of the version that were changed or removed are hidden; features as they are now come after its last row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.columns import LayerColumns, frame_of
from cockpit.store.layer_columns.feature import EVERYTHING, Box, Count, Feature, Where
from cockpit.store.layer_columns.row_runs import Ints, Runs
from cockpit.store.layer_columns.tile import TileFrame, points_told
from cockpit.store.layer_columns.traits import Traits

_WORDS = ("kind", "state", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureEdit:
    """How a feature is now, whatever the version says of it; `feature` is None for one that was removed."""

    id: str
    feature: Feature | None


class EditedColumns:
    """The face of `LayerColumns` over a version and edits, the last one of each feature. Safe from any thread."""

    def __init__(self, version: LayerColumns, edits: Sequence[FeatureEdit]) -> None:
        self._version = version
        last = {edit.id: edit.feature for edit in edits}
        rows = {feature_id: version.find_row(feature_id) for feature_id in last}
        self._hidden = np.array(sorted(row for row in rows.values() if row is not None), dtype=np.int64)
        self._added = [
            replace(_with_shape(feature, version, rows[feature.id]), row=version.total + number)
            for number, feature in enumerate(f for f in last.values() if f is not None)
        ]
        self._by_id = {feature.id: feature for feature in self._added}
        self._gone = {feature_id for feature_id, feature in last.items() if feature is None}
        self._now_at = {row: self._by_id.get(feature_id) for feature_id, row in rows.items() if row is not None}
        self.words = {name: list(words) for name, words in version.words.items()}
        self._traits = Traits(*(self._codes(name) for name in _WORDS))
        self._lon = np.array([feature.lon for feature in self._added], dtype=np.float64)
        self._lat = np.array([feature.lat for feature in self._added], dtype=np.float64)
        self._x, self._y = quadrant.steps_of(self._lon, self._lat)
        self._keys = quadrant.keys_of(self._x, self._y)
        self.total = version.total - len(self._hidden) + len(self._added)
        self.has_shapes = version.has_shapes

    @property
    def folder(self) -> Path:
        """Of the version below."""
        return self._version.folder

    @property
    def kinds(self) -> list[str]:
        """Kinds by their code: those of the version first."""
        return self.words["kind"]

    @property
    def states(self) -> list[str]:
        """States by their code."""
        return self.words["state"]

    @property
    def owners(self) -> list[str]:
        """Owners by their code."""
        return self.words["owner"]

    @property
    def box(self) -> Box | None:
        """A box that holds all of it."""
        edges = [(f.lon, f.lat, f.lon, f.lat) for f in self._added]
        if self._version.box is not None:
            edges.append(self._version.box)
        if not edges:
            return None
        west, south, east, north = zip(*edges, strict=True)
        return min(west), min(south), max(east), max(north)

    def count(self, box: Box | None = None, where: Where = EVERYTHING) -> Count:
        """How many, exactly."""
        told = self._version.count(box, where)
        by_kind = dict(told.by_kind)
        hidden = self._hidden_in(self._version.runs(box, where), where)
        trait = self._version.selection.trait[hidden]
        for sign, codes in ((-1, self._version.traits.kind[trait]), (1, self._traits.kind[self._added_in(box, where)])):
            for code, times in zip(*np.unique(codes, return_counts=True), strict=True):
                by_kind[self.kinds[code]] = by_kind.get(self.kinds[code], 0) + sign * int(times)
        kept = {kind: number for kind, number in by_kind.items() if number}
        return Count(sum(kept.values()), kept)

    def items(
        self, box: Box | None = None, where: Where = EVERYTHING, limit: int = 100, after_row: int | None = None
    ) -> list[Feature]:
        """The first `limit` by row, or those after a row."""
        found: list[Feature] = []
        after = -1 if after_row is None else after_row
        while len(found) < limit and after < self._version.total - 1:
            asked = limit - len(found) + len(self._hidden)
            rows = self._version.rows(box, where, asked, after)
            if not len(rows):
                break
            after = int(rows[-1])
            shown = rows[~np.isin(rows, self._hidden)]
            found += [self._version.at_row(row) for row in shown[: limit - len(found)].tolist()]
        more = [self._added[n] for n in self._added_in(box, where).tolist()]
        return (found + [feature for feature in more if after_row is None or feature.row > after_row])[:limit]

    def touching(self, box: Box, where: Where = EVERYTHING, limit: int = 1_000) -> list[Feature]:
        """Features whose shape's own box (or place) touches the box; the first `limit` by row."""
        found = self._version.touching(box, where, limit + len(self._hidden))
        hidden = set(self._hidden.tolist())
        west, south, east, north = box
        allowed = set(self._added_in(None, where).tolist())
        for number, feature in enumerate(self._added):
            w, s, e, n = _edges(feature)
            if number in allowed and w <= east and e >= west and s <= north and n >= south:
                found.append(feature)
        return [feature for feature in found if feature.row not in hidden][:limit]

    def item(self, feature_id: str) -> Feature | None:
        """The feature of this id as it is now."""
        if feature_id in self._gone:
            return None
        return self._by_id.get(feature_id) or self._version.item(feature_id)

    def at_row(self, row: int) -> Feature:
        """The feature in a row as it is now. IndexError where there is none, or none any more."""
        if row in self._now_at:
            now = self._now_at[row]
            if now is None:
                raise IndexError(f"the feature in row {row} was removed")
            return now
        if 0 <= row - self._version.total < len(self._added):
            return self._added[row - self._version.total]
        return self._version.at_row(row)

    def tile(self, z: int, x: int, y: int, where: Where = EVERYTHING) -> bytes:
        """A tile. ValueError if there is no such tile."""
        frame, version = frame_of(z, x, y), self._version
        runs = version.runs_of_tile(frame, where)
        allowed = version.traits.allowed(where, version.words)
        hidden, added = self._hidden_in(runs, where), self._added_in(None, where)
        inside = (self._keys[added] >= frame.first_key) & (self._keys[added] < frame.next_key)
        added = added[inside]
        number = version.number_in(runs, allowed) - len(hidden) + len(added)
        if number <= version.sizes.most_points:
            return self._points(frame, version.selection.rows(runs, allowed), hidden, added)
        sums = version.cell_sums(frame, runs, allowed, kinds=len(self.kinds))
        kind = version.traits.kind[version.selection.trait[hidden]]
        sums.add_rows(version.keys[hidden], version.x[hidden], version.y[hidden], kind, -1)
        sums.add_rows(self._keys[added], self._x[added], self._y[added], self._traits.kind[added])
        return sums.told()

    def _points(self, frame: TileFrame, rows: Ints, hidden: Ints, added: Ints) -> bytes:
        version = self._version
        rows = rows[~np.isin(rows, hidden)]
        trait = version.selection.trait[rows]

        def both(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
            return np.concatenate((first, second))

        return points_told(
            frame, len(self.kinds), both(version.x[rows], self._x[added]), both(version.y[rows], self._y[added]),
            both(version.traits.kind[trait], self._traits.kind[added]),
            both(version.traits.state[trait], self._traits.state[added]), both(rows, added + version.total),
        )  # fmt: skip

    def _hidden_in(self, runs: Runs, where: Where) -> Ints:
        """Hidden rows of the version among those that an answer would have had."""
        rows = self._hidden[runs.holds(self._hidden)] if len(self._hidden) else self._hidden
        allowed = self._version.traits.allowed(where, self._version.words)
        return rows if allowed is None else rows[allowed[self._version.selection.trait[rows]]]

    def _added_in(self, box: Box | None, where: Where) -> Ints:
        """Numbers of the added ones that are asked for."""
        found = np.ones(len(self._added), dtype=np.bool_)
        allowed = self._traits.allowed(where, self.words)
        if allowed is not None:
            found &= allowed
        if box is not None:
            west, south, east, north = box
            found &= (self._lon >= west) & (self._lon <= east) & (self._lat >= south) & (self._lat <= north)
        if where.within is not None and found.any():
            found &= shapely.intersects_xy(shapely.from_wkb(where.within), self._lon, self._lat)
        return np.flatnonzero(found)

    def _codes(self, name: str) -> NDArray[np.uint16]:
        """Codes of the added ones; new words come after those of the version."""
        known = {word: code for code, word in enumerate(self.words[name])}
        codes = [known.setdefault(getattr(feature, name), len(known)) for feature in self._added]
        self.words[name] = list(known)
        return np.array(codes, dtype=np.uint16)


#: a version as it is read, edited or not
Columns = LayerColumns | EditedColumns


def _with_shape(feature: Feature, version: LayerColumns, row: int | None) -> Feature:
    """An edit says nothing of shapes: they stay what the version has."""
    if feature.shape is not None or row is None:
        return feature
    return replace(feature, shape=version.at_row(row).shape)


def _edges(feature: Feature) -> Box:
    if feature.shape is None:
        return feature.lon, feature.lat, feature.lon, feature.lat
    west, south, east, north = shapely.from_wkb(feature.shape).bounds
    return west, south, east, north
