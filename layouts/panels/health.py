"""运行: whether our own processes live and what the feeds sent that could not be read."""

from typing import Any

from cockpit.catalogue import Texts
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph
from layouts.numerals import count_of

#: it writes once a second; a longer wait is a database that is slow, full or away
_ARCHIVE_LATE_S = 3.0


def health(context: ScreenContext, texts: Texts) -> list[Any]:
    """One line: all processes live, or the names of those that do not; refused messages and a late archive if so."""
    missing = [texts.find(f"process.{p.name}", p.name) for p in context.processes if not p.alive]
    parts: list[Any] = []
    if missing:
        parts.append(html.span([glyph("dead"), texts.format("health.missing", name=missing[0])], className="late"))
    if context.processes:
        alive = len(context.processes) - len(missing)
        words = texts.format("health.processes", alive=alive, all=len(context.processes))
        parts.append(html.span(words if missing else [glyph("fresh", css="done"), words]))
    if context.archive_lag_s > _ARCHIVE_LATE_S:
        behind = count_of(int(context.archive_lag_s), texts)
        parts.append(html.span(texts.format("health.archive_lag", n=behind), className="late"))
    refused = sum(f.dead_letters for f in context.feeds)
    if refused:
        parts.append(html.span(texts.format("health.dead_letters", n=count_of(refused, texts)), className="late"))
    return parts
