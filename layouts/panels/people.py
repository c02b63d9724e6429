"""网格 / 在岗 / 无定位: grids, gridworkers on duty of all, and those of them that nobody has located of late."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import POSITION_FEEDS, ScreenContext
from layouts.numerals import count_of
from layouts.opens import Ways, number
from layouts.panel import as_of_badge


def people(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    ways = Ways.of(figures, context, texts)
    heard = context.heard(POSITION_FEEDS)
    on_duty = context.on_duty if heard or context.on_duty else None
    shown = texts["value.unknown"] if on_duty is None else count_of(on_duty, texts)
    return [
        html.div([texts["map.grids"], " ", html.b(number(context.grids, ways.indicator("grids"), texts))]),
        html.div(
            [
                texts["map.on_duty"],
                " ",
                html.b(
                    _on_duty(on_duty, shown, context, texts, ways), className="people", **{"data-people": "on_duty"}
                ),
                " / ",
                number(context.gridworkers, ways.indicator("gridworkers"), texts),
            ]
        ),
        *([_unplaced(context.unplaced, context, texts, ways)] if context.unplaced else []),
        as_of_badge(texts, context, POSITION_FEEDS),
    ]


def _on_duty(n: int | None, shown: str, context: ScreenContext, texts: Texts, ways: Ways) -> Any:
    """在岗: opens the list of them (63-unplaced.js); of a past instant, who was on duty then."""
    if n is None:
        return shown
    if context.is_past:
        return number(n, ways.indicator("on_duty"), texts)
    return html.button(shown, className="opens", **{"data-action": "on-duty", "aria-controls": "unplaced"})


def _unplaced(n: int, context: ScreenContext, texts: Texts, ways: Ways) -> Any:
    """无定位: opens the list of them (63-unplaced.js); of a past instant, whom nobody had located then."""
    if context.is_past:
        return html.div([texts["unplaced.count"], " ", number(n, ways.indicator("unplaced"), texts)])
    return html.button(
        [texts["unplaced.count"], " ", html.b(count_of(n, texts))],
        className="unplaced-count",
        **{"data-action": "unplaced", "data-people": "unplaced", "aria-controls": "unplaced"},
    )
