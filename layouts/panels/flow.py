"""事件流转: open events at each level by what they wait for, and the hand-overs between the levels."""

from math import sqrt
from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.stage import Phase
from cockpit.situation.figures import Figures, LevelRow
from cockpit.situation.indicator_handovers import name_of
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.numerals import count_of, width_class
from layouts.opens import Ways, number, weave
from layouts.panel import as_of_badge, header, sub


def flow(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    total = sum(row.total for row in figures.levels)
    waiting = {phase: sum(row.waiting[phase] for row in figures.levels) for phase in Phase}
    known = total > 0 or context.heard(EVENT_FEEDS)
    ways = Ways.of(figures, context, texts)
    strip: list[Any] = []
    for i, row in enumerate(figures.levels):
        if i:
            strip.append(_between(figures, i, texts, ways, known=known))
        strip.append(_tile(row, texts, ways, known=known))
    facts = [
        sub(*weave(texts["flow.open"], n=number(total if known else None, ways.phases(), texts))),
        html.span(
            [_key(phase, n if known else None, texts, ways) for phase, n in waiting.items()], className="statuses"
        ),
        html.span(
            [
                html.span([html.i(className="arrow solid"), texts["flow.down"]], className="sub key"),
                html.span([html.i(className="arrow dashed"), texts["flow.up"]], className="sub key"),
            ],
            className="statuses",
        ),
    ]
    return [
        header(texts["flow.title"], as_of_badge(texts, context, EVENT_FEEDS), facts),
        html.div(strip, className="strip"),
    ]


def _key(phase: Phase, n: int | None, texts: Texts, ways: Ways) -> Any:
    told = number(n, ways.phases(phase=phase.value), texts)
    words = f"{texts[f'phase.{phase.value}']} "
    return html.span([html.i(className=f"dot {phase.value}"), words, told], className="sub key")


def _tile(row: LevelRow, texts: Texts, ways: Ways, *, known: bool) -> Any:
    shown = count_of(row.total if known else None, texts)
    level = row.level.value
    total = number(row.total if known else None, ways.phases(level), texts)
    parts = [(phase.value, row.waiting[phase]) for phase in Phase]
    return html.div(
        [
            html.div(
                [html.span(texts[f"level.{level}"], className="label"), html.span(total, className="num")],
                className=f"top {width_class(shown)}",
            ),
            html.div([html.i(className=name, style={"flexGrow": str(n)}) for name, n in parts if n], className="split"),
            html.div(
                [
                    html.span(number(n if known else None, ways.phases(level, name), texts), className=name)
                    for name, n in parts
                ],
                className="parts",
            ),
        ],
        className="tile",
        **{"data-level": level},
    )


def _between(figures: Figures, i: int, texts: Texts, ways: Ways, *, known: bool) -> Any:
    """The hand-overs of today between the level before and this one; each count opens its moves."""
    down, up = figures.handed_down[i - 1], figures.handed_up[i - 1]
    to_down = ways.indicator(name_of(figures.levels[i].level, down=True))
    to_up = ways.indicator(name_of(figures.levels[i - 1].level, down=False))
    return html.div(
        [
            html.span(number(down if known else None, to_down, texts), className="down"),
            html.i(className="arrow solid", style={"--w": f"{_stroke(down)}px"}),
            html.i(className="arrow dashed", style={"--w": f"{_stroke(up)}px"}),
            html.span(number(up if known else None, to_up, texts), className="up"),
        ],
        className="between",
    )


def _stroke(n: int) -> float:
    """Width of an arrow in px, kept below the room it has on a very busy day."""
    return round(min(1 + sqrt(n) / 5, 5), 1)
