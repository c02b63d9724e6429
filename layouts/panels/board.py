"""镇街达标: pass or fail against the target in official order; no ranking (达标式)."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.situation.figures import BoardRow, Figures
from cockpit.situation.indicators import Part
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.glyph import glyph
from layouts.numerals import count_of, short_percent_of
from layouts.opens import Shows, Ways, number, opens, weave
from layouts.panel import as_of_badge, header, sub
from layouts.wall import Wall

_RATE = "on_time_handling_rate"


def board(figures: Figures, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    ways = Ways.of(figures, context, texts)
    rates = [row.rate for row in figures.board]
    passed = sum(1 for r in rates if r is not None and r >= context.target_rate)
    failed = sum(1 for r in rates if r is not None and r < context.target_rate)
    # English names are longer than a third of the panel: the same cells in two columns
    columns = 2 if texts.lang == "en" and wall.board_columns == 3 else wall.board_columns
    room = wall.board_columns * wall.board_rows
    shown = figures.board if len(figures.board) <= room else figures.board[: room - 1]
    cells = [_cell(row, context, texts, wall, ways) for row in shown]
    if len(shown) < len(figures.board):
        left = len(figures.board) - len(shown)
        more = weave(texts["board.more"], n=number(left, ways.indicator(_RATE), texts, Shows.DIVISIONS))
        cells.append(html.div(html.span(more, className="name"), className="cell none"))
    facts: list[Any] = [texts["value.no_sample"]]
    if passed + failed:
        # both are divisions of the board that the drill-down shows whole
        told = [number(n, ways.indicator(_RATE), texts, Shows.DIVISIONS) for n in (passed, failed)]
        facts = [*weave(texts["board.passed"], n=told[0]), " · ", *weave(texts["board.failed"], n=told[1])]
    return [
        header(board_title(figures.scope.code, texts), as_of_badge(texts, context, EVENT_FEEDS), [sub(*facts)]),
        html.div(cells, className=f"cells of-{columns}"),
    ]


def board_title(scope: str, texts: Texts) -> str:
    """The board names what lies below the scope: streets, communities or grids."""
    if len(scope) >= 12:
        return texts["board.title_grid"]
    return texts["board.title_community" if len(scope) == 9 else "board.title"]


def _cell(row: BoardRow, context: ScreenContext, texts: Texts, wall: Wall, ways: Ways) -> Any:
    shape, css = _state(row.rate, context.target_rate)
    name = context.name_of(row.code, texts.lang)
    short = _short(name, texts)
    sample = f"{count_of(row.on_time, texts)} / {count_of(row.due, texts)}"
    rate = texts["value.none"]
    if row.rate is not None:
        rate = opens(short_percent_of(row.rate, texts), ways.indicator(_RATE, scope=row.code), Shows.RATE)
    children = [
        glyph(shape, css=css),
        html.span(short, className="name", title=name),
        html.span(rate, className="rate"),
    ]
    if wall.board_columns == 1:
        children.insert(2, html.span(_sample(row, texts, ways), className="sample"))
    return html.div(children, className=f"cell {css}", title=f"{name} {sample}", **{"data-division": row.code})


def _sample(row: BoardRow, texts: Texts, ways: Ways) -> list[Any]:
    if not row.due:
        return [texts["value.no_sample"]]
    on_time = number(row.on_time, ways.indicator(_RATE, Part.NUMERATOR, scope=row.code), texts)
    return [on_time, " / ", number(row.due, ways.indicator(_RATE, Part.DENOMINATOR, scope=row.code), texts)]


def _state(rate: float | None, target: float) -> tuple[str, str]:
    if rate is None:
        return "none", "none"
    return ("pass", "done") if rate >= target else ("fail", "warm")


def _short(name: str, texts: Texts) -> str:
    """The name without what all streets are called; a name of two characters stays whole."""
    for ending in texts["board.endings"].split("|"):
        short = name.removesuffix(ending).rstrip()
        if short != name and len(short) > 1:
            return short
    return name
