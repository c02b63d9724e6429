"""重复点位 举一反三: the same kind at the same place again and again, and how many other places are like it."""

from typing import Any

from dash import html

from cockpit.domain.category import category_of
from cockpit.domain.event import Event
from cockpit.services.analyses.repeats import FEWEST, Spot
from cockpit.services.analyses.topics import Repeats
from layouts.data_text import OF_DATA
from layouts.leader.exporting import taken_away
from layouts.leader.topic_list import pick, with_list
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_COLUMNS = ("place", "kind", "count", "alike", "last")


def repeats(view: LeaderView, topic: Repeats) -> list[Any]:
    """A line a place."""
    texts = view.texts
    head = html.Thead(html.Tr([html.Th(texts[f"topic.repeats.{name}"]) for name in _COLUMNS]))
    rows = [_row(view, spot, event) for spot, event in topic.lines]
    table: Any = html.P(texts["topic.repeats.none"], className="ld-empty")
    if rows:
        table = html.Table([head, html.Tbody(rows)])
    about = texts.format("topic.repeats.about", n=len(topic.lines), m=count_of(topic.total, texts), k=FEWEST)
    body = html.Div(table, className="ld-rows", tabIndex=0)
    return [
        html.Div([html.Span(about), taken_away(view, "repeats")], className="ld-sub between"),
        with_list(view, body, topic.picked, texts["topic.repeats.list"]),
    ]


def _row(view: LeaderView, spot: Spot, event: Event | None) -> Any:
    texts, kind = view.texts, category_of(spot.kind)
    place = event.report.place if event else None
    code = place.code if place else ""
    where = (place.address if place else "") or view.name_of(code[:15])
    alike = html.A(
        texts.format("topic.repeats.others", n=count_of(spot.alike, texts)),
        href=view.address.href(category=kind) + "#leader-topic",
    )
    return html.Tr(
        [
            html.Td([html.Span(where, **OF_DATA), html.Small(view.name_of(code[:12]) if len(code) >= 12 else "")]),
            html.Td(view.kinds.get(kind) or view.kind_of(kind.rpartition(".")[0])),
            html.Td(pick(view, spot.key, spot.count), className="num b"),
            html.Td(alike if spot.alike else texts["value.none"], className="num"),
            html.Td(view.time(event.report.reported_at) if event else "", className="num"),
        ],
        **{"data-spot": spot.key, "data-count": str(spot.count)},
    )
