"""面板: the shell that all panels share: header, as-of badge, rows that wait."""

from collections.abc import Iterable, Sequence
from typing import Any

from cockpit.catalogue import Texts
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph

Tree = Any


def as_of_badge(texts: Texts, context: ScreenContext | None, feeds: Iterable[str]) -> Tree:
    """Empty here: 61-ticks.js writes the time and takes the worst of the named feeds' states."""
    wanted = frozenset(feeds)
    names = [f.name for f in context.feeds if f.brings(wanted)] if context else []
    return html.span(
        [glyph("trust"), html.span(texts["countdown.loading"], className="asof-text")],
        className="asof",
        title=texts["trust.as_of"],
        **{"data-asof": "panels", "data-feeds": " ".join(names)},
    )


def header(title: Tree, badge: Tree, subs: Sequence[Tree] = ()) -> Tree:
    """Title, facts beside it (they wrap below it when they do not fit), badge at the far right."""
    return html.header([html.div([html.h2(title), *subs], className="heads"), badge])


def sub(*children: Tree) -> Tree:
    return html.span(list(children), className="sub")


def waiting_rows(n: int) -> list[Tree]:
    """Loading: grey rows, no shimmer."""
    return [html.div([html.i(), html.i()], className="row waiting", **{"aria-hidden": "true"}) for _ in range(n)]


def empty_line(text: str) -> Tree:
    return html.div(text, className="empty")


def waiting_panel(title: str, texts: Texts, rows: int) -> list[Tree]:
    """A panel before its first push."""
    return [header(title, as_of_badge(texts, None, ())), html.div(waiting_rows(rows), className="rows")]
