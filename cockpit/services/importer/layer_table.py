"""A layer from a table (CSV, XLSX, NDJSON): places from two columns, or shapes from a column with WKT or GeoJSON."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from cockpit.services.importer.layer_pieces import LayerPiece
from cockpit.services.importer.profile import FileFields
from cockpit.services.importer.rows import Table, TableError

#: a sheet that unpacks to more than this is no list of things on a map
_LARGEST_SHEET = 1 << 30
_MOST_TIMES_PACKED = 300


class TableSource:
    """One table. `geometry` names the column of shapes, if there is one."""

    has_shapes = False

    def __init__(self, path: Path, options: FileFields) -> None:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            _look_into_sheet(path)
        self._table = Table(path, options)
        self.path, self.columns, self.crs = path, self._table.columns, ""

    @property
    def size(self) -> int:
        """Bytes, or rows of a sheet."""
        return self._table.size

    def pieces(self, rows: int) -> Iterator[LayerPiece]:
        """The rows, at most `rows` at a time."""
        names = list(dict.fromkeys(name for name in self.columns if name))
        for piece in self._table.pieces(names, rows):
            yield LayerPiece(piece.lines, piece.columns, None, piece.done, piece.refused)

    def close(self) -> None:
        """A table holds nothing open."""


def shapes_of_texts(texts: "list[Any]") -> "np.ndarray[Any, np.dtype[np.object_]]":
    """Shapes of WKT or GeoJSON texts; None where a text is neither."""
    found = np.full(len(texts), None, dtype=object)
    for row, text in enumerate(texts):
        told = str(text).strip()
        try:
            found[row] = shapely.from_geojson(told) if told.startswith("{") else shapely.from_wkt(told or None)
        except (shapely.errors.GEOSException, ValueError):
            continue  # the row is refused where its shape is looked at
    return found


def _look_into_sheet(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise TableError(f"{path} is no XLSX file: {error}") from None
    if unpacked > _LARGEST_SHEET or unpacked > _MOST_TIMES_PACKED * max(path.stat().st_size, 1 << 20):
        raise TableError(f"{path} unpacks to {unpacked >> 20} MiB: no list of things is so large; nothing was read")
