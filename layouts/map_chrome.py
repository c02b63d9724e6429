"""图上部件: layer buttons, sound, legend, strength, scale and source around the map window."""

from typing import Any, NamedTuple

from dash import html

from cockpit.catalogue import Texts
from layouts.glyph import glyph
from layouts.page import ScreenPage


class Layer(NamedTuple):
    """One button of the layer bar; `name` is what the bus says: `layer {name, on}`."""

    name: str
    text: str
    icon: str
    on: bool


LAYERS = (
    Layer("event", "map.events", "event", True),
    Layer("grid", "map.grids", "grid", True),
    Layer("gridworker", "map.gridworkers", "man", True),
    Layer("iot", "map.alarms", "iot", False),
)


def layer_bar(page: ScreenPage, texts: Texts) -> Any:
    return html.Div([layer_buttons(texts), *([] if page.as_of else [sound(texts)])], className="layer-line")


def layer_buttons(texts: Texts) -> Any:
    return html.Div(
        [_button(layer, texts) for layer in LAYERS],
        id="layers",
        className="layers",
        role="group",
        **{"aria-label": texts["map.layers"]},
    )


def _button(layer: Layer, texts: Texts) -> Any:
    return html.Button(
        [glyph(layer.icon), html.Span(texts[layer.text])],
        type="button",
        **{
            "data-action": f"layer-{layer.name}",
            "data-layer": layer.name,
            "data-default": "true" if layer.on else "false",
            "aria-pressed": "true" if layer.on else "false",
        },
    )


def sound(texts: Texts) -> Any:
    """States (data-state): blocked, ready, ringing, muted; 64-sound.js writes the words."""
    return html.Div(
        [
            html.Button(
                [glyph("sound"), html.Span(texts["sound.blocked"], className="sound-words")],
                type="button",
                className="sound-main",
                **{"data-action": "sound"},
            ),
            html.Button(texts["sound.mute"], type="button", className="sound-mute", **{"data-action": "sound-mute"}),
        ],
        id="sound",
        className="sound",
        **{"data-state": "blocked"},
    )


def notices(page: ScreenPage, texts: Texts) -> list[Any]:
    """Legend, strength on duty, and the line under the scale bar: 示意 note and source (审图号)."""
    source = [html.Div([f"{texts['map.source']} ", page.source], className="source-line")] if page.source else []
    return [
        html.Ul(page.trees.get("legend", []), id="legend", className="legend", **{"aria-label": texts["map.legend"]}),
        html.Div(page.trees.get("people", []), id="people", className="people-block"),
        html.Div(
            [
                html.Div([html.Span("", id="map-scale-words"), html.I(id="map-scale-bar")], className="scale-line"),
                html.Div(page.notice, className="notice"),
                *source,
            ],
            id="map-notes",
            className="map-notes",
        ),
    ]
