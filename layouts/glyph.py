"""图形: status glyphs and icons. Shape first, colour second, word third; the shapes are in 21-glyphs.css."""

from typing import Any

from cockpit.domain.overtime import Colour
from layouts import element as html

#: the glyph of each status colour
OF_COLOUR = {
    Colour.GREEN: "done",
    Colour.BLUE: "doing",
    Colour.PAUSED: "paused",
    Colour.AT_RISK: "risk",
    Colour.OVERTIME: "over",
}


def glyph(name: str, *, css: str = "") -> Any:
    """A glyph in the colour of its text; decoration for readers of the word beside it."""
    return html.i(className=f"g g-{name} {css}".rstrip(), **{"aria-hidden": "true"})


def status_glyph(colour: Colour) -> Any:
    """The glyph of a status in its colour."""
    name = OF_COLOUR[colour]
    return glyph(name, css=name)
