"""溢写: columns of features in the order they came in, appended to files until the layer is sorted."""

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.store.layer_columns import quadrant
from cockpit.store.layer_columns.feature import Coded, FeatureBatch
from cockpit.store.layer_columns.packed_text import numbers_of, packed, packed_bytes

#: how many kinds, states and owners codes can tell apart
MOST_WORDS = {"kind": 4_095, "state": 255, "owner": 65_535}
_LONGEST_ID = 500
#: others are f64
_TYPES: dict[str, type[np.generic]] = {
    **dict.fromkeys(("key", "id-number"), np.uint64),
    **dict.fromkeys(("kind", "state", "owner"), np.uint16),
    **dict.fromkeys(("id", "name", "shape", "attribute"), np.uint32),
}


class TooVariedError(ValueError):
    """A layer has more kinds, states or owners than codes."""


class Spill:
    """The files of one writer; `words` are the kinds, states and owners in the order of their first coming."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}
        self.words: dict[str, dict[str, int]] = {"kind": {}, "state": {}, "owner": {}}
        self.total = 0
        self.has = {"shape": False, "attribute": False}

    def add(self, batch: FeatureBatch) -> None:
        """Append some features. ValueError for columns that differ in length, places off the earth and empty ids."""
        lon, lat = np.asarray(batch.lon, np.float64), np.asarray(batch.lat, np.float64)
        columns = (batch.names, batch.kinds, batch.states, batch.owners, lon, lat, batch.shapes, batch.attributes)
        if any(len(column) != len(batch.ids) for column in columns if column is not None):
            raise ValueError("the columns of a batch differ in length")
        if not ((np.abs(lon) <= 180) & (np.abs(lat) <= 90)).all():  # NaN as well
            raise ValueError("a feature lies nowhere on earth")
        block, lengths = packed(batch.ids)
        if len(lengths) and not 0 < int(lengths.min()) <= int(lengths.max()) <= _LONGEST_ID:
            raise ValueError(f"an id has no or more than {_LONGEST_ID} bytes")
        attributes = batch.attributes
        encoded = None if attributes is None else [msgspec.json.encode(told) if told else b"" for told in attributes]
        extent = self._extent(batch.shapes, len(lon))
        coded = {
            word: self._codes(word, told)
            for word, told in (("kind", batch.kinds), ("state", batch.states), ("owner", batch.owners))
        }
        self._write("key", quadrant.keys_of(*quadrant.steps_of(lon, lat)))
        self._write("lon", lon)
        self._write("lat", lat)
        self._write("id-number", numbers_of(np.frombuffer(block, np.uint8), lengths))
        for word, codes in coded.items():
            self._write(word, codes)
        self._write_texts("id", block, lengths)
        self._write_texts("name", *_packed_names(batch.names))
        if extent is not None:
            self._begin("shape")
            self._write("extent", extent)
        for name, told in (("shape", batch.shapes), ("attribute", encoded)):
            if told is not None:
                self._begin(name)
            if self.has[name]:
                self._write_texts(name, *packed_bytes([item or b"" for item in told or [b""] * len(lon)]))
        self.total += len(batch.ids)

    def column(self, name: str) -> NDArray[np.generic]:
        """A whole column (lengths for texts), read into memory."""
        path = self._flushed(name)
        kind = _TYPES.get(name, np.float64)
        return np.fromfile(path, dtype=kind) if path.is_file() else np.empty(0, dtype=kind)

    def block(self, name: str) -> NDArray[np.uint8]:
        """The bytes of a column of texts, mapped."""
        path = self._flushed(f"{name}-block")
        if not path.is_file() or not path.stat().st_size:
            return np.empty(0, np.uint8)
        return np.memmap(path, np.uint8, mode="r").view(np.ndarray)

    def remove(self) -> None:
        """Close and delete everything."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()
        self._files.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _codes(self, word: str, told: Sequence[str] | Coded) -> NDArray[np.uint16]:
        known = self.words[word]
        if not isinstance(told, Coded):
            own: dict[str, int] = {}
            codes = np.fromiter((own.setdefault(text, len(own)) for text in told), np.int64, len(told))
            told = Coded(list(own), codes)
        table = np.zeros(max(len(told.words), 1), dtype=np.uint16)
        for code in np.unique(told.codes).tolist():
            number = known.setdefault(told.words[code], len(known))
            if number >= MOST_WORDS[word]:
                raise TooVariedError(f"a layer has at most {MOST_WORDS[word]} of {word}")
            table[code] = number
        return np.asarray(table[told.codes], dtype=np.uint16)

    def _extent(self, shapes: Sequence[bytes | None] | None, rows: int) -> NDArray[np.float64] | None:
        """West, south, east, north of each shape; ValueError for bytes that are none."""
        if shapes is None:
            return np.full((rows, 4), np.nan) if self.has["shape"] else None
        try:
            return np.asarray(shapely.bounds(shapely.from_wkb(list(shapes))), np.float64).reshape(-1, 4)
        except shapely.errors.GEOSException as wrong:
            raise ValueError(f"a shape is no WKB: {wrong}") from None

    def _begin(self, name: str) -> None:
        """What came before had no such column."""
        if not self.has[name]:
            self.has[name] = True
            self._write(name, np.zeros(self.total, np.uint32))
            if name == "shape":
                self._write("extent", np.full((self.total, 4), np.nan))

    def _write_texts(self, name: str, block: bytes, lengths: NDArray[np.uint32]) -> None:
        self._write(name, lengths)
        self._file(f"{name}-block").write(block)

    def _write(self, name: str, values: NDArray[np.generic]) -> None:
        self._file(name).write(np.ascontiguousarray(values).data)

    def _file(self, name: str) -> BinaryIO:
        if name not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._files[name] = (self._folder / name).open("wb")
        return self._files[name]

    def _flushed(self, name: str) -> Path:
        if name in self._files:
            self._files[name].flush()
        return self._folder / name


def _packed_names(told: Sequence[str] | Coded) -> tuple[bytes, NDArray[np.uint32]]:
    if not isinstance(told, Coded):
        return packed(told)
    words = [word.encode("utf-8", "replace") for word in told.words]
    codes = np.asarray(told.codes).tolist()
    return packed_bytes([words[code] for code in codes])
