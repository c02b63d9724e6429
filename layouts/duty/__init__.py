"""值班席 /duty: where events are worked. Queue at the left, the map in the middle, the chosen event at the right.

The rows, the drawer and the forms are drawn by `assets/js/7*-desk-*.js` from what the push holds in the browser;
here is the frame that they are drawn in.
"""

import json
from datetime import datetime
from typing import Any

from dash import html

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode
from layouts.duty.dispatch import composer, nearby, order_toasts, plan_dialog, unit_picker, work
from layouts.duty.drawer import drawer
from layouts.duty.keys import key_bar, keys_dialog
from layouts.duty.map_panel import map_panel
from layouts.duty.only_now import only_now
from layouts.duty.page import DESK, DeskPage, stage_of
from layouts.duty.queue import queue
from layouts.duty.title_bar import desk_bar
from layouts.mode_dialog import mode_dialog, view_question

__all__ = ["DESK", "DeskPage", "duty"]


def duty(page: DeskPage, texts: Texts, situation_map: Any = None, *, asked: datetime | None = None) -> Any:
    """The desk's component tree. `situation_map`: the dl.Map, which the wall's own scripts draw on.

    `asked`: the past instant that the address asks for, which the desk does not show and says so.
    """
    war = page.mode is Mode.WARTIME
    return html.Main(
        [
            desk_bar(page, texts),
            queue(texts, page.scope),
            map_panel(page, texts, situation_map),
            work(texts),
            drawer(texts),
            nearby(texts),
            composer(texts),
            unit_picker(texts),
            key_bar(texts),
            *([only_now(page, asked, texts)] if asked else []),
            html.Div(id="desk-toasts", className="desk-toasts", role="status", **{"aria-live": "polite"}),
            order_toasts(),
            plan_dialog(texts),
            keys_dialog(texts),
            mode_dialog(page, texts),
            view_question(texts),
        ],
        id="stage",
        className="stage",
        lang=page.lang,
        **stage_of(
            page,
            texts,
            mode="war" if war else "peace",
            start=json.dumps(page.start, ensure_ascii=False, default=str) if page.start else "",
        ),
        **{
            "data-opens": " ".join(sorted(page.opens)),
            "data-officer": page.officer,
            "data-account": page.account,
        },
    )
