"""What the OpenAPI document says of drawings on the map."""

from typing import Any

from cockpit.api.openapi_parts import KEY, TEXT, TIME, asking, get, json, path, problems, query
from cockpit.api.plots import PlotChangeRequest, PlotRequest
from cockpit.domain.plot import PlotKind, PlotSymbol

PLOT_MODELS: tuple[Any, ...] = (PlotRequest, PlotChangeRequest)


def plot_paths() -> dict[str, Any]:
    """`/plots…`."""
    plot_id = path("plot_id", "as `POST plots` told it")
    as_of = query("as_of", TIME, "an instant of the past")
    listed = [
        query("event_id", TEXT, "of this event"),
        query("kind", {"type": "string", "enum": [kind.value for kind in PlotKind]}, "of this kind"),
        query("symbol", {"type": "string", "enum": [symbol.value for symbol in PlotSymbol]}, "that means this"),
        query("removed", {"type": "boolean"}, "those that were removed today instead"),
        query("scope", TEXT, "division or grid code within your own"),
        as_of,
        query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
    ]
    version = query("expected_version", {"type": "integer", "minimum": 1}, "refuse if it has changed since")
    return {
        "/plots": {
            **get("标绘: what is drawn on the map, the newest first", listed, "Page"),
            "post": asking("draw on the map; the answer has its `plot_id`", "PlotRequest", [KEY]),
        },
        "/plots/{plot_id}": {
            **get("one drawing with who did what to it", [plot_id, as_of], "Item", 404),
            "put": asking("draw it otherwise, or bring it back", "PlotChangeRequest", [plot_id, KEY]),
            "delete": {
                "summary": "take it away",
                "parameters": [plot_id, version, KEY],
                "responses": {"202": json("asked", "Asked"), **problems(404, 409, 503)},
            },
        },
    }
