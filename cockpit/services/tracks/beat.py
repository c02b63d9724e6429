"""责任网格: whose beat is which grids, and how much of their ground lay within sight of somebody's way."""

import json
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from cockpit.domain.track import Track
from cockpit.domain.track_pieces import Piece, PieceKind
from cockpit.services.city import City

_DEGREE_M = 111_195.0
_GRID_DIGITS = 15
#: who walks past a place so near has seen it
SEEN_WITHIN_M = 50.0
#: metres between the places of a way, and between the samples of its ground, of which there are no more than so many
_STEP_M = 10.0
_MOST_SAMPLES = 20_000


class Beats:
    """The grids of a city as ground. Their file is read when it is first asked for; safe from any thread."""

    def __init__(self, city: City) -> None:
        self._city, self._lock = city, threading.Lock()
        self._shapes: dict[str, Any] | None = None

    def beat_of(self, subject_id: str) -> frozenset[str]:
        """The grids that are somebody's by the roster: one, or all of a community; none for who is not on it."""
        entry = self._city.roster.get(subject_id)
        if entry is None or not entry.grid_code:
            return frozenset()
        if len(entry.grid_code) == _GRID_DIGITS:
            return frozenset({entry.grid_code})
        below = (code for code in self._city.divisions if code.startswith(entry.grid_code))
        return frozenset(code for code in below if len(code) == _GRID_DIGITS)

    def seen_share(self, track: Track, pieces: Sequence[Piece], beat: Iterable[str]) -> float | None:
        """Of the beat's area, the share within `SEEN_WITHIN_M` of the way; None when the beat has no ground.

        Gaps and jumps are no way: nobody knows where it led.
        """
        shapes = self._known()
        grounds = [shapes[code] for code in beat if code in shapes]
        ways = [p for p in pieces if p.kind in (PieceKind.MOVE, PieceKind.STOP)]
        if not grounds:
            return None
        if not ways:
            return 0.0
        ground = shapely.union_all(grounds)
        lon0, lat0 = ground.centroid.x, ground.centroid.y
        scale = np.array([_DEGREE_M * np.cos(np.radians(lat0)), _DEGREE_M])

        def flat(points: Any) -> Any:
            return (points - [lon0, lat0]) * scale

        ground = shapely.transform(ground, flat)
        degrees = np.column_stack([track.lon, track.lat])
        lines = np.array([shapely.linestrings(flat(degrees[p.first : p.last + 1])) for p in ways])
        is_long = shapely.length(lines) > 0  # GEOS cuts no line without a length: who stood still to the centimetre
        lines[is_long] = shapely.segmentize(lines[is_long], _STEP_M)
        places = shapely.get_coordinates(lines)
        west, south, east, north = ground.bounds
        step = max(_STEP_M, float(np.sqrt(ground.area / _MOST_SAMPLES)))
        x, y = (m.ravel() for m in np.meshgrid(np.arange(west, east, step), np.arange(south, north, step)))
        inside = shapely.contains_xy(ground, x, y)
        if not inside.any():
            return None
        # samples and not areas: the outline of a way that goes up and down a street all day takes minutes to find
        far, _ = cKDTree(places).query(np.column_stack([x, y])[inside], distance_upper_bound=SEEN_WITHIN_M)
        return float(np.mean(np.isfinite(far)))

    def _known(self) -> dict[str, Any]:
        with self._lock:
            if self._shapes is None:
                self._shapes = self._read()
            return self._shapes

    def _read(self) -> dict[str, Any]:
        file = self._city.directory / "grids.geojson" if self._city.directory else None
        if file is None or not file.is_file():
            return {}
        features = json.loads(file.read_text(encoding="utf-8"))["features"]
        return {f["properties"]["code"]: shapely.make_valid(shapely.geometry.shape(f["geometry"])) for f in features}
