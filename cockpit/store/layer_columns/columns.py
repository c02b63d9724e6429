"""图层列: reads one version of a layer: counts, items and tiles for any box and filter, and single features."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.feature import EVERYTHING, Box, Count, Feature, Where
from cockpit.store.layer_columns.packed_text import number_of
from cockpit.store.layer_columns.publishing import VERSION
from cockpit.store.layer_columns.pyramid import CELL_HALVINGS, STEPS, Level, load_level
from cockpit.store.layer_columns.row_runs import Area, Ints, Runs, runs_in
from cockpit.store.layer_columns.selection import Selection
from cockpit.store.layer_columns.sizes import Sizes
from cockpit.store.layer_columns.tile import DEEPEST_TILE, CellSums, TileFrame, points_told
from cockpit.store.layer_columns.traits import Traits

#: polygons whose rows are remembered
_POLYGONS = 64
#: halvings by which a polygon's tile is summed up more finely than its cells are
_FINER = 3


class UnreadableLayerError(OSError):
    """The folder holds no version of a layer, or one of another program's making."""


class LayerColumns:
    """One version, mapped into memory; safe from any thread, and it changes never."""

    def __init__(self, folder: Path) -> None:
        """UnreadableLayerError."""
        try:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            if about["version"] != VERSION:
                raise UnreadableLayerError(f"{folder} is of another version of the program: import the layer again")
            self._read(folder, about)
        except (OSError, KeyError, json.JSONDecodeError) as wrong:
            raise UnreadableLayerError(f"{folder} holds no layer: {wrong}") from wrong

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The version in this folder. UnreadableLayerError."""
        return cls(folder)

    def _read(self, folder: Path, about: dict[str, Any]) -> None:
        def mapped(name: str) -> Any:
            return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)

        self.folder, self.total = folder, int(about["total"])
        self.box: Box | None = tuple(about["box"]) if about["box"] else None
        self.sizes = Sizes(**about["sizes"])
        self.words: dict[str, list[str]] = about["words"]
        self.has_shapes = bool(about["shape"])
        self.keys: NDArray[np.uint64] = mapped("key")
        self.x, self.y, self.lon, self.lat = (mapped(name) for name in ("x", "y", "lon", "lat"))
        self.extent = mapped("extent") if self.has_shapes else None
        self.traits, self.selection = Traits.load(folder), Selection(folder, self.sizes.block_rows)
        self._id_number, self._id_row = mapped("id-number"), mapped("id-row")
        names = ["id", "name", *(name for name in ("shape", "attribute") if about[name])]
        self._texts = {name: (mapped(f"{name}-start"), _bytes_of(folder / f"{name}-block.bin")) for name in names}
        self._levels: list[Level] = [load_level(folder, depth) for depth in about["levels"]]
        self._polygons: dict[bytes, Runs] = {}
        self._lock = threading.Lock()

    @property
    def kinds(self) -> list[str]:
        """Kinds by their code."""
        return self.words["kind"]

    @property
    def states(self) -> list[str]:
        """States by their code."""
        return self.words["state"]

    @property
    def owners(self) -> list[str]:
        """Owners by their code."""
        return self.words["owner"]

    def count(self, box: Box | None = None, where: Where = EVERYTHING) -> Count:
        """How many, exactly."""
        counted = self.selection.counted(self.runs(box, where))
        allowed = self.traits.allowed(where, self.words)
        if allowed is not None:
            counted = np.where(allowed, counted, 0)
        return Count(int(counted.sum()), self.traits.totals("kind", counted, self.kinds))

    def items(
        self, box: Box | None = None, where: Where = EVERYTHING, limit: int = 100, after_row: int | None = None
    ) -> list[Feature]:
        """The first `limit` by row, or those after a row."""
        return [self.at_row(row) for row in self.rows(box, where, limit, after_row).tolist()]

    def rows(self, box: Box | None, where: Where, limit: int, after_row: int | None = None) -> Ints:
        """The rows of `items`."""
        runs = self.runs(box, where)
        if after_row is not None:
            runs = runs.clipped(after_row + 1, self.total)
        return _first(self.selection.found(runs, self.traits.allowed(where, self.words)), limit)

    def touching(self, box: Box, where: Where = EVERYTHING, limit: int = 1_000) -> list[Feature]:
        """Features whose shape's own box (or place, where there is none) touches the box; the first `limit` by row."""
        if self.extent is None:
            return self.items(box, where, limit)
        west, south, east, north = box
        w, s, e, n = self.extent.T
        with np.errstate(invalid="ignore"):
            there = (w <= east) & (e >= west) & (s <= north) & (n >= south)
        there |= np.isnan(w) & (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        rows = np.flatnonzero(there)
        allowed = self.traits.allowed(where, self.words)
        if allowed is not None:
            rows = rows[allowed[self.selection.trait[rows]]]
        if where.within is not None:
            rows = rows[self.runs(None, where).holds(rows)]
        return [self.at_row(row) for row in rows[:limit].tolist()]

    def item(self, feature_id: str) -> Feature | None:
        """The feature of this id."""
        row = self.find_row(feature_id)
        return None if row is None else self.at_row(row)

    def find_row(self, feature_id: str) -> int | None:
        """The row of the feature of this id."""
        number, wanted = number_of(feature_id), feature_id.encode("utf-8", "replace")
        first = int(np.searchsorted(self._id_number, number))
        while first < self.total and self._id_number[first] == number:
            row = int(self._id_row[first])
            if self._bytes("id", row) == wanted:
                return row
            first += 1
        return None

    def at_row(self, row: int) -> Feature:
        """The feature in a row. IndexError where there is none."""
        if not 0 <= row < self.total:
            raise IndexError(f"a layer of {self.total} features has no row {row}")
        trait = int(self.selection.trait[row])
        attributes = self._bytes("attribute", row)
        return Feature(
            row, self._bytes("id", row).decode(), self._bytes("name", row).decode(),
            self.kinds[self.traits.kind[trait]], self.states[self.traits.state[trait]],
            self.owners[self.traits.owner[trait]], float(self.lon[row]), float(self.lat[row]),
            self._bytes("shape", row) or None, msgspec.json.decode(attributes) if attributes else {},
        )  # fmt: skip

    def tile(self, z: int, x: int, y: int, where: Where = EVERYTHING) -> bytes:
        """A tile as docs/layer-columns.md has it. ValueError if there is no such tile."""
        frame = frame_of(z, x, y)
        runs = self.runs_of_tile(frame, where)
        allowed = self.traits.allowed(where, self.words)
        if self.number_in(runs, allowed) <= self.sizes.most_points:
            rows = self.selection.rows(runs, allowed)
            trait = self.selection.trait[rows]
            return points_told(
                frame,
                len(self.kinds),
                self.x[rows],
                self.y[rows],
                self.traits.kind[trait],
                self.traits.state[trait],
                rows,
            )
        return self.cell_sums(frame, runs, allowed).told()

    def number_in(self, runs: Runs, allowed: NDArray[np.bool_] | None) -> int:
        """How many rows of the runs are let through."""
        if allowed is None:
            return runs.total
        return int(self.selection.counted(runs)[allowed].sum())

    def cell_sums(
        self, frame: TileFrame, runs: Runs, allowed: NDArray[np.bool_] | None, *, kinds: int | None = None
    ) -> CellSums:
        """The sums of a tile's cells over the runs, which lie in the tile; `kinds` where there are more to come."""
        sums = CellSums(frame, kinds or len(self.kinds))
        whole = Runs.of(*np.searchsorted(self.keys, np.array([frame.first_key, frame.next_key], np.uint64)).tolist())
        level = next((one for one in self._levels if one.depth >= frame.z + CELL_HALVINGS), None)
        if runs.total > self.sizes.rows_read and level is not None:
            if runs.total == whole.total:
                self._add_level(sums, frame, level, allowed, None)
                return sums
            # smaller squares leave fewer rows along the border
            level = [one for one in self._levels if one.depth <= level.depth + _FINER][-1]
            squares, runs = self._whole_squares(frame, level, runs)
            self._add_level(sums, frame, level, allowed, squares)
        for rows in self.selection.found(runs, allowed):
            at: Any = slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) and _is_run(rows) else rows
            kind = self.traits.kind[self.selection.trait[at]]
            sums.add_rows(self.keys[at], self.x[at], self.y[at], kind)
        return sums

    def _whole_squares(self, frame: TileFrame, level: Level, runs: Runs) -> tuple[NDArray[np.bool_], Runs]:
        """Which of a tile's squares have all their rows in the runs, and the runs without these."""
        shift = np.uint64(2 * (quadrant.DEPTH - level.depth))
        edges = np.array([frame.first_key, frame.next_key], np.uint64) >> shift
        first, last = np.searchsorted(level.squares, edges).tolist()
        squares = level.squares[first:last]
        starts = np.searchsorted(self.keys, squares << shift)
        stops = np.searchsorted(self.keys, (squares + np.uint64(1)) << shift)
        run = np.searchsorted(runs.starts, starts, side="right") - 1
        whole = (run >= 0) & (stops <= runs.stops[np.maximum(run, 0)])
        # each whole square lies in one run: what begins and what ends alternate
        begins = np.sort(np.concatenate((runs.starts, stops[whole])))
        ends = np.sort(np.concatenate((runs.stops, starts[whole])))
        left = begins < ends
        return whole, Runs(begins[left], ends[left])

    def _add_level(
        self,
        sums: CellSums,
        frame: TileFrame,
        level: Level,
        allowed: NDArray[np.bool_] | None,
        only: NDArray[np.bool_] | None,
    ) -> None:
        """Add a tile's squares, or those `only`."""
        depth = level.depth
        shift = np.uint64(2 * (quadrant.DEPTH - depth))
        edges = np.array([frame.first_key, frame.next_key], np.uint64) >> shift
        first, last = np.searchsorted(level.squares, edges).tolist()
        squares, starts = level.squares[first:last], level.starts[first : last + 1].astype(np.int64)
        groups = slice(int(starts[0]), int(starts[-1]))
        of_group = np.repeat(np.arange(last - first), np.diff(starts))
        trait, count, x, y = level.trait[groups], level.count[groups], level.x[groups], level.y[groups]
        if allowed is not None or only is not None:
            asked = np.ones(len(trait), dtype=np.bool_) if allowed is None else allowed[trait]
            kept = np.flatnonzero(asked if only is None else asked & only[of_group])
            of_group, trait, count, x, y = of_group[kept], trait[kept], count[kept], x[kept], y[kept]
        finer = np.uint64(2 * (depth - frame.z - CELL_HALVINGS))
        cells = ((squares - edges[0]) >> finer).astype(np.intp)
        east, south = quadrant.steps_of_keys(squares - edges[0])
        side = float(1 << quadrant.DEPTH - depth)
        sums.add(
            cells[of_group], self.traits.kind[trait], (east[of_group] + (x + 0.5) / STEPS) * side,
            (south[of_group] + (y + 0.5) / STEPS) * side, count,
        )  # fmt: skip

    def runs(self, box: Box | None, where: Where) -> Runs:
        """The rows of a box and of the filter's polygon."""
        everything = Runs.of(0, self.total)
        inside = self._in_polygon(where.within) if where.within is not None else everything
        if box is None:
            return inside
        boxed = runs_in(Area.of_box(box), self.keys, self.lon, self.lat)
        return boxed if where.within is None else inside.both(boxed)

    def runs_of_tile(self, frame: TileFrame, where: Where) -> Runs:
        """The rows of a tile and of the filter's polygon."""
        edges = np.array([frame.first_key, frame.next_key], np.uint64)
        start, stop = np.searchsorted(self.keys, edges).tolist()
        if where.within is None:
            return Runs.of(start, stop)
        return self._in_polygon(where.within).clipped(start, stop)

    def _in_polygon(self, wkb: bytes) -> Runs:
        with self._lock:
            known = self._polygons.get(wkb)
        if known is None:
            known = runs_in(Area.of_polygon(wkb), self.keys, self.lon, self.lat)
            with self._lock:
                while len(self._polygons) >= _POLYGONS:
                    self._polygons.pop(next(iter(self._polygons)))
                self._polygons[wkb] = known
        return known

    def _bytes(self, name: str, row: int) -> bytes:
        if name not in self._texts:
            return b""
        starts, block = self._texts[name]
        return block[int(starts[row]) : int(starts[row + 1])].tobytes()


def frame_of(z: int, x: int, y: int) -> TileFrame:
    """ValueError if there is no such tile."""
    if not (0 <= z <= DEEPEST_TILE and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError(f"there is no tile {z}/{x}/{y}")
    return TileFrame(z, x, y)


def _bytes_of(path: Path) -> NDArray[np.uint8]:
    if not path.stat().st_size:
        return np.empty(0, np.uint8)
    return np.memmap(path, np.uint8, mode="r").view(np.ndarray)


def _first(parts: Iterator[Ints], limit: int) -> Ints:
    found: list[Ints] = []
    missing = limit
    for rows in parts:
        if missing <= 0:
            break
        found.append(rows[:missing])
        missing -= len(found[-1])
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _is_run(rows: Ints) -> bool:
    return int(rows[-1]) - int(rows[0]) == len(rows) - 1
