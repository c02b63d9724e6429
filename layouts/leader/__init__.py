"""领导下钻 /leader: figures of a division, what lies below it, the events behind a number, and one event in full."""

import json
from typing import Any

from dash import html

from cockpit.catalogue import texts
from cockpit.domain.source import Source
from layouts.leader.bar import bar
from layouts.leader.board import board
from layouts.leader.charts import heat_figure
from layouts.leader.detail import graph, side
from layouts.leader.listing import listing
from layouts.leader.outages import outage_lines
from layouts.leader.picker import picker
from layouts.leader.tiles import tiles
from layouts.leader.topics import topics
from layouts.leader.trend import step_tabs, trend_figure, trend_said, trend_unit
from layouts.leader.view import LeaderView
from layouts.leader.war import war_line

__all__ = ["leader_body", "leader_page"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def leader_page(body: Any, *, lang: str) -> Any:
    """The page around its body, which is made anew at every step."""
    words = {key: text for key, text in texts(lang).items() if key.startswith("search.")}
    data = {"data-density": "desk", "data-search-texts": json.dumps(words, ensure_ascii=False)}
    return html.Main(body, id="leader", className="leader", lang=lang, **data)


def leader_body(view: LeaderView) -> list[Any]:
    """Everything that is drawn of one address."""
    texts = view.texts
    return [
        bar(view),
        war_line(view),
        *_notes(view),
        html.Div(
            [
                html.Div(
                    [
                        tiles(view),
                        html.Div([_trend(view), _heat(view)], className="ld-charts"),
                        html.Div([board(view), listing(view)], className="ld-lists"),
                    ],
                    className="ld-main",
                ),
                side(view),
                *topics(view),
            ],
            className="ld-frame",
            id="leader-frame",
            **{"data-scope": view.drilled.question.scope.code, "data-loading": texts["leader.loading"]},
        ),
    ]


def _notes(view: LeaderView) -> list[Any]:
    """What the figures cannot know, in one line each."""
    texts, known, notes = view.texts, view.drilled.known, []
    begins, period = known.begins_at, view.drilled.question.period
    if begins is not None and period.since < begins:
        key = "leader.before" if period.until < begins else "leader.begins"
        if known.at < begins:  # what was known then, not what happened
            key = "leader.before_instant"
        notes.append(texts.format(key, time=view.local(begins).strftime("%Y-%m-%d %H:%M")))
    lost = [texts[f"source.{source.value}"] for source in Source if source in known.lost]
    if lost:
        notes.append(texts.format("leader.lost", names=" · ".join(lost)))
    over = [outage for outage in view.drilled.outages() if outage.until is not None]
    if over:
        notes.append(outage_lines(view, over))
    return [html.P(note, className="ld-note", role="status") for note in notes]


def _trend(view: LeaderView) -> Any:
    texts = view.texts
    title = texts.format("leader.trend.title", indicator=view.title_of(view.indicator.name))
    width = max((s.period.until - s.period.since).days for s in view.trend)
    sub = texts.format("leader.trend.sub_days", n=width) if width > 1 else texts["leader.trend.sub"]
    if view.calendar:
        sub = texts[f"leader.step.sub_{view.address.step}"]
    if unit := trend_unit(view):
        sub = f"{sub} · {unit}"
    return html.Section(
        [
            html.Header([html.H2(title), html.Span(sub, className="sub"), picker(view)]),
            graph("leader-trend", trend_figure(view), 204),
            html.Div([html.Span(trend_said(view)), step_tabs(view)], className="ld-sub between", id="leader-usual"),
        ],
        className="ld-panel",
    )


def _heat(view: LeaderView) -> Any:
    texts, hours = view.texts, view.breakdown.hours
    most = max((n, -d, -h) for d, row in enumerate(hours) for h, n in enumerate(row))
    peak = texts.format(
        "leader.heat.peak", day=texts[f"weekday.{_DAYS[-most[1]]}"], hour=f"{-most[2]:02d}", n=f"{most[0]:,}"
    )
    part = view.address.list_part.value
    what = view.title_of(view.indicator.name)
    sub = texts.format(
        "leader.heat.sub", what=texts.format("leader.list.missed_of", title=what) if part == "missed" else what
    )
    return html.Section(
        [
            html.Header([html.H2(texts["leader.heat.title"]), html.Span(sub, className="sub")]),
            graph("leader-heat", heat_figure(view), 180),
            html.Div([html.Span(), html.Span(peak if most[0] else "")], className="ld-sub between"),
        ],
        className="ld-panel",
    )
