"""待办: the frame of the queue. 71-desk-filter.js fills the chips and the search, 73-desk-list.js the rows."""

from typing import Any, NamedTuple

from dash import html

from cockpit.catalogue import Texts
from layouts.glyph import glyph
from layouts.panel import as_of_badge, header, sub, waiting_rows
from layouts.reports.links import export_link


class Chip(NamedTuple):
    """One quick filter of the queue; `name` is what the address says: `?show=red`."""

    name: str
    text: str


CHIPS = (
    Chip("red", "queue.red"),
    Chip("alarm", "queue.alarm"),
    Chip("new", "queue.new"),
    Chip("all", "queue.all"),
)


def queue(texts: Texts, scope: str = "") -> Any:
    title = texts["queue.title"]
    words = html.Span(texts["queue.sub"], id="queue-order-words")
    export = export_link("events", {"scope": scope}, texts, title=texts["exports.queue"])
    return html.Section(
        [
            header(title, as_of_badge(texts, None, ()), [sub(words), export]),
            html.Button("", id="queue-fresh", type="button", className="queue-fresh", hidden=True,
                        **{"data-action": "bring-in"}),
            html.Div(
                [_chip(chip, texts) for chip in CHIPS],
                className="queue-chips",
                role="group",
                **{"aria-label": texts["queue.show"]},
            ),
            html.Div(
                [
                    html.Label([glyph("search"), html.Span(id="queue-search-place", className="place")]),
                    html.Button(
                        [glyph("filter"), html.Span(texts["queue.filter"], id="queue-filter-words")],
                        id="queue-filter",
                        type="button",
                        className="queue-filter",
                        **{"data-action": "filter", "aria-expanded": "false", "aria-controls": "queue-facets"},
                    ),
                    html.Button(
                        texts["queue.likely"],
                        id="queue-order",
                        type="button",
                        className="queue-filter",
                        title=texts["queue.likely_sub"],
                        **{"aria-pressed": "false"},
                    ),
                ],
                className="queue-find",
            ),
            html.P("", id="queue-order-said", className="queue-order-said", role="status", hidden=True),
            html.Div(
                [
                    html.Div(
                        html.Div(waiting_rows(6), id="queue-rows", className="queue-rows rows", role="presentation"),
                        id="queue-list",
                        className="queue-list",
                        role="listbox",
                        tabIndex=0,
                        **{"aria-label": title, "data-state": "loading"},
                    ),
                    html.Div("", id="queue-said", className="empty", role="status"),
                    html.Div(id="queue-facets", className="queue-facets", hidden=True),
                ],
                className="queue-body",
            ),
        ],
        id="panel-queue",
        className="panel queue",
        **{"aria-label": title},
    )  # fmt: skip


def _chip(chip: Chip, texts: Texts) -> Any:
    return html.Button(
        [html.Span(texts[chip.text]), html.B(texts["value.none"], **{"data-chip-count": chip.name})],
        type="button",
        **{"data-action": f"show-{chip.name}", "data-chip": chip.name, "aria-pressed": "false"},
    )
