"""A layer from GeoJSON, Shapefile, GeoPackage or FlatGeobuf, read by GDAL (pyogrio) a piece at a time."""

import json
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.services.importer.layer_pieces import LayerPiece
from cockpit.services.importer.rows import Refusal, TableError

SUFFIXES = (".geojson", ".json", ".shp", ".gpkg", ".fgb")
#: GDAL reads a JSON file from its beginning for every piece: so few are better, and up to this size one is enough
_ONE_PIECE_BYTES = 256 << 20
_LARGE_PIECE = 500_000
#: how bytes of old tables pass through GDAL unharmed, to be understood here
_BYTES_AS_TEXT = "ISO-8859-1"


class VectorSource:
    """One layer of a file; `sublayer` names it where the file has several."""

    has_shapes = True

    def __init__(self, path: Path, *, sublayer: str | None, encoding: str | None) -> None:
        import pyogrio  # GDAL is some 70 MB: only an import of such a file loads it
        from pyogrio.errors import DataLayerError, DataSourceError

        self.path, self._encoding, self._pyogrio = path, encoding, pyogrio
        self._is_json = path.suffix.lower() in (".geojson", ".json")
        self._is_shapefile = path.suffix.lower() == ".shp"
        if path.stat().st_size == 0:
            raise TableError(f"{path} is empty")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of GDAL: what matters is looked at row by row
                self._sublayer = self._chosen(sublayer)
                about = pyogrio.read_info(path, layer=self._sublayer, force_feature_count=True)
        except (DataSourceError, DataLayerError) as error:
            raise TableError(f"{path} cannot be read: {_first_line(error)}") from None
        self.columns: Sequence[str] = [str(name) for name in about["fields"]]
        self.crs = _declared(about["crs"])
        self.size = max(int(about["features"]), 0)
        if self._is_json and not self.columns and not self.size:
            raise TableError(f"{path} has no features: is it a GeoJSON FeatureCollection?")

    def pieces(self, rows: int) -> Iterator[LayerPiece]:
        """The features in the file's order. A line is the number of a feature, from 1."""
        if self._is_json:
            rows = max(rows, self.size) if self.path.stat().st_size <= _ONE_PIECE_BYTES else _LARGE_PIECE
        done = 0
        while done < self.size:
            wkb, columns = self._read(done, rows)
            if not len(wkb):
                return
            lines = range(done + 1, done + len(wkb) + 1)
            done += len(wkb)
            yield _piece(list(lines), wkb, columns, done)

    def close(self) -> None:
        """GDAL closes its files after each piece."""

    def _read(self, skip: int, rows: int) -> "tuple[NDArray[np.object_], dict[str, Sequence[Any]]]":
        from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

        by_hand = self._is_shapefile and self._encoding is None and not self.path.with_suffix(".cpg").is_file()
        encoding = _BYTES_AS_TEXT if by_hand else self._encoding if self._is_shapefile else None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                about, _, wkb, told = self._pyogrio.raw.read(
                    self.path, layer=self._sublayer, encoding=encoding, force_2d=True, skip_features=skip,
                    max_features=rows, datetime_as_string=True,
                )  # fmt: skip
        except (DataSourceError, DataLayerError, FeatureError, UnicodeDecodeError) as error:
            raise TableError(f"{self.path} cannot be read: {_first_line(error)}") from None
        columns: dict[str, Sequence[Any]] = {
            str(name): list(values) for name, values in zip(about["fields"], told, strict=True)
        }
        if by_hand:
            columns = {name: _understood(values) for name, values in columns.items()}
        return np.full(len(next(iter(told), ())), None, dtype=object) if wkb is None else wkb, columns

    def _chosen(self, sublayer: str | None) -> str:
        names = [str(name) for name, _ in self._pyogrio.list_layers(self.path)]
        if sublayer is not None and sublayer not in names:
            raise TableError(f"{self.path} has no layer {sublayer!r}; it has: {', '.join(names)}")
        if sublayer is None and len(names) > 1:
            raise TableError(f"{self.path} has several layers: name one with --sublayer; it has: {', '.join(names)}")
        if not names:
            raise TableError(f"{self.path} has no layer")
        return sublayer or names[0]


def _piece(lines: list[int], wkb: Any, columns: dict[str, Sequence[Any]], done: int) -> LayerPiece:
    """A shape that is none at all (a ring that does not close, one corner) becomes None, and so refused in its row."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    return LayerPiece(lines, columns, shapes, done, list[Refusal]())


def _understood(values: Sequence[Any]) -> Sequence[Any]:
    """Texts of a table that does not say how it is written: UTF-8 if all of it is, else GB 18030."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return [v.encode(_BYTES_AS_TEXT).decode(encoding) if isinstance(v, str) else v for v in values]
        except UnicodeError:
            continue
    return values


def _declared(crs: str | None) -> str:
    """`wgs84`, `EPSG:n`, or empty when the file does not say; what is no EPSG code is told as it is (WKT)."""
    if not crs:
        return ""
    if crs in ("EPSG:4326", "OGC:CRS84", "EPSG:4490"):
        return "wgs84"  # CGCS2000 and WGS-84 differ by centimetres
    if crs.startswith("EPSG:"):
        return crs
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        found = CRS.from_user_input(crs)
        code = found.to_epsg(min_confidence=60)
    except CRSError:
        return ""
    if code is None:
        return crs
    return "wgs84" if code in (4326, 4490) else f"EPSG:{code}"


def _first_line(error: Exception) -> str:
    return json.dumps(str(error).splitlines()[0] if str(error) else type(error).__name__, ensure_ascii=False)[1:-1]
