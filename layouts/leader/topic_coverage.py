"""服务覆盖: how many people can walk to a hospital, a school or elderly care in time, by division, and who cannot."""

import json
from typing import Any

from dash import html

from cockpit.domain.travel import DETOUR, WALKING_MPS
from cockpit.services.analyses.people import SERVICES, Coverage, CoverageLine
from layouts.leader.address import MINUTES
from layouts.leader.view import LeaderView
from layouts.numerals import count_of, short_percent_of

_COLUMNS = ("place", "people", "share", "missed", "mean")


def coverage(view: LeaderView, topic: Coverage) -> list[Any]:
    """A line a division, the map of shares, and the communities with the most people beyond the walk."""
    texts, whole = view.texts, topic.whole
    service = texts[f"topic.coverage.service.{topic.service}"]
    if not whole.people or not topic.services:
        why = "topic.people.none" if topic.services else "topic.coverage.none"
        return [_bar(view, ""), html.P(texts.format(why, service=service), className="ld-empty", role="status")]
    about = texts.format(
        "topic.coverage.about", service=service, minutes=topic.minutes, value=short_percent_of(whole.value, texts),
        n=count_of(whole.missed, texts),
    )  # fmt: skip
    lines = sorted(topic.lines, key=lambda line: (line.value is None, line.value or 0.0)) or [whole]
    head = html.Thead(
        html.Tr(
            [html.Th(texts[f"topic.coverage.{name}"], className="num" if i else "") for i, name in enumerate(_COLUMNS)]
        )
    )
    table = html.Table([head, html.Tbody([_row(view, line) for line in lines])])
    how = texts.format(
        "topic.coverage.how", speed=WALKING_MPS, m=round(topic.minutes * 60 * WALKING_MPS), detour=DETOUR,
        share=f"{100 * topic.by_road:.0f}", n=count_of(topic.services, texts),
    )  # fmt: skip
    return [
        _bar(view, about),
        html.Div([html.Div(table, className="ld-rows", tabIndex=0), _beyond(view, topic)], className="ld-two wide"),
        html.P(how, className="ld-say mut"),
    ]


def _bar(view: LeaderView, about: str) -> Any:
    """What it is about, and the service and the minutes by links."""
    texts, address = view.texts, view.address
    groups = [
        [
            html.A(texts[f"topic.coverage.service.{name}"], href=address.href(service=name) + "#leader-topic",
                   className="on" if name == address.service else "")
            for name in SERVICES
        ],
        [
            html.A(texts.format("topic.coverage.minutes", n=n), href=address.href(minutes=n) + "#leader-topic",
                   className="on" if n == address.minutes else "")
            for n in MINUTES
        ],
    ]  # fmt: skip
    choices = html.Div([html.Span(links, className="ld-seg") for links in groups], className="ld-sides", role="group")
    return html.Div([html.Span(about), choices], className="ld-sub between")


def _row(view: LeaderView, line: CoverageLine) -> Any:
    texts = view.texts
    percent = short_percent_of(line.value, texts) + (texts["value.percent"] if line.value is not None else "")
    bar = html.I(className="fill", style={"width": f"{100 * (line.value or 0.0):.1f}%"})
    return html.Tr(
        [
            html.Td(_link(view, line)),
            html.Td(count_of(line.people, texts), className="num"),
            html.Td([html.Span(bar, className="ld-track"), html.Span(percent, className="n")], className="num rate"),
            html.Td(count_of(line.missed, texts), className="num b"),
            html.Td(f"{line.mean_min:.0f}" if line.people else texts["value.none"], className="num"),
        ],
        **{"data-of": line.code, "data-people": str(line.people), "data-missed": str(line.missed)},
    )


def _link(view: LeaderView, line: CoverageLine) -> Any:
    return html.A(view.name_of(line.code), href=view.address.href(scope=line.code) + "#leader-topic")


def _beyond(view: LeaderView, topic: Coverage) -> Any:
    """The map, and the communities where most people cannot walk there."""
    texts = view.texts
    cells = [
        {
            "code": line.code, "name": view.name_of(line.code), "share": line.value, "failing": False,
            "href": view.address.href(scope=line.code) + "#leader-topic",
            "label": texts.format(
                "topic.coverage.label", name=view.name_of(line.code), value=short_percent_of(line.value, texts),
                n=count_of(line.missed, texts),
            ),
        }
        for line in topic.lines
    ]  # fmt: skip
    shown = {"data-cells": json.dumps(cells, ensure_ascii=False), "data-none": texts["leader.map.none"]}
    rows = [
        html.Li(
            [
                html.Span(),
                _link(view, line),
                html.Span(texts.format("topic.coverage.persons", n=count_of(line.missed, texts)), className="when"),
                html.Small(
                    texts.format(
                        "topic.coverage.line", value=short_percent_of(line.value, texts), mean=f"{line.mean_min:.0f}"
                    )
                ),
            ]
        )
        for line in topic.communities
    ]  # fmt: skip
    told = texts.format("topic.coverage.beyond_n", n=count_of(topic.beyond, texts), m=count_of(len(rows), texts))
    return html.Div(
        [
            html.Div(className="ld-map", **shown) if cells else html.Span(),
            html.Div([html.H3(texts["topic.coverage.beyond"]), html.Span(told)], className="ld-sub between"),
            html.Ol(rows, className="ld-picked") if rows else html.P(texts["topic.coverage.all"], className="ld-empty"),
        ],
        className="ld-pick ld-beyond",
        tabIndex=0,
        **{"data-beyond": str(topic.beyond)},
    )
