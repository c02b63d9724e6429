"""A wall without a server behind it: the layout, our scripts, and a bus that a test speaks on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dash import Dash, html
from werkzeug.serving import WSGIRequestHandler, make_server

from cockpit.catalogue import texts
from cockpit.services.wartime import Scene
from cockpit.situation.figures import Figures
from layouts.context import ScreenContext
from layouts.page import ScreenPage
from layouts.panels import counts_of, feeds_of, panel_trees
from layouts.screen import screen
from layouts.wall import wall_of
from layouts.war import war_told, war_trees
from tests.layouts.sample import AS_OF, COUNTY

ASSETS = Path(__file__).resolve().parents[2] / "assets"
#: the map, the socket and the clock are others' concern: the bus and ours are enough; the desk's keep out of the way
_NOT_OURS = r"^(?!.*\.css$)(?!10-bus|59-|[67]\d-|8[0-4]-).*"
_CLOCK = """<script>window.cockpit = window.cockpit || {};
window.testNow = %d; cockpit.now = () => window.testNow;
setInterval(() => cockpit.emit && cockpit.emit('tick', cockpit.now()), 200);</script>"""


def message_of(
    figures: Figures, context: ScreenContext, lang: str, stage: str, scene: Scene | None = None
) -> dict[str, Any]:
    """A `panels` message as the push sends it; in wartime with its `scene`."""
    trees = panel_trees(figures, context, texts(lang), stage)
    if scene is not None:
        trees |= war_trees(scene, context, texts(lang), wall_of(stage))
    as_of_ms = round(figures.as_of.timestamp() * 1000)
    told = None if scene is None else war_told(scene)
    return {
        "as_of_ms": as_of_ms, "panels": trees, "counts": counts_of(figures), "feeds": feeds_of(context), "war": told,
    }  # fmt: skip


def wall_app(*, lang: str, stage: str, may_switch: bool = True) -> Dash:
    page = ScreenPage(
        scope=COUNTY, city="余杭区" if lang != "en" else "Yuhang District", lang=lang, stage=stage, demo=True,
        may_switch=may_switch, csrf="token",
        notice="街道与网格为示意划分" if lang != "en" else "Boundaries are schematic",
    )  # fmt: skip
    app = Dash(
        __name__, assets_folder=str(ASSETS), assets_ignore=_NOT_OURS, assets_path_ignore=["^phone$"], update_title=""
    )
    app.index_string = app.index_string.replace("<head>", "<head>" + _CLOCK % (AS_OF.timestamp() * 1000 + 800))
    app.layout = html.Div(screen(page, texts(lang)))
    return app


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: a test's requests are no news."""


@contextmanager
def served(app: Dash) -> Iterator[str]:
    """The app on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app.server, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
