"""Writes the tables of docs/alarms.md from the table of moves and the catalogue: `make docs`. A test compares."""

import re
from pathlib import Path

from cockpit.catalogue import texts
from cockpit.domain.alarm import AlarmState
from cockpit.domain.alarm_moves import ALARM_MOVES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "alarms.md"


def generated() -> dict[str, str]:
    """The parts of the page that follow from the code, by the name in their marker."""
    return {"states": _states(), "moves": _moves(), "rules": _rules()}


def page(text: str) -> str:
    """`text` with every part between its markers replaced by what the code says."""
    for name, part in generated().items():
        between = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, n = between.subn(lambda found, part=part: f"{found[1]}{part}{found[2]}", text)
        if n != 1:
            raise ValueError(f"{PAGE.name} has {n} places for {name}")
    return text


def _states() -> str:
    words = texts("zh-CN")
    moves = ((m, source) for m in ALARM_MOVES if m.to_state for source in sorted(m.from_states))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{words[f"alarm_state.{s}"]} {s}" as {s}' for s in AlarmState]
    lines += [f"    [*] --> {AlarmState.RAISED}: device"]
    lines += [f"    {source} --> {move.to_state}: {move.name}" for move, source in moves]
    lines += [f"    {s} --> cleared: device" for s in AlarmState if s not in (AlarmState.CLEARED, AlarmState.FALSE)]
    return "\n".join([*lines, "```", ""])


def _moves() -> str:
    words = texts("zh-CN")
    head = "| move | 中文 | from | leads to | needs | who |\n|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| `{m.name}` | {words[f'alarm_action.{m.name}']} | {', '.join(sorted(m.from_states))} | {m.to_state or '–'} "
        f"| {', '.join(m.needs) or '–'} | {', '.join(sorted(m.roles))} |\n"
        for m in ALARM_MOVES
    )


def _rules() -> str:
    zh, en = texts("zh-CN"), texts("en")
    names = [key.removeprefix("rule.") for key in en if key.startswith("rule.alarm_")]
    return "| rule | 说明 | in words |\n|---|---|---|\n" + "".join(
        f"| `{name}` | {zh[f'rule.{name}']} | {en[f'rule.{name}']} |\n" for name in names
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"written: {PAGE.relative_to(PAGE.parent.parent)}")
