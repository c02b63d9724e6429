"""权责范围的面: the polygon of a division or grid, for what lies in it without having a code of its own."""

import threading
from pathlib import Path

import shapely
from shapely.geometry import shape

from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.importer.divisions import read_cells

#: no place lies in it
NOWHERE: bytes = shapely.to_wkb(shapely.Polygon())


class ScopeShapes:
    """WKB polygons (WGS-84) by code, read from the city's files when the first is asked for. Safe from any thread."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._lock = threading.Lock()
        self._shapes: dict[str, bytes] | None = None

    def of(self, scope: Scope) -> bytes | None:
        """None for a scope that is the whole city or more; `NOWHERE` for one that the city has no polygon of."""
        if self._city.code.startswith(scope.code):
            return None
        return self.all().get(scope.code, NOWHERE)

    def all(self) -> dict[str, bytes]:
        """Every division and grid that the city has a polygon of."""
        with self._lock:
            if self._shapes is None:
                cells = read_cells(self._city.directory or Path("/nowhere"))
                self._shapes = {code: shapely.to_wkb(shape(cell["geometry"])) for code, cell in cells.items()}
            return self._shapes
