"""席上的图: the same map as the wall's, in the middle of the desk, with its layers, legend and scale on it."""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.duty.dispatch import draw_tools, drawing_hint
from layouts.duty.page import DESK, DeskPage
from layouts.duty.plot import plot_tools
from layouts.glyph import glyph
from layouts.layers import layer_catalogue, layers_button
from layouts.map_chrome import layer_buttons, notices

_VIEWS = (("map-in", "plus", "map.zoom_in"), ("map-out", "minus", "map.zoom_out"), ("map-whole", "whole", "map.whole"))


def map_panel(page: DeskPage, texts: Texts, situation_map: Any) -> Any:
    title = texts["map.title"]
    return html.Section(
        [
            html.Div(
                situation_map,
                className="map-ground",
                **{"data-pad": ",".join(str(px) for px in DESK.map_padding)},
                **({"data-bounds": ",".join(f"{degrees:.5f}" for degrees in page.bounds)} if page.bounds else {}),
            ),
            html.Div(
                [
                    layer_buttons(texts),
                    layers_button(texts),
                    html.Button(
                        [glyph("event"), html.Span(texts["keys.responsible"])],
                        type="button",
                        className="whose-button",
                        title=texts["keys.responsible"],
                        **{"data-action": "whose", "aria-label": texts["keys.responsible"]},
                    ),
                    html.Button(
                        [glyph("house"), html.Span(texts["houses.button"])],
                        type="button",
                        className="whose-button houses-button",
                        title=texts["houses.title"],
                        **{"data-houses-open": "true", "aria-label": texts["houses.title"]},
                    ),
                ],
                className="layer-line",
            ),
            html.Div(id="map-houses", className="map-houses", role="dialog", hidden=True,
                     **{"aria-label": texts["houses.title"]}),
            html.Div(id="map-whose", className="map-whose", role="dialog", hidden=True,
                     **{"aria-label": texts["keys.responsible"]}),
            html.Div(
                [
                    html.Button(glyph(icon), type="button", title=texts[words],
                                **{"data-action": action, "aria-label": texts[words]})
                    for action, icon, words in _VIEWS
                ],
                className="map-views",
            ),
            *layer_catalogue(texts),
            draw_tools(texts),
            drawing_hint(),
            *plot_tools(texts),
            *notices(page, texts),
        ],
        id="panel-map",
        className="panel map",
        **{"aria-label": title},
    )  # fmt: skip
