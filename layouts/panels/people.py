"""网格 / 在岗: how many grids there are, and how many gridworkers are on duty of all."""

from typing import Any

from cockpit.catalogue import Texts
from layouts import element as html
from layouts.context import POSITION_FEEDS, ScreenContext
from layouts.numerals import count_of


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
                html.b(shown, className="people", **{"data-people": "on_duty"}),
                f" / {count_of(context.gridworkers, texts)}",
            ]
        ),
    ]
