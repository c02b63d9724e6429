"""Styles: a class that several parts of a page use means nothing by itself, so one part cannot bend another."""

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "assets" / "css"
#: words that the drawer, the panel of who is responsible and the picker of units all call something of theirs
_SHARED = ("unit", "who", "name", "top", "state", "text")
_RULE = re.compile(r"(?:^|[}/,])\s*(?:#stage\s+)?\.(" + "|".join(_SHARED) + r")(?=[\s.:,{])[^{}]*\{")


def test_a_word_that_several_parts_use_is_styled_within_a_part_only() -> None:
    found = {
        f"{sheet.name}: .{name}"
        for sheet in sorted(CSS.glob("*.css"))
        for name in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL))
    }
    assert found == set()
