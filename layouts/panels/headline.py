"""标题: whose map this is; in wartime the incident and where it is, as 80-war-mode.js writes it the moment it turns."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph


def headline(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    if figures.mode is Mode.WARTIME:
        title = figures.mode_event_title or figures.mode_event_id or texts["mode.no_focus"]
        address = figures.incident.address if figures.incident else ""
        return [
            html.h1(
                [glyph("focus"), html.span(title), html.i(address)], className="incident", title=f"{title} {address}"
            )
        ]
    place = (
        context.city(texts.lang) if len(figures.scope.code) <= 6 else context.name_of(figures.scope.code, texts.lang)
    )
    return [html.h1([place, html.i(texts["product.name"])])]
