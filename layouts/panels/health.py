"""运行: whether our own processes live and what the feeds sent that could not be read."""

from typing import Any

from cockpit.catalogue import Texts
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph
from layouts.numerals import count_of


def health(context: ScreenContext, texts: Texts) -> list[Any]:
    """One line: all processes live, or the names of those that do not; refused messages if there are any."""
    missing = [texts.find(f"process.{p.name}", p.name) for p in context.processes if not p.alive]
    parts: list[Any] = []
    if missing:
        parts.append(html.span([glyph("dead"), texts.format("health.missing", name=missing[0])], className="late"))
    if context.processes:
        alive = len(context.processes) - len(missing)
        words = texts.format("health.processes", alive=alive, all=len(context.processes))
        parts.append(html.span(words if missing else [glyph("fresh", css="done"), words]))
    refused = sum(f.dead_letters for f in context.feeds)
    if refused:
        parts.append(html.span(texts.format("health.dead_letters", n=count_of(refused, texts)), className="late"))
    return parts
