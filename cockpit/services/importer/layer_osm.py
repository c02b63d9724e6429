"""A layer from OpenStreetMap (.osm.pbf, .osm): what has one of the tags asked for, as points, lines or areas."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from cockpit.domain.thematic_layer import LayerGeometry
from cockpit.services.importer.layer_pieces import LayerPiece
from cockpit.services.importer.rows import TableError

SUFFIXES = (".pbf", ".osm", ".osm.bz2", ".osm.gz")


class OsmSource:
    """One extract. `tags` are `key=value` or `key`; the value of the first that a thing has is its kind."""

    has_shapes, crs = True, "wgs84"
    #: of every thing, beside its tags as `tags`
    columns: Sequence[str] = ("id", "name", "kind")

    def __init__(self, path: Path, *, tags: Sequence[str], geometry: LayerGeometry) -> None:
        if not tags:
            raise TableError(
                f"{path} is all of OpenStreetMap there: say what of it with --tag, as in --tag amenity=school"
            )
        if path.stat().st_size == 0:
            raise TableError(f"{path} is empty")
        self.path, self.size = path, path.stat().st_size
        self._tags = [(key, value) for key, _, value in (tag.partition("=") for tag in tags)]
        self._geometry = geometry

    def pieces(self, rows: int) -> Iterator[LayerPiece]:
        """Things in the extract's order. A line is the number of a thing among those that were asked for."""
        things, done = self._things(), 0
        try:
            while some := list(itertools.islice(things, rows)):
                lines = list(range(done + 1, done + len(some) + 1))
                done += len(some)
                columns: dict[str, Sequence[Any]] = {
                    name: [told.get(name, "") for told, _ in some]
                    for name in dict.fromkeys(key for told, _ in some for key in told)
                }
                shapes = shapely.from_wkb(np.array([wkb for _, wkb in some], dtype=object), on_invalid="ignore")
                yield LayerPiece(lines, columns, shapes, min(done, self.size))
        except (RuntimeError, ValueError, OSError) as error:  # what osmium raises for a file that is none
            hint = ": sort it first (osmium sort)" if "out of order" in str(error) else ""
            raise TableError(f"{self.path} cannot be read: {error}{hint}") from None

    def close(self) -> None:
        """osmium closes the file at its end."""

    def _things(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Tags and WKB. What the extract has only a part of comes at the end, without a shape: it is refused there."""
        import osmium
        from osmium.osm import Area, Node, Relation, Way

        factory = osmium.geom.WKBFactory()
        wanted = osmium.filter.KeyFilter(*{key for key, _ in self._tags})
        lines, points = self._geometry is LayerGeometry.LINE, self._geometry is LayerGeometry.POINT
        #: ways and relations that should come once more, as areas
        awaited: dict[str, dict[str, Any]] = {}
        for thing in osmium.FileProcessor(str(self.path)).with_locations().with_areas(wanted).with_filter(wanted):
            kind = self._kind_of(thing.tags)
            if kind is None:
                continue
            told = {tag.k: tag.v for tag in thing.tags}
            told |= {"name": told.get("name:zh") or told.get("name") or "", "kind": kind}
            try:
                if isinstance(thing, Area) and not lines:
                    osm_id = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
                    awaited.pop(osm_id, None)
                    wkb = factory.create_multipolygon(thing)
                elif isinstance(thing, Node) and points:
                    wkb, osm_id = factory.create_point(thing), f"node/{thing.id}"
                elif isinstance(thing, Way) and (lines or (points and not thing.is_closed())):
                    osm_id, wkb = f"way/{thing.id}", ""
                    wkb = factory.create_linestring(thing)
                elif isinstance(thing, Way | Relation) and not lines:
                    osm_id = f"{'way' if isinstance(thing, Way) else 'relation'}/{thing.id}"
                    awaited[osm_id] = told | {"id": osm_id}
                    continue
                else:
                    continue
            except (RuntimeError, osmium.InvalidLocationError):  # its nodes are not all in the extract
                wkb = ""
            yield {**told, "id": osm_id}, bytes.fromhex(wkb)
        yield from ((told, b"") for told in awaited.values())

    def _kind_of(self, tags: Any) -> str | None:
        return next((tags[k] for k, v in self._tags if k in tags and v in ("", tags[k])), None)
