"""标绘工具: the key that opens them on the desk's map; 92–94-plot-*.js fill what it opens."""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.glyph import glyph


def plot_tools(texts: Texts) -> list[Any]:
    """The key, the tools with the card of a drawing, and what was just done with ten seconds to take it back."""
    return [
        html.Div(
            html.Button(
                [glyph("plot"), html.Span(texts["plot.draw"])],
                type="button",
                title=texts["plot.open"],
                **{"data-action": "plot-open", "aria-pressed": "false", "aria-controls": "plot-bar"},
            ),
            className="plot-open",
        ),
        html.Div(
            id="plot-bar", className="plot-bar", role="dialog", hidden=True, **{"aria-label": texts["plot.title"]}
        ),
        html.Div(id="plot-said", className="plot-said", role="status", hidden=True, **{"aria-live": "polite"}),
    ]
