"""标题栏: clock, mode, whose map, feeds; the link's state across it when the push has stopped."""

from typing import Any
from zoneinfo import ZoneInfo

from dash import html

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode
from cockpit.services.screenshots.asked import PAGES
from layouts.page import ScreenPage
from layouts.picture_button import picture_button

#: pages that have their title in the catalogue under their own name
_PAGES = ("leader", "patrol", "iot", "tracks", "reports")


def title_bar(page: ScreenPage, texts: Texts) -> Any:
    name = [html.H1([page.city, html.I(texts["product.name"])])]
    tags = [texts["product.demo"]] if page.demo else []
    links = [page_menu(page, texts)] if page.may_switch and page.as_of is None else []
    if page.as_of is not None:
        at = page.as_of.astimezone(ZoneInfo(page.tz)).strftime("%Y-%m-%d %H:%M:%S")
        tags.append(texts.format("trust.history", time=at))
    return html.Header(
        [
            html.Div(
                [_clock(), _elapsed(texts), html.Div(className="vr"), mode_switch(page, texts), _tags(tags, links)],
                className="left",
            ),
            html.Div(page.trees.get("headline", name), id="headline", className="headline"),
            html.Div(
                [
                    html.Div(page.trees.get("feeds", []), id="feeds", className="feeds", title=texts["feed.title"]),
                    html.Button(
                        "",
                        id="feeds-more",
                        type="button",
                        className="feeds-more",
                        hidden=True,
                        **{"data-action": "feeds-more", "aria-controls": "feeds", "aria-expanded": "false"},
                    ),
                    link_bar(texts),
                ],
                className="right",
            ),
        ],
        id="title-bar",
        className="bar",
    )


def _tags(tags: list[str], links: list[Any]) -> Any:
    """What is not the live city says so: 演示数据, a moment in history. Below it the pages that are worked on."""
    return html.Div([*(html.Span(tag, className="tagx amb") for tag in tags), *links], className="tags")


def page_link(name: str, lang: str, texts: Texts, css: str = "page-link") -> Any:
    """The way to another page, in the language of this one."""
    return html.A(texts[f"{name}.title"], href=f"/{name}?lang={lang}", className=css)


def page_menu(page: ScreenPage, texts: Texts) -> Any:
    """The other pages that an officer may open, behind one word; closed by 62-pages.js when it is left."""
    return html.Details(
        [
            html.Summary(texts["pages.title"]),
            html.Nav(
                [
                    *(page_link(name, page.lang, texts) for name in _PAGES if name != page.name),
                    *([picture_button(page.name, texts)] if page.name in PAGES else []),
                ],
                **{"aria-label": texts["pages.title"]},
            ),
        ],
        className="pages",
    )


def clock() -> Any:
    """Hours, minutes and small seconds, written by 61-ticks.js."""
    return html.Div(
        [html.Span("--:--", **{"data-clock": "minutes"}), html.Small(":--", **{"data-clock": "seconds"})],
        className="clock",
    )


def _clock() -> Any:
    """Written by 61-ticks.js from the server's clock in the city's time zone."""
    return html.Div(
        [
            clock(),
            html.Div(
                [html.Div("—", **{"data-clock": "date"}), html.Div("—", **{"data-clock": "weekday"})],
                className="two",
            ),
        ],
        className="clock-line in-peace",
    )


def _elapsed(texts: Texts) -> Any:
    """In wartime the clock tells how long it has lasted since the report; 80-war-mode.js sets its beginning."""
    return html.Div(
        [
            html.Div("--:--:--", id="war-clock", className="clock", **{"data-since-ms": "", "data-since": "elapsed"}),
            html.Div(
                [
                    html.Div([texts["war.happened"], " ", html.B("--:--:--", id="war-happened")]),
                    html.Div(
                        [
                            texts["war.now"],
                            " ",
                            html.B("--:--:--", **{"data-clock": "time"}),
                        ]
                    ),
                ],
                className="two",
            ),
        ],
        className="clock-line in-war",
    )  # fmt: skip


def mode_switch(page: ScreenPage, texts: Texts) -> Any:
    """平时 | 战时. It follows the pushed mode, never the click; without the right it is a plain display."""

    def button(mode: Mode) -> Any:
        return html.Button(
            texts[f"mode.{mode.value}"],
            type="button",
            disabled=not page.may_switch,
            title="" if page.may_switch else texts["mode.forbidden"],
            **{
                "data-action": f"mode-{mode.value}",
                "data-mode-value": mode.value,
                "aria-pressed": "true" if page.mode is mode else "false",
            },
        )

    return html.Div(
        [button(mode) for mode in Mode],
        id="mode",
        className="mode",
        role="group",
        **{
            "data-mode": page.mode.value,
            "data-may-switch": "true" if page.may_switch else "false",
            "aria-label": texts["mode.title"],
        },
    )


def link_bar(texts: Texts) -> Any:
    """`推送中断，正在重连`: shown over the feeds while the link is lost (data-link on the stage)."""
    return html.Div(
        [
            html.Span(texts["link.lost"], className="words"),
            html.Span("", className="for", **{"data-since-ms": "", "data-since": "link"}),
        ],
        id="link-bar",
        className="link-bar",
        role="status",
    )
