"""Opens whatever a layer comes in: a table, a file that GDAL reads, OpenStreetMap, or one of these zipped."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.domain.thematic_layer import LayerGeometry
from cockpit.services.importer import layer_osm, layer_vector
from cockpit.services.importer.layer_osm import OsmSource
from cockpit.services.importer.layer_pieces import LayerSource
from cockpit.services.importer.layer_profile import LayerProfile
from cockpit.services.importer.layer_table import TableSource
from cockpit.services.importer.layer_vector import VectorSource
from cockpit.services.importer.layer_zip import Unpacked
from cockpit.services.importer.rows import TableError

_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ndjson", ".jsonl")
KNOWN = "GeoJSON, CSV, XLSX, NDJSON, Shapefile (.shp or .zip), GeoPackage, FlatGeobuf, OpenStreetMap (.osm.pbf)"


@contextmanager
def opened(
    path: Path, profile: LayerProfile, *, geometry: LayerGeometry, tags: list[str], sublayer: str | None, most_mb: int
) -> Iterator[LayerSource]:
    """The source of a file, closed at the end. TableError if there is none, it is too large or of no known kind."""
    if not path.is_file():
        raise TableError(f"there is no file {path}")
    size = path.stat().st_size
    if size > most_mb << 20:
        raise TableError(
            f"{path} has {size >> 20} MiB, and at most {most_mb} are read: "
            "split it, or raise COCKPIT_LAYER_FILE_MOST_MB"
        )
    if path.suffix.lower() == ".zip":
        unpacked = Unpacked(path, most_bytes=most_mb << 20)
        try:
            yield _source(unpacked.main, profile, geometry, tags, sublayer)
        finally:
            unpacked.close()
        return
    source = _source(path, profile, geometry, tags, sublayer)
    try:
        yield source
    finally:
        source.close()


def _source(
    path: Path, profile: LayerProfile, geometry: LayerGeometry, tags: list[str], sublayer: str | None
) -> LayerSource:
    name = path.name.lower()
    if name.endswith(layer_osm.SUFFIXES):
        return OsmSource(path, tags=tags or profile.layer.tags, geometry=geometry)
    if path.suffix.lower() in layer_vector.SUFFIXES:
        return VectorSource(path, sublayer=sublayer or profile.layer.sublayer, encoding=profile.file.encoding)
    if path.suffix.lower() in _TABLES:
        if path.stat().st_size == 0:
            raise TableError(f"{path} is empty")
        return TableSource(path, profile.file)
    raise TableError(f"{path} is none of: {KNOWN}")
