"""标题: whose map this is; in wartime the incident and the time it has lasted."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode
from cockpit.situation.figures import Figures
from cockpit.situation.view import millis
from layouts import element as html
from layouts.context import ScreenContext


def headline(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    place = (
        context.city(texts.lang) if len(figures.scope.code) <= 6 else context.name_of(figures.scope.code, texts.lang)
    )
    if figures.mode is not Mode.WARTIME:
        return [html.h1([place, html.i(texts["product.name"])])]
    title = figures.mode_event_title or figures.mode_event_id or texts["mode.no_focus"]
    words = texts.format("mode.incident", title=title)
    elapsed = html.span(
        [
            texts["mode.elapsed"],
            " ",
            html.b(
                texts["countdown.loading"],
                **{"data-since-ms": str(millis(figures.mode_since) or ""), "data-since": "elapsed"},
            ),
        ],
        className="elapsed",
    )
    return [html.h1([place, html.i(words, title=words)]), elapsed]
