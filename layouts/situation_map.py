"""一张图: the Leaflet map under the wall. It only holds the place; `assets/js/4*-map-*.js` draw everything on it."""

from collections.abc import Sequence
from typing import Any

import dash_leaflet as dl

#: share of the stage's width that the columns at either side cover; the scripts then fit exactly (`data-pad`)
COLUMN_SHARE = 0.25
MIN_ZOOM, MAX_ZOOM = 4, 19


def situation_map(
    *,
    bounds: Sequence[float],
    centre: Sequence[float],
    zoom: float,
    width: int = 1920,
) -> Any:
    """The map of a stage `width` px wide. `bounds` west, south, east, north; `centre` lon, lat; WGS-84.

    A base map of tiles is laid under it by `52-base-map.js`, who looks at it choosing which.
    Centre and zoom hold only where the bounds enclose nothing. No prop of the view is ever set again: who
    looks at the map decides what is seen.
    """
    west, south, east, north = bounds
    column = round(width * COLUMN_SHARE)
    view = (
        {
            "bounds": [[south, west], [north, east]],
            "boundsOptions": {"paddingTopLeft": [column, 96], "paddingBottomRight": [column, 240]},
        }
        if east > west and north > south
        else {"center": [centre[1], centre[0]], "zoom": zoom}
    )
    return dl.Map(
        [],
        id="situation-map",
        **view,
        minZoom=MIN_ZOOM,
        maxZoom=MAX_ZOOM,
        zoomSnap=0.25,
        zoomDelta=1,
        zoomControl=False,
        attributionControl=False,
        preferCanvas=True,
        trackViewport=False,
    )
