"""图例: what the marks on the map mean, with their counts; the counts add up to what the map shows."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.overtime import Colour
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.glyph import status_glyph
from layouts.opens import Ways, number, weave
from layouts.panel import as_of_badge


def legend(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    counts = figures.counts
    known = context.heard(EVENT_FEEDS) or counts.green + counts.blue + counts.red > 0
    ways = Ways.of(figures, context, texts)
    rows = [
        _row(Colour.GREEN, counts.green, texts, ways, known=known),
        _row(Colour.BLUE, counts.blue, texts, ways, known=known),
        _row(Colour.AT_RISK, counts.at_risk, texts, ways, known=known),
        _row(Colour.OVERTIME, counts.overtime, texts, ways, known=known),
    ]
    notes: list[Any] = []
    if counts.paused:
        notes.append(weave(texts["map.paused"], n=number(counts.paused, ways.queue(colour="paused"), texts)))
    if counts.unplaced:
        to = ways.indicator("without_place")
        notes.append(weave(texts["map.unplaced"], n=number(counts.unplaced, to, texts)))
    badge = html.li(as_of_badge(texts, context, EVENT_FEEDS), className="trust-line")
    return [badge, *rows, *(html.li(note, className="note") for note in notes)]


def _row(colour: Colour, n: int, texts: Texts, ways: Ways, *, known: bool) -> Any:
    return html.li(
        [
            status_glyph(colour),
            html.span(texts[f"colour.{colour.value}"], className="word"),
            html.span(
                number(n if known else None, ways.colour(colour), texts), className="n", **{"data-count": colour.value}
            ),
        ]
    )
