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
    tiles: str | None = None,
    attribution: str = "",
    width: int = 1920,
) -> Any:
    """The map of a stage `width` px wide. `bounds` west, south, east, north; `centre` lon, lat; WGS-84.

    `tiles` is the address of a tile layer (`{z}/{x}/{y}`) that replaces the ground the city brings itself.
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
    layers = [dl.TileLayer(url=tiles, attribution=attribution, maxZoom=MAX_ZOOM)] if tiles else []
    return dl.Map(
        layers,
        id="situation-map",
        **view,
        minZoom=MIN_ZOOM,
        maxZoom=MAX_ZOOM,
        # tiles are sharp at whole zooms only
        zoomSnap=1 if tiles else 0.25,
        zoomDelta=1,
        zoomControl=False,
        attributionControl=bool(tiles and attribution),
        preferCanvas=True,
        trackViewport=False,
    )
