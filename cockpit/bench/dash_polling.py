"""The usual Dash way: `dcc.Interval` asks every second for all movers as GeoJSON. Tuned, or naive with default markers.

Served by gunicorn with threads, as ours is: `gunicorn -k gthread 'cockpit.bench.dash_polling:tuned()'`.
"""

import json
import threading
from typing import Any

import dash_leaflet as dl
from dash import Dash, Input, Output, dcc, html
from flask import request

from cockpit.bench.machine import CANVAS
from cockpit.bench.view import VIEW

_INTERVAL_MS = 1000
#: canvas circles instead of one image element a mover; what every tutorial on speed ends with
_POINT = "(feature, latlng) => L.circleMarker(latlng, {radius: 3, stroke: false, fillColor: '#e8f6ff', fillOpacity: 1})"
_INDEX = """<!doctype html><html><head>{%metas%}<title>polling</title>{%css%}
<style>html, body { margin: 0; overflow: hidden } .leaflet-container { background: #06111f }</style></head>
<body><script>window.bench = {point: POINT};</script>{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def tuned() -> Any:
    """One canvas, circles, as little per mover as the components allow."""
    return _server(tuned=True)


def naive() -> Any:
    """Default markers, as the first example of the documentation has them."""
    return _server(tuned=False)


def _server(*, tuned: bool) -> Any:
    lock = threading.Lock()
    places: dict[str, tuple[float, float]] = {}
    app = Dash(__name__, index_string=_INDEX.replace("POINT", _POINT), compress=False)
    look = {"pointToLayer": {"variable": "bench.point"}} if tuned else {}
    app.layout = html.Div(
        [
            dcc.Interval(id="tick", interval=_INTERVAL_MS),
            dl.Map(
                dl.GeoJSON(id="movers", **look),
                center=(VIEW.lat, VIEW.lon),
                zoom=VIEW.zoom,
                preferCanvas=tuned,
                zoomControl=False,
                attributionControl=False,
                style={"width": f"{CANVAS[0]}px", "height": f"{CANVAS[1]}px"},
            ),
        ]
    )

    @app.callback(Output("movers", "data"), Input("tick", "n_intervals"))  # type: ignore[untyped-decorator,unused-ignore]  # publishes no types
    def show(_ticks: int | None) -> dict[str, Any]:
        with lock:
            now = list(places.values())
        return {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": place}}
                for place in now
            ],
        }

    @app.server.post("/positions")  # type: ignore[untyped-decorator,unused-ignore]  # publishes no types
    def take() -> dict[str, int]:
        told = json.loads(request.get_data())
        told = told if isinstance(told, list) else [told]
        with lock:
            for p in told:
                places[p["subject_id"]] = (p["lon"], p["lat"])
        return {"accepted": len(told)}

    return app.server
