"""播报: the newest moves of events, newest first; what does not fit is not shown in part."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ScreenContext
from layouts.wall import Wall


def ticker(figures: Figures, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    lines = []
    for happening, title, code in figures.happenings[: wall.ticker_lines]:
        line = texts.format(
            "ticker.line_unit" if happening.unit else "ticker.line",
            place=context.street_name(code, texts.lang),
            title=title,
            stage=texts.find(f"stage.{happening.stage}", happening.stage),
            unit=happening.unit,
        )
        at = context.local(happening.at).strftime("%H:%M")
        lines.append(
            html.span(
                [html.b(at), html.span(line, className="line", title=line)],
                className="item",
                **{"data-event-id": happening.event_id, "data-action": "focus-event"},
            )
        )
    return lines
