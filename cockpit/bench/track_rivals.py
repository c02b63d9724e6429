"""A track as the usual components draw it: a plain `dl.Polyline`, and a plotly line; each fed in the page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dash_leaflet as dl
import plotly.graph_objects as go
from dash import Dash, dcc, html
from flask import has_request_context, request
from werkzeug.serving import WSGIRequestHandler, make_server

_SIZE = {"width": "1000px", "height": "700px"}
#: JSON of [[lon, lat], …] to two frames after its line is there, in milliseconds
DRAW_POLYLINE = """(words) => new Promise((done) => {
  const begin = performance.now(), points = JSON.parse(words);
  dash_clientside.set_props('line', { positions: points.map(([lon, lat]) => [lat, lon]) });
  (function look() {
    const path = [...document.querySelectorAll('path')].find((p) => (p.getAttribute('d') || '').length > 1000);
    if (!path) return void requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
  })();
})"""
DRAW_PLOTLY = """(words) => new Promise((done) => {
  const begin = performance.now(), points = JSON.parse(words), graph = document.querySelector('#graph .js-plotly-plot');
  graph.once('plotly_afterplot', () =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin))));
  dash_clientside.set_props('graph', { figure: {
    data: [{ type: 'scatter', mode: 'lines', x: points.map((p) => p[0]), y: points.map((p) => p[1]) }],
    layout: { width: 1000, height: 700 },
  } });
})"""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a rival's requests are no news."""


@contextmanager
def rival_pages(box: tuple[float, float, float, float]) -> Iterator[str]:
    """`/polyline` and `/plotly` on a free port; `box` west, south, east, north is in view."""
    west, south, east, north = box
    app = Dash(__name__, use_pages=False, compress=False)
    view = dl.Map(dl.Polyline(id="line", positions=[]), bounds=[[south, west], [north, east]], style=_SIZE)
    graph = dcc.Graph(id="graph", figure=go.Figure(go.Scatter(x=[0], y=[0])), style=_SIZE)

    def page() -> Any:
        return html.Div(graph if has_request_context() and "plotly" in request.headers.get("Referer", "") else view)

    app.layout = page
    server = make_server("127.0.0.1", 0, app.server, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
