"""网格 / 在岗 / 无定位: grids, gridworkers on duty of all, and those of them that nobody has located of late."""

from typing import Any

from cockpit.catalogue import Texts
from layouts import element as html
from layouts.context import POSITION_FEEDS, ScreenContext
from layouts.numerals import count_of
from layouts.panel import as_of_badge


def people(context: ScreenContext, texts: Texts) -> list[Any]:
    heard = context.heard(POSITION_FEEDS)
    on_duty = context.on_duty if heard or context.on_duty else None
    shown = texts["value.unknown"] if on_duty is None else count_of(on_duty, texts)
    return [
        html.div([texts["map.grids"], " ", html.b(count_of(context.grids, texts))]),
        html.div(
            [
                texts["map.on_duty"],
                " ",
                html.b(_on_duty(on_duty, shown), className="people", **{"data-people": "on_duty"}),
                f" / {count_of(context.gridworkers, texts)}",
            ]
        ),
        *([_unplaced(context.unplaced, texts)] if context.unplaced else []),
        as_of_badge(texts, context, POSITION_FEEDS),
    ]


def _on_duty(n: int | None, shown: str) -> Any:
    """在岗: opens the list of them (63-unplaced.js)."""
    if n is None:
        return shown
    return html.button(shown, className="opens", **{"data-action": "on-duty", "aria-controls": "unplaced"})


def _unplaced(n: int, texts: Texts) -> Any:
    """无定位: opens the list of them (63-unplaced.js)."""
    return html.button(
        [texts["unplaced.count"], " ", html.b(count_of(n, texts))],
        className="unplaced-count",
        **{"data-action": "unplaced", "data-people": "unplaced", "aria-controls": "unplaced"},
    )
