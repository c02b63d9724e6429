"""专题图层的面板: the frame that `55-layers-panel.js` fills, its button, and the list of what is on."""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.glyph import glyph

__all__ = ["layer_catalogue", "layers_button"]


def layers_button(texts: Texts) -> Any:
    """Opens and closes the panel; the figure beside it is how many layers are on."""
    return html.Div(
        html.Button(
            [glyph("layers"), html.Span(texts["layer_panel.button"]), html.B("", id="thematic-on-count")],
            type="button",
            title=texts["keys.layers"],
            **{"data-action": "thematic", "aria-expanded": "false", "aria-controls": "layer-panel"},
        ),
        className="thematic-open",
    )


def layer_catalogue(texts: Texts) -> list[Any]:
    """The panel, closed, and the list of the layers that are on, for who reads the map without opening it."""
    return [
        html.Section(
            [
                html.Header(
                    [
                        html.H2(texts["layer_panel.title"]),
                        html.Span("", id="thematic-sub", className="sub"),
                        html.Button(
                            texts["layer_panel.clear"],
                            type="button",
                            id="thematic-clear",
                            **{"data-action": "thematic-clear"},
                        ),
                        html.Button(
                            glyph("close"),
                            type="button",
                            className="close",
                            **{"data-action": "thematic", "aria-label": texts["layer_panel.close"]},
                        ),
                    ]
                ),
                html.Div(id="thematic-search-place"),
                html.Div(
                    id="thematic-list",
                    className="thematic-list",
                    role="group",
                    **{"aria-label": texts["layer_panel.title"]},
                ),
                html.Div(
                    id="thematic-base",
                    className="thematic-base",
                    role="radiogroup",
                    hidden=True,
                    **{"aria-label": texts["base_map.title"]},
                ),
            ],
            id="layer-panel",
            className="thematic",
            hidden=True,
            **{"aria-label": texts["layer_panel.title"]},
        ),
        html.Ul(
            [], id="thematic-shown", className="thematic-shown", hidden=True, **{"aria-label": texts["layer_panel.on"]}
        ),
    ]
