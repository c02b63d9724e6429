"""红色清单: overtime by longest first, then at risk by least time left."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.overtime import Colour
from cockpit.situation.figures import Figures, RedRow
from cockpit.situation.view import millis
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.data_text import OF_DATA
from layouts.glyph import glyph, status_glyph
from layouts.opens import Ways, number
from layouts.panel import as_of_badge, empty_line, header
from layouts.wall import Wall


def red_list(figures: Figures, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    known = context.heard(EVENT_FEEDS) or figures.counts.red > 0
    ways = Ways.of(figures, context, texts)
    rows = [_row(row, context, texts) for row in figures.red[: wall.red_rows]]
    return [
        header(
            [texts["red.title"], _total("red", figures.counts.red, texts, ways, known=known)],
            as_of_badge(texts, context, EVENT_FEEDS),
            [
                html.span(
                    [
                        _status("overtime", "over", figures.counts.overtime, texts, ways, known=known),
                        _status("at_risk", "risk", figures.counts.at_risk, texts, ways, known=known),
                    ],
                    className="statuses",
                )
            ],
        ),
        html.div(
            rows if rows else empty_line(texts["red.empty"] if known else texts["value.unknown"]), className="rows"
        ),
    ]


def _total(name: str, n: int, texts: Texts, ways: Ways, *, known: bool) -> Any:
    return html.span(
        number(n if known else None, ways.queue(show=name), texts), className="total", **{"data-count": name}
    )


def _status(name: str, shape: str, n: int, texts: Texts, ways: Ways, *, known: bool) -> Any:
    told = html.span(
        number(n if known else None, ways.indicator(name), texts),
        title=texts[f"indicator.{name}.definition"],
        **{"data-indicator": name},
    )
    return html.span([glyph(shape), texts[f"red.{name}"], " ", told], className=f"sub {shape}-tx" if n else "sub idle")


def _row(row: RedRow, context: ScreenContext, texts: Texts) -> Any:
    over = row.colour is Colour.OVERTIME
    stage = texts[f"stage.{row.stage.value}"]
    street = context.street_name(row.code, texts.lang)
    where = [row.unit] if row.unit.startswith(street) else [street, row.unit or stage]
    reason = (
        texts.format("red.at_stage", stage=stage)
        if over
        else texts.format("red.used", share=min(100, int(row.share * 100)))
    )
    return html.div(
        [
            status_glyph(row.colour),
            html.div(
                [html.div(row.title, className="t", **OF_DATA), html.div(" · ".join(where), className="m", **OF_DATA)],
                className="what",
            ),
            html.div([countdown(millis(row.overtime_at), texts), html.small(reason)], className="right"),
        ],
        className="row red over" if over else "row red",
        title=row.title,
        tabIndex=0,
        **{"data-event-id": row.event_id, "data-action": "focus-event"},
    )


def countdown(deadline_ms: int | None, texts: Texts) -> Any:
    """Time left or time over; 61-ticks.js writes the digits from the server's clock."""
    if deadline_ms is None:
        return html.div(texts["colour.no_limit"], className="cd none")
    return html.div(
        [
            html.span(texts["countdown.left"], className="cd-word"),
            html.span(texts["countdown.loading"], className="cd-digits"),
        ],
        className="cd",
        **{"data-deadline-ms": str(deadline_ms)},
    )
