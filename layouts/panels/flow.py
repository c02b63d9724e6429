"""事件流转: open events at each level by what they wait for, and the hand-overs between the levels."""

from math import sqrt
from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.stage import Phase
from cockpit.situation.figures import Figures, LevelRow
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.numerals import count_of, width_class
from layouts.panel import as_of_badge, header, sub


def flow(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    total = sum(row.total for row in figures.levels)
    waiting = {phase: sum(row.waiting[phase] for row in figures.levels) for phase in Phase}
    known = total > 0 or context.heard(EVENT_FEEDS)
    strip: list[Any] = []
    for i, row in enumerate(figures.levels):
        if i:
            strip.append(_between(figures.handed_down[i - 1], figures.handed_up[i - 1], texts, known=known))
        strip.append(_tile(row, texts, known=known))
    facts = [
        sub(texts.format("flow.open", n=count_of(total if known else None, texts))),
        html.span([_key(phase, n if known else None, texts) for phase, n in waiting.items()], className="statuses"),
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


def _key(phase: Phase, n: int | None, texts: Texts) -> Any:
    words = f"{texts[f'phase.{phase.value}']} {count_of(n, texts)}"
    return html.span([html.i(className=f"dot {phase.value}"), words], className="sub key")


def _tile(row: LevelRow, texts: Texts, *, known: bool) -> Any:
    shown = count_of(row.total if known else None, texts)
    parts = [(phase.value, row.waiting[phase]) for phase in Phase]
    return html.div(
        [
            html.div(
                [html.span(texts[f"level.{row.level.value}"], className="label"), html.span(shown, className="num")],
                className=f"top {width_class(shown)}",
            ),
            html.div([html.i(className=name, style={"flexGrow": str(n)}) for name, n in parts if n], className="split"),
            html.div(
                [html.span(count_of(n if known else None, texts), className=name) for name, n in parts],
                className="parts",
            ),
        ],
        className="tile",
        **{"data-level": row.level.value},
    )


def _between(down: int, up: int, texts: Texts, *, known: bool) -> Any:
    return html.div(
        [
            html.span(count_of(down if known else None, texts), className="down"),
            html.i(className="arrow solid", style={"--w": f"{_stroke(down)}px"}),
            html.i(className="arrow dashed", style={"--w": f"{_stroke(up)}px"}),
            html.span(count_of(up if known else None, texts), className="up"),
        ],
        className="between",
    )


def _stroke(n: int) -> float:
    """Width of an arrow in px, kept below the room it has on a very busy day."""
    return round(min(1 + sqrt(n) / 5, 5), 1)
