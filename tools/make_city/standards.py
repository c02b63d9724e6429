"""立案标准 — standards.csv of the demo city: 190 subclasses with all their limits, from one city's published standards.

`standards.txt` has them in short notation: 急时 and 急日 run day and night, 时 and 日 count office hours, several
values are several conditions of a subclass in the order of the publication. Which unit is responsible is invented.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from cockpit.simulator.kinds import read_kinds

HERE = Path(__file__).parent
HEAD = ("kind", "class_code", "class_name", "subclass_code", "subclass_name", "condition", "limit", "unit")
#: who is asked for a class where the simulated day has no such subclass
_UNIT_OF_CLASS = {
    "part.01": "road", "part.02": "road", "part.03": "sanitation", "part.04": "green", "part.05": "community",
    "event.01": "sanitation", "event.02": "law", "event.03": "law", "event.04": "law", "event.05": "road",
    "event.06": "community",
}  # fmt: skip
#: and where the name says more than the class does
_UNIT_OF_WORD = (
    ("燃气|液化气|热力|供热", "gas"),
    ("电|灯|亮化|线缆|管线", "power"),
    ("供水|上水|水域|防汛|河道|排水|积水|污水", "water"),
    ("消防", "fire"),
    ("交通|限高|路名|指示牌$", "traffic"),
    ("树|绿|花|园", "green"),
    ("违规|违法|违章|擅自|私", "law"),
)
#: the district's department of each unit, as the simulated day names it
DEPARTMENTS = {
    "law": "区综合行政执法局", "sanitation": "区城管局", "road": "区住建局市政管养中心", "green": "区园林绿化中心",
    "water": "区林水局", "environment": "生态环境余杭分局", "power": "供电公司", "gas": "区住建局燃气办",
    "fire": "区消防救援大队", "traffic": "区交警大队", "community": "区社会治理中心",
}  # fmt: skip
_CLASS = re.compile(r"\*\*(\d\d) (\S+)\*\* — (.*)")
_SUBCLASS = re.compile(r"(\d\d) ([^();]+?) \(([^()]+)\)")


def subclasses(text: str) -> Iterator[tuple[str, str, str, str, str, list[str]]]:
    """(kind, class code, class name, subclass code, subclass name, limits) in the order of the text."""
    kind = ""
    for line in text.splitlines():
        if line.startswith("###"):
            kind = "part" if "部件" in line else "event"
        elif found := _CLASS.match(line):
            for code, name, limits in _SUBCLASS.findall(found[3]):
                yield kind, found[1], found[2], code, name, limits.split("/")


def unit_of(category: str, name: str) -> str:
    """The simulator's unit for a subclass, or the one that its name or class suggests."""
    known = {kind.code: kind.unit for kind in read_kinds()}
    if category in known:
        return known[category]
    for words, unit in _UNIT_OF_WORD:
        if re.search(words, name):
            return unit
    return _UNIT_OF_CLASS[category.rpartition(".")[0]]


def rows(text: str) -> Iterator[tuple[str, ...]]:
    for kind, class_code, class_name, code, name, limits in subclasses(text):
        unit = DEPARTMENTS[unit_of(f"{kind}.{class_code}.{code}", name)]
        for n, limit in enumerate(limits, 1):
            condition = f"情形{n}" if len(limits) > 1 else ""
            yield kind, class_code, class_name, code, name, condition, limit, unit


def write_standards(out: Path) -> None:
    text = (HERE / "standards.txt").read_text(encoding="utf-8")
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEAD)
        table.writerows(rows(text))


def main() -> None:
    """`python -m tools.make_city.standards [OUT]`: this table alone."""
    import sys

    write_standards(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("cockpit/cities/yuhang/standards.csv"))


if __name__ == "__main__":
    main()
