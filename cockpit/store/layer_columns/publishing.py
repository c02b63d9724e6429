"""图层成形: the spilled columns are sorted along the plane, duplicates left out, and everything counted beforehand.

One column after the other is in memory: fifteen million features need less than a gigabyte.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.feature import Box, LayerSummary, RefusedFeature
from cockpit.store.layer_columns.packed_text import gathered
from cockpit.store.layer_columns.pyramid import write_pyramid
from cockpit.store.layer_columns.sizes import Sizes
from cockpit.store.layer_columns.spill import Spill
from cockpit.store.layer_columns.traits import traits_of

#: raised when the files change: older versions have to be imported again
VERSION = 1
_LISTED = 1_000
_ROWS_AT_ONCE = 1 << 19
_BYTES_AT_ONCE = 1 << 24

Column = NDArray[Any]


def published(spill: Spill, folder: Path, sizes: Sizes) -> LayerSummary:
    """Write the version into the folder and tell what it holds; all of it is on the disk when this returns."""
    keys = spill.column("key")
    order = np.argsort(keys, kind="stable").astype(np.uint32)
    order, refused, refused_total = _without_duplicates(spill, order, folder)
    keys = keys[order]
    _save(folder, "key", keys)
    for name, values in zip(("x", "y"), quadrant.steps_of_keys(cast("NDArray[np.uint64]", keys)), strict=True):
        _save(folder, name, values)
        del values
    del keys
    box = _places(spill, order, folder)
    traits, of_row = traits_of(spill.column("kind")[order], spill.column("state")[order], spill.column("owner")[order])
    _save(folder, "trait", of_row)
    traits.save(folder)
    _counts(of_row, len(traits), folder, sizes.block_rows)
    for name in ("id", "name", "shape", "attribute"):
        if spill.has.get(name, True):
            _texts(spill, name, order, folder)
    del order
    levels = write_pyramid(folder, of_row, len(traits), sizes)
    totals = np.bincount(of_row, minlength=len(traits))
    words = {name: list(known) for name, known in spill.words.items()}
    about: dict[str, object] = {"version": VERSION, "total": len(of_row), "box": box, "levels": levels, "words": words}
    about |= {"sizes": asdict(sizes), **spill.has}
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8", errors="replace")
    _to_disk(folder)
    return LayerSummary(
        total=len(of_row), by_kind=traits.totals("kind", totals, words["kind"]),
        by_state=traits.totals("state", totals, words["state"]),
        by_owner=traits.totals("owner", totals, words["owner"]), box=box, refused=refused, refused_total=refused_total,
    )  # fmt: skip


def _without_duplicates(
    spill: Spill, order: NDArray[np.uint32], folder: Path
) -> tuple[NDArray[np.uint32], tuple[RefusedFeature, ...], int]:
    """The order without features whose id came before; writes the index by id."""
    numbers = spill.column("id-number")
    by_number = np.argsort(numbers, kind="stable").astype(np.uint32)
    numbers = numbers[by_number]
    refused = _same_ids(spill, numbers, by_number)
    if refused:
        kept = np.ones(len(order), dtype=np.bool_)
        kept[[feature.number for feature in refused]] = False
        numbers, by_number, order = numbers[kept[by_number]], by_number[kept[by_number]], order[kept[order]]
    _save(folder, "id-number", numbers)
    del numbers
    row_of = np.zeros(spill.total, dtype=np.uint32)
    row_of[order] = np.arange(len(order), dtype=np.uint32)
    _save(folder, "id-row", row_of[by_number])
    return order, tuple(refused[:_LISTED]), len(refused)


def _same_ids(spill: Spill, numbers: Column, by_number: NDArray[np.uint32]) -> list[RefusedFeature]:
    """Features with an id that an earlier one has, in the order they were added."""
    same = np.flatnonzero(numbers[1:] == numbers[:-1])
    if not len(same):
        return []
    lengths, block = spill.column("id").astype(np.int64), spill.block("id")
    starts = np.cumsum(lengths) - lengths
    first, refused = -1, []
    seen: set[bytes] = set()
    for place in same.tolist():
        candidates = [int(by_number[place + 1])]
        if place != first:  # another number than before: its first feature is kept
            seen, candidates = set(), [int(by_number[place]), *candidates]
        first = place + 1
        for number in candidates:
            told = bytes(block[starts[number] : starts[number] + lengths[number]])
            if told in seen:
                refused.append(RefusedFeature(number, told.decode("utf-8", "replace")))
            seen.add(told)
    return sorted(refused, key=lambda feature: feature.number)


def _places(spill: Spill, order: NDArray[np.uint32], folder: Path) -> Box | None:
    edges: list[tuple[float, float]] = []
    for name in ("lon", "lat"):
        values = spill.column(name)[order]
        _save(folder, name, values)
        if len(values):
            edges.append((float(values.min()), float(values.max())))
        del values
    if spill.has["shape"]:
        _save(folder, "extent", spill.column("extent").reshape(-1, 4)[order])
    return (edges[0][0], edges[1][0], edges[0][1], edges[1][1]) if edges else None


def _counts(of_row: Column, traits: int, folder: Path, block_rows: int) -> None:
    """Running counts of each trait, every so many rows; and the rows of each trait."""
    blocks = -(-len(of_row) // block_rows)
    running = np.zeros((blocks + 1, traits), dtype=np.uint32)
    for block in range(blocks):
        part = of_row[block * block_rows : (block + 1) * block_rows]
        running[block + 1] = running[block] + np.bincount(part, minlength=traits).astype(np.uint32)
    _save(folder, "running", running)
    _save(folder, "trait-start", np.concatenate(([0], np.cumsum(running[-1], dtype=np.int64))))
    _save(folder, "trait-row", np.argsort(of_row, kind="stable").astype(np.uint32))


def _texts(spill: Spill, name: str, order: NDArray[np.uint32], folder: Path) -> None:
    lengths, block = spill.column(name).astype(np.uint32), spill.block(name)
    starts = np.cumsum(lengths, dtype=np.int64) - lengths
    new_lengths = lengths[order]
    stops = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(new_lengths, out=stops[1:])
    _save(folder, f"{name}-start", stops if stops[-1] >= 1 << 32 else stops.astype(np.uint32))
    with (folder / f"{name}-block.bin").open("wb") as out:
        row = 0
        while row < len(order):
            last = int(np.searchsorted(stops, int(stops[row]) + _BYTES_AT_ONCE, side="right")) - 1
            last = min(max(last, row + 1), row + _ROWS_AT_ONCE, len(order))
            some = order[row:last]
            out.write(gathered(block, starts[some], lengths[some].astype(np.int64)).data)
            row = last


def _save(folder: Path, name: str, values: Column) -> None:
    np.save(folder / f"{name}.npy", values, allow_pickle=False)


def _to_disk(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
