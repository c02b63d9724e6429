"""图上部件: layer buttons, sound, legend, strength, scale and source around the map window."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dash import html

from cockpit.catalogue import Texts
from layouts.context import ALARM_FEEDS, EVENT_FEEDS, POSITION_FEEDS
from layouts.glyph import glyph
from layouts.layers import layers_button
from layouts.page import ScreenPage


class Layer(NamedTuple):
    """One button of the layer bar; `name` is what the bus says: `layer {name, on}`."""

    name: str
    text: str
    icon: str
    on: bool
    #: what it shows comes from these
    feeds: frozenset[str] = frozenset()


LAYERS = (
    Layer("event", "map.events", "event", True, EVENT_FEEDS),
    Layer("grid", "map.grids", "grid", True),
    Layer("gridworker", "map.gridworkers", "man", True, POSITION_FEEDS),
    Layer("iot", "map.alarms", "iot", False, ALARM_FEEDS),
    Layer("plot", "plot.title", "plot", True),
)


#: what the map shows of 就近力量 in wartime, a button a kind
NEAR_KINDS = (
    ("fire_station", "fire"), ("hydrant", "hydrant"), ("camera", "camera"), ("hospital", "medical"),
    ("police", "police"), ("shelter", "shelter"),
)  # fmt: skip


def layer_bar(page: ScreenPage, texts: Texts) -> Any:
    return html.Div(
        [
            layer_buttons(texts, [near_button(kind, icon, texts) for kind, icon in NEAR_KINDS]),
            layers_button(texts),
            view_lock(texts),
            *([] if page.as_of else [sound(texts)]),
        ],
        className="layer-line",
    )


def near_button(kind: str, icon: str, texts: Texts) -> Any:
    """A layer of wartime with its count, which 81-war-map.js writes."""
    words = texts[f"near_kind.{kind}"]
    return html.Button(
        [glyph(icon), html.Span(words), html.B("", **{"data-near-count": kind})],
        type="button",
        className="in-war",
        title=words,
        **{
            "data-action": f"layer-near-{kind}",
            "data-layer": f"near-{kind}",
            "data-default": "true",
            "aria-pressed": "true",
        },
    )


def view_lock(texts: Texts) -> Any:
    """锁定视图: who locks the view is asked before a change of mode moves it."""
    return html.Div(
        html.Button(
            glyph("lock"),
            type="button",
            title=texts["war.lock"],
            **{"data-action": "view-lock", "aria-pressed": "false", "aria-label": texts["war.lock"]},
        ),
        className="view-lock",
    )


def layer_buttons(texts: Texts, more: Sequence[Any] = ()) -> Any:
    return html.Div(
        [*(_button(layer, texts) for layer in LAYERS), *more],
        id="layers",
        className="layers",
        role="group",
        **{"aria-label": texts["map.layers"]},
    )


def _button(layer: Layer, texts: Texts) -> Any:
    return html.Button(
        [glyph(layer.icon), *_layer_words(layer, texts)],
        type="button",
        **{
            "data-action": f"layer-{layer.name}",
            "data-layer": layer.name,
            "data-default": "true" if layer.on else "false",
            "data-layer-feeds": " ".join(sorted(layer.feeds)),
            "aria-pressed": "true" if layer.on else "false",
        },
    )


def _layer_words(layer: Layer, texts: Texts) -> list[Any]:
    """In wartime everything but the incident is 其他事件, one button."""
    if layer.name == "gridworker":
        return [html.Span(texts[layer.text]), html.B("", className="in-war", **{"data-near-count": "people"})]
    if layer.name != "event":
        return [html.Span(texts[layer.text])]
    return [
        html.Span(texts[layer.text], className="in-peace"),
        html.Span(texts["war.other_events"], className="in-war"),
    ]


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
            id="unplaced", className="unplaced", role="dialog", hidden=True, **{"aria-label": texts["unplaced.title"]}
        ),
        html.Div(
            [
                html.Div([html.Span("", id="map-scale-words"), html.I(id="map-scale-bar")], className="scale-line"),
                html.Div(page.notice, className="notice"),
                *source,
                html.Div("", id="base-source", className="source-line"),
            ],
            id="map-notes",
            className="map-notes",
        ),
    ]
