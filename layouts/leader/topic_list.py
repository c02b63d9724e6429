"""研判清单: the events behind one count of an analysis, beside it; each opens with its whole process."""

from typing import Any

from dash import html

from cockpit.domain.overtime import Colour, colour_of
from cockpit.services.analyses.picking import Picked
from layouts.data_text import OF_DATA
from layouts.glyph import OF_COLOUR, glyph
from layouts.leader.view import LeaderView
from layouts.numerals import count_of


def pick(view: LeaderView, key: str, n: int | str, *, css: str = "") -> Any:
    """A count that opens its list."""
    chosen = key == view.address.pick
    shown = n if isinstance(n, str) else count_of(n, view.texts)
    href = view.address.href(pick="" if chosen else key) + "#leader-topic"
    return html.A(shown, href=href, className=f"pick {css} {'on' if chosen else ''}".strip(), **{"data-pick": key})


def with_list(view: LeaderView, body: Any, picked: Picked | None, title: str) -> Any:
    """An analysis, and beside it the list that was picked; words where none is."""
    texts = view.texts
    if picked is None:
        side: list[Any] = [html.P(texts["topic.pick"], className="ld-empty")]
    else:
        told = texts.format("topic.picked", n=count_of(picked.total, texts), m=count_of(len(picked.events), texts))
        side = [
            html.Div([html.H3(title, **OF_DATA), html.Span(told)], className="ld-sub between"),
            html.Ol([_line(view, event) for event in picked.events], className="ld-picked"),
        ]
    props = {} if picked is None else {"data-total": str(picked.total)}
    return html.Div([body, html.Div(side, className="ld-pick", tabIndex=0, **props)], className="ld-two wide")


def _line(view: LeaderView, event: Any) -> Any:
    at = view.drilled.known.at
    colour = Colour.GREEN if event.is_dismissed else colour_of(event, at, view.drilled.known.timing)
    title = event.report.title or event.report.category_text or event.event_id
    code = event.report.place.code
    place = view.name_of(code[:12]) if len(code) >= 9 else view.texts["leader.map.rest"]
    told = " · ".join(part for part in (place, view.texts[f"stage.{event.stage.value}"], event.unit) if part)
    return html.Li(
        [
            html.Span(glyph(OF_COLOUR[colour], css=OF_COLOUR[colour]), title=view.texts[f"colour.{colour.value}"]),
            html.A(title, href=view.address.href(event=event.event_id, pick=view.address.pick), **OF_DATA),
            html.Span(view.time(event.report.reported_at), className="when"),
            html.Small(told, **OF_DATA),
        ]
    )
