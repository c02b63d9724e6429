"""线与面: shapes as a map of some zoom draws them: no corner that nobody could see."""

from collections.abc import Sequence
from typing import Any

import shapely

#: half a pixel of a 256-pixel tile is not seen
_PIXELS = 0.5


def drawn(shapes: Sequence[bytes | None], zoom: float) -> Any:
    """The shapes (WKB, WGS-84) simplified for a zoom, as an array of shapely geometries; None for none."""
    return shapely.simplify(shapely.from_wkb(list(shapes)), tolerance_deg(zoom), preserve_topology=True)


def tolerance_deg(zoom: float) -> float:
    """How far a simplified line may leave the true one, in degrees, so that nobody sees it at this zoom."""
    return float(360.0 / 256.0 / 2.0**zoom * _PIXELS)
