"""Writes the ladder of docs/orders.md from the rungs themselves: `make docs`. A test compares."""

import re
from pathlib import Path

from cockpit.api.orders import VERBS
from cockpit.catalogue import texts
from cockpit.domain.order import PROGRESS, REACHED_FROM, Rung

PAGE = Path(__file__).resolve().parent.parent / "docs" / "orders.md"
_HEAD = "| rung | 中文 | reached from | told with |\n|---|---|---|---|\n"
_TOLD_OTHERWISE = {
    Rung.ISSUED: "`POST orders`",
    Rung.ARRIVED: "`arrive`, or a fresh position at the place",
    Rung.SUBSTITUTED: "the watch",
}
_BETWEEN = re.compile(r"(<!-- generated: ladder -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """`text` with the table between its markers as the code has it."""
    text, n = _BETWEEN.subn(lambda found: f"{found[1]}{_HEAD}{''.join(_row(rung) for rung in Rung)}{found[2]}", text)
    if n != 1:
        raise ValueError(f"{PAGE.name} has {n} places for the ladder")
    return text


def _row(rung: Rung) -> str:
    verbs = {reached: f"`{verb}`" for verb, reached in VERBS.items()}
    told = _TOLD_OTHERWISE.get(rung) or verbs[rung]
    words = texts("zh-CN")
    return f"| `{rung}` | {words[f'rung.{rung}']} | {_from(rung)} | {told} |\n"


def _from(rung: Rung) -> str:
    return ", ".join(f"`{state}`" for state in PROGRESS if state in REACHED_FROM[rung]) or "–"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: docs/{PAGE.name}")
