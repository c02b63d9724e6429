"""轨迹回放 /tracks: who was where on a day, against the grids that are theirs, and played back.

Everything in the frame is drawn by `assets/js/58-tracks-*.js` from the API; the map is the wall's own.
"""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.duty.keys import keys_dialog
from layouts.duty.page import DeskPage, stage_of
from layouts.title_bar import clock, link_bar, page_link

__all__ = ["tracks_page"]

#: px of a window below which the page is no stage: it flows and scrolls
_FLOWS_BELOW = 860
#: what the bar at the foot shows: keys, then the text that says what they do
BAR = (
    (("Space",), "tracks.key_play"),
    (("←", "→"), "tracks.key_minute"),
    (("N", "P"), "tracks.key_piece"),
    (("+", "−"), "tracks.key_rate"),
    (("↑", "↓"), "tracks.key_focus"),
    (("[", "]"), "tracks.key_day"),
    (("0",), "tracks.key_fit"),
    (("?",), "keys.all"),
)
#: m/s at which the colours of the line change, as 58-tracks-data.js has them
_SPEEDS = ("tracks.speed_still", "tracks.speed_walk", "tracks.speed_ride", "tracks.speed_drive", "tracks.speed_fast")


def tracks_page(page: DeskPage, texts: Texts, situation_map: Any = None) -> Any:
    """The page's component tree. `situation_map`: the dl.Map, which the wall's own scripts draw on."""
    return html.Main(
        [
            _bar(page, texts),
            _people(texts),
            _map(page, texts, situation_map),
            _playback(texts),
            html.Section(
                html.Div(id="tracks-about", className="tracks-about rows", tabIndex=0),
                id="panel-tracks-about",
                className="panel tracks-figures",
                **{"aria-label": texts["tracks.about"]},
            ),
            html.Footer(
                [
                    html.Span([*(html.Kbd(key) for key in pressed), texts[words]], **{"data-keys": pressed[0]})
                    for pressed, words in BAR
                ],
                className="desk-keys tracks-keys",
                **{"aria-label": texts["keys.title"]},
            ),
            keys_dialog(texts),
        ],
        id="stage",
        className="stage",
        lang=page.lang,
        **stage_of(page, texts),
        **{
            "data-flows-below": str(_FLOWS_BELOW),
            "data-panels": "false",
        },
    )


def _bar(page: DeskPage, texts: Texts) -> Any:
    tags = [html.Span(texts["product.demo"], className="tagx amb")] if page.demo else []
    desk = [html.A(texts["desk.title"], href=f"/duty?lang={page.lang}", className="page-link")]
    return html.Header(
        [
            html.Div(
                [
                    html.H1([texts["tracks.title"], html.I(page.whose(texts))]),
                    html.Div(className="vr"),
                    *([*desk, page_link("patrol", page.lang, texts)] if page.may_switch else []),
                    *tags,
                ],
                className="left",
            ),
            html.Div([clock(), link_bar(texts)], className="right"),
        ],
        id="title-bar",
        className="bar",
    )


def _people(texts: Texts) -> Any:
    heads = html.Div(
        [html.H2(texts["tracks.people"]), html.Span("", className="sub", id="tracks-sub")], className="heads"
    )
    return html.Section(
        [
            html.Header([heads]),
            # plain fields, made by the script: Dash's own would carry a library for a date and a word
            html.Div(id="tracks-fields", className="tracks-fields"),
            html.Div(
                id="tracks-people",
                className="rows tracks-people",
                role="group",
                **{"aria-label": texts["tracks.people"]},
            ),
        ],
        id="panel-tracks-people",
        className="panel tracks-who",
        **{"aria-label": texts["tracks.people"]},
    )


def _map(page: DeskPage, texts: Texts, situation_map: Any) -> Any:
    legend = [
        html.Li([html.I(className=f"speed s{n}"), html.Span(texts[words])]) for n, words in enumerate(_SPEEDS)
    ] + [html.Li([html.I(className=f"k-{kind}"), html.Span(texts[f"tracks.{kind}"])]) for kind in ("gap", "set_aside")]
    grids = [
        html.Li([html.I(className=f"grid {kind}"), html.Span(texts[f"tracks.grid_{kind}"])])
        for kind in ("own", "missed", "other")
    ]
    source = [html.Div(f"{texts['map.source']} {page.source}")] if page.source else []
    return html.Section(
        [
            html.Div(
                situation_map,
                className="map-ground",
                **{"data-pad": "24,24,24,96"},
                **({"data-bounds": ",".join(f"{degrees:.5f}" for degrees in page.bounds)} if page.bounds else {}),
            ),
            html.Ul([*legend, *grids], className="tracks-legend", **{"aria-label": texts["map.legend"]}),
            html.P("", id="tracks-note", className="tracks-note", role="status", hidden=True),
            html.Button(
                texts["tracks.key_fit"], type="button", className="btn tracks-fit", **{"data-action": "tracks-fit"}
            ),
            html.Div(
                [html.Div(page.notice), *source],
                className="tracks-notice",
            ),
        ],
        id="panel-map",
        className="panel tracks-map",
        **{"aria-label": texts["map.title"]},
    )  # fmt: skip


def _playback(texts: Texts) -> Any:
    def button(name: str, sign: str, words: str, **more: str) -> Any:
        return html.Button(
            sign, type="button", className="btn", title=texts[words],
            **{"data-action": name, "aria-label": texts[words], **more},
        )  # fmt: skip

    return html.Section(
        [
            html.Div(
                [
                    html.Button(
                        [html.I(className="sign")],
                        id="tracks-play",
                        type="button",
                        className="btn pri",
                        title=texts["tracks.key_play"],
                        **{
                            "data-action": "tracks-play",
                            "data-playing": "false",
                            "aria-label": texts["tracks.key_play"],
                        },
                    ),
                    html.Span("--:--:--", id="tracks-now", className="num"),
                    html.Div(
                        [
                            button("tracks-slower", "−", "tracks.slower"),
                            html.Span("60×", id="tracks-rate", className="num"),
                            button("tracks-faster", "+", "tracks.faster"),
                        ],
                        className="rates",
                        role="group",
                        **{"aria-label": texts["tracks.rate"]},
                    ),
                ],
                className="tracks-buttons",
            ),
            html.Canvas(
                id="tracks-strip", className="tracks-strip", role="slider", tabIndex=0,
                **{"aria-label": texts["tracks.strip"]},
            ),
        ],
        id="panel-tracks-play",
        className="panel tracks-playback",
        **{"aria-label": texts["tracks.playback"]},
    )  # fmt: skip
