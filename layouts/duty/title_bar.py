"""席位标题栏: whose desk, who works here, sound, sources, mode and clock in one line."""

from typing import Any

from dash import html

from cockpit.catalogue import Texts
from layouts.data_text import OF_DATA
from layouts.duty.page import DeskPage
from layouts.glyph import glyph
from layouts.map_chrome import sound
from layouts.title_bar import clock, link_bar, mode_switch, page_menu


def desk_bar(page: DeskPage, texts: Texts) -> Any:
    return html.Header(
        [
            html.Div(
                [
                    html.H1([texts["desk.title"], html.I(page.whose(texts), className="in-peace")]),
                    war_banner(texts),
                    html.Div(className="vr"),
                    html.Div(
                        texts.format("desk.officer", name=page.officer),
                        className="officer",
                        title=page.officer,
                        **OF_DATA,
                    ),
                    page_menu(page, texts),
                    *([html.Span(texts["product.demo"], className="tagx amb")] if page.demo else []),
                ],
                className="left",
            ),
            html.Div(
                [
                    sound(texts),
                    feed_block(page, texts),
                    mode_switch(page, texts),
                    clock(),
                    link_bar(texts),
                ],
                className="right",
            ),
        ],
        id="title-bar",
        className="bar",
    )


def war_banner(texts: Texts) -> Any:
    """战时 with the incident and how long it has lasted; hidden in peacetime, written by 80-war-mode.js."""
    return html.Div(
        [
            glyph("focus"),
            html.B(texts["war.banner"]),
            html.Span("—", id="war-title", className="what"),
            html.Span("--:--:--", id="war-clock", className="since", **{"data-since-ms": "", "data-since": "elapsed"}),
        ],
        id="war-banner",
        className="war-banner in-war",
        role="status",
    )


def feed_block(page: DeskPage, texts: Texts) -> Any:
    """`5 / 7 源正常`; pointing at it or reaching it by keyboard opens the list of all of them."""
    return html.Div(
        [
            html.Button(
                page.trees.get("feed-summary", [glyph("hollow"), html.Span(texts["feed.title"])]),
                id="feed-summary",
                type="button",
                className="feed-summary",
                **{"aria-controls": "feeds"},
            ),
            html.Div(page.trees.get("feeds", []), id="feeds", className="feeds", title=texts["feed.title"]),
        ],
        className="feed-block",
    )
