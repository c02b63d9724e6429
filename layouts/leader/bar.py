"""下钻标题栏: the path down to here, the period, what it is compared with, the source, the instant."""

from typing import Any

from dash import dcc, html

from cockpit.domain.source import Source
from cockpit.services.drill_figures import Comparison
from layouts.data_text import OF_DATA
from layouts.glyph import glyph
from layouts.leader.address import CUSTOM, RANGES
from layouts.leader.view import LeaderView
from layouts.picture_button import picture_button

_LEVELS = {6: "county", 9: "street", 12: "community", 15: "grid"}


def level_name(view: LeaderView, length: int) -> str:
    """What divisions with codes of this length are called."""
    return view.texts[f"leader.level.{_LEVELS.get(length, 'none')}"]


def bar(view: LeaderView) -> Any:
    """The head of the page."""
    texts = view.texts
    tags = [html.Span(texts["leader.demo"], className="tagx amb")] if view.demo else []
    if view.address.as_of:
        at = view.local(view.drilled.known.at).strftime("%Y-%m-%d %H:%M:%S")
        tags.append(html.Span(texts.format("leader.past", time=at), className="tagx amb", id="leader-past"))
    tags += [
        html.Span(
            texts.format(f"leader.formerly.{change.kind.value}", code=change.old, day=change.on.isoformat()),
            className="tagx",
            **{"data-formerly": change.old},
        )
        for change in view.drilled.known.changes.into(view.drilled.question.scope)
    ]
    return html.Header(
        [
            html.Div([html.H1(texts["leader.title"]), _path(view), *tags], className="left"),
            html.Div(
                [
                    html.A(texts["thematic.title"], href=f"/thematic?lang={texts.lang}", className="ld-wall"),
                    html.A(texts["reports.title"], href=f"/reports?lang={texts.lang}", className="ld-wall"),
                    html.A(texts["leader.back"], href="/screen", className="ld-wall"),
                    picture_button("leader", texts),
                    _sources(view),
                    _compare(view),
                    _ranges(view),
                    _instant(view),
                ],
                className="right",
            ),
        ],
        className="ld-bar",
        id="leader-bar",
    )


def _path(view: LeaderView) -> Any:
    crumbs: list[Any] = []
    for i, (code, name) in enumerate(view.path):
        here = i == len(view.path) - 1
        up = i == len(view.path) - 2
        props: dict[str, Any] = {"aria-current": "page"} if here and not view.address.event else {}
        if up:
            props["id"] = "leader-up"
        css = "cur" if here else ""
        crumbs.append(html.A(name, href=view.address.href(scope=code), className=css, **{"data-crumb": code}, **props))
    crumbs += [
        html.Span(f"{level_name(view, length)} {count:,}", className="nx") for length, count in view.below.items()
    ]
    if view.detail is not None:
        crumbs = [c for c in crumbs if not isinstance(c, html.Span)]
        crumbs.append(html.Span(view.detail.report.title, className="cur ev", **OF_DATA))
    parts: list[Any] = []
    for i, crumb in enumerate(crumbs):
        parts += [html.I(className="g g-next")] * bool(i) + [crumb]
    return html.Nav(parts, className="ld-path", **{"aria-label": view.texts["leader.path"]})


def _choice(label: str, options: list[tuple[str, str, bool]]) -> Any:
    """A row of links of which one holds: text, address, whether it does."""
    return html.Div(
        [html.A(text, href=href, className="on" if holds else "") for text, href, holds in options],
        className="ld-seg",
        role="group",
        **{"aria-label": label},
    )


def _ranges(view: LeaderView) -> Any:
    texts, chosen = view.texts, view.address.range
    options = [
        (texts[f"leader.range.{name}"], view.address.href(range=name, since="", until=""), name == chosen)
        for name in RANGES
    ]
    period = view.drilled.question.period
    since, until = view.local(period.since), view.local(period.until)
    last = until.strftime("%m-%d" if since.year == until.year else "%Y-%m-%d")
    span = texts.format("leader.range.span", since=since.strftime("%Y-%m-%d"), until=last)
    return html.Div(
        [
            _choice(texts["leader.range.title"], options),
            html.Details(
                [
                    html.Summary(span, className="on" if chosen == CUSTOM else ""),
                    html.Form(
                        [
                            html.Label([texts["leader.range.from"], _day_input("from", since)]),
                            html.Label([texts["leader.range.to"], _day_input("to", until)]),
                            html.Button(texts["leader.range.go"], type="submit", className="btn"),
                        ],
                        id="leader-custom",
                        **{
                            "data-href": view.address.href(range=CUSTOM, since="FROM", until="TO"),
                            "data-offset": until.strftime("%z"),
                        },
                    ),
                ],
                className="ld-custom",
            ),
        ],
        className="ld-range",
    )


def _day_input(name: str, value: Any) -> Any:
    return dcc.Input(type="date", name=name, value=value.strftime("%Y-%m-%d"), id=f"leader-{name}")


def _compare(view: LeaderView) -> Any:
    options = [
        (view.texts[f"leader.compare.{how.value}"], view.address.href(vs=how.value), how.value == view.address.vs)
        for how in Comparison
    ]
    return _choice(view.texts["leader.compare.title"], options)


def _sources(view: LeaderView) -> Any:
    texts, chosen = view.texts, view.address.source
    now = texts[f"source.{chosen}"] if chosen else texts["leader.source.all"]
    links = [html.A(texts["leader.source.all"], href=view.address.href(source=""), className="" if chosen else "on")]
    links += [
        html.A(
            texts[f"source.{source.value}"],
            href=view.address.href(source=source.value),
            className="on" if source.value == chosen else "",
        )
        for source in Source
    ]
    return html.Details(
        [html.Summary(now, className="on" if chosen else ""), html.Div(links, className="menu")],
        className="ld-menu",
        **{"aria-label": texts["leader.source.title"]},
    )


def _instant(view: LeaderView) -> Any:
    """When the figures are of; 68-leader.js marks it late once it is older than two turns."""
    at = view.drilled.known.at
    return html.Span(
        [glyph("trust"), html.Span(view.local(at).strftime("%H:%M:%S"))],
        className="asof",
        id="leader-asof",
        title=view.texts["leader.update"],
        **{
            "data-as-of-ms": str(round(at.timestamp() * 1000)),
            "data-live": "true" if view.is_live else "false",
            "data-trust": "fresh",
            "data-stale": view.texts["leader.stale"],
        },
    )
