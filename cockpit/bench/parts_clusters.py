"""部件 the usual way: all points as one GeoJSON to `dl.GeoJSON`, which clusters them in the browser (supercluster).

Served by gunicorn with threads, as ours is: `gunicorn -k gthread 'cockpit.bench.parts_clusters:page("FILE")'`.
"""

from pathlib import Path
from typing import Any

import dash_leaflet as dl
from dash import Dash, html
from flask import Response, send_file

from cockpit.bench.machine import CANVAS
from cockpit.bench.view import VIEW

_INDEX = """<!doctype html><html><head>{%metas%}<title>clusters</title>{%css%}
<style>html, body { margin: 0; overflow: hidden } .leaflet-container { background: #06111f }</style></head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def page(file: str, zoom: int) -> Any:
    """The page, and the points under `/points.json`; clusters are made by a worker's code in the page itself."""
    app = Dash(__name__, index_string=_INDEX, compress=False)
    app.layout = html.Div(
        dl.Map(
            dl.GeoJSON(url="/points.json", cluster=True, superClusterOptions={"radius": 80}),
            center=(VIEW.lat, VIEW.lon), zoom=zoom, maxZoom=19, preferCanvas=True,
            attributionControl=False, style={"width": f"{CANVAS[0]}px", "height": f"{CANVAS[1]}px"},
        )
    )  # fmt: skip

    @app.server.get("/points.json")  # type: ignore[untyped-decorator,unused-ignore]  # publishes no types
    def points() -> Response:
        return send_file(Path(file), mimetype="application/geo+json")

    return app.server
