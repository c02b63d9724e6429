"""地理: distances on WGS-84, for floats and numpy arrays alike."""

from typing import Any

import numpy as np

EARTH_RADIUS_M = 6_371_008.8


def distance_m(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Great-circle metres between two places in degrees (haversine; arrays broadcast)."""
    lo1, la1, lo2, la2 = (np.radians(v) for v in (lon1, lat1, lon2, lat2))
    h = np.sin((la2 - la1) / 2) ** 2 + np.cos(la1) * np.cos(la2) * np.sin((lo2 - lo1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(h))
