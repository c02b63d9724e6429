"""轨迹抽稀: fewer points for the map and the same line, with every stop, gap and jump where it was."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from cockpit.domain.track import Ints, Track
from cockpit.domain.track_pieces import Piece

_DEGREE_M = 111_195.0
#: between two points that stay lies no more time than this, so that somebody played back is where they were
_LONGEST_S = 60.0


def thinned(track: Track, pieces: Sequence[Piece], tolerance_m: float) -> Ints:
    """Rows of the track that are enough to draw it, in order.

    No fix lies further than `tolerance_m` from the line (Douglas–Peucker, by GEOS), the ends of every piece stay, and
    at least one fix a minute. All rows when `tolerance_m` is 0.
    """
    if tolerance_m <= 0 or len(track) < 3:
        return np.arange(len(track), dtype=np.int64)
    squeeze = np.cos(np.radians(float(np.mean(track.lat))))
    # the row goes along as the height of each point: it stays with its point
    points = np.column_stack([track.lon * _DEGREE_M * squeeze, track.lat * _DEGREE_M, np.arange(len(track))])
    keep = np.zeros(len(track), dtype=bool)
    for piece in pieces:
        line = shapely.linestrings(points[piece.first : piece.last + 1])
        simpler = shapely.simplify(line, tolerance_m, preserve_topology=False)
        keep[shapely.get_coordinates(simpler, include_z=True)[:, 2].astype(np.int64)] = True
        keep[[piece.first, piece.last]] = True
    keep[_one_a_minute(track.at_ms)] = True
    return np.flatnonzero(keep)


def _one_a_minute(at_ms: Ints) -> NDArray[np.int64]:
    minutes = (at_ms - at_ms[0]) // round(_LONGEST_S * 500)
    return np.flatnonzero(np.diff(minutes, prepend=-1) > 0)
