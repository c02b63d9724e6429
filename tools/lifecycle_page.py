"""Writes tables and diagram of docs/lifecycle.md from the table of moves: `make docs`. A test compares."""

import re
from pathlib import Path

from cockpit.catalogue import Texts, texts
from cockpit.domain.moves import MOVES, Move
from cockpit.domain.stage import Stage

PAGE = Path(__file__).resolve().parent.parent / "docs" / "lifecycle.md"


def generated() -> dict[str, str]:
    """The parts of the page that follow from the code, by the name in their marker."""
    words = texts("zh-CN")
    return {"diagram": _diagram(words), "moves": _moves(words), "rules": _rules()}


def page(text: str) -> str:
    """`text` with every part between its markers replaced by what the code says."""
    for name, part in generated().items():
        between = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, n = between.subn(lambda found, part=part: f"{found[1]}{part}{found[2]}", text)
        if n != 1:
            raise ValueError(f"{PAGE.name} has {n} places for {name}")
    return text


def _diagram(words: Texts) -> str:
    arrows = [(source, move) for move in MOVES if move.enters for source in sorted(move.from_stages)]
    stages = [stage for stage in Stage if stage is not Stage.RESUMED]
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{words[f"stage.{stage}"]} {stage}" as {stage}' for stage in stages]
    lines += [f"    [*] --> {Stage.REGISTERED}"]
    lines += [f"    {source} --> {_entered(move)}: {move.name}" for source, move in arrows]
    lines += [f"    {stage} --> [*]" for stage in (Stage.EVALUATED, Stage.REJECTED, Stage.VOIDED)]
    return "\n".join([*lines, "```", ""])


def _entered(move: Move) -> Stage:
    """Whoever resumes is at work again."""
    return Stage.HANDLING if move.enters is Stage.RESUMED else move.enters or Stage.REGISTERED


def _moves(words: Texts) -> str:
    head = (
        "| move | enters or does | a person makes it from | a source may also tell it from | needs | who "
        "| left alone while claimed | officers of lower levels |\n|---|---|---|---|---|---|---|---|\n"
    )
    return head + "".join(_row(move, words) for move in MOVES)


def _row(move: Move, words: Texts) -> str:
    does = words[f"stage.{move.enters}"] if move.enters else words[f"act.{move.does}"]
    cells = [
        f"`{move.name}`",
        does,
        _stages(move.from_stages),
        _stages(move.told_from - move.from_stages),
        ", ".join(f"`{name}`" for name in move.needs),
        ", ".join(sorted(move.roles)),
        "yes" if move.is_guarded else "",
        "refused" if move.is_of_level else "",
    ]
    return "| " + " | ".join(cells) + " |\n"


def _stages(stages: frozenset[Stage]) -> str:
    if len(stages) >= len(Stage) - 1:
        return "anywhere"
    return " ".join(stage for stage in Stage if stage in stages)


def _rules() -> str:
    zh, en = texts("zh-CN"), texts("en")
    # those of alarms are on a page of their own
    names = [key.removeprefix("rule.") for key in en if key.startswith("rule.") and not key.startswith("rule.alarm_")]
    return "| rule | 说明 | in words |\n|---|---|---|\n" + "".join(
        f"| `{name}` | {zh[f'rule.{name}']} | {en[f'rule.{name}']} |\n" for name in names
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: {PAGE.relative_to(PAGE.parent.parent)}")
