"""权责清单 — responsibilities.csv of the demo city: which unit each street and the district asks for each class.

The units are those of the simulated day; who is responsible for what is invented. A class has its usual unit, and only
subclasses that another unit does have entries of their own.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cockpit.simulator.kinds import unit_name

from . import standards

HERE = Path(__file__).parent
HEAD = ("category", "code", "unit", "level")
COUNTY = "330110"


def entries() -> list[tuple[str, str]]:
    """(category or class, unit of the simulator), as few as say it all."""
    text = (HERE / "standards.txt").read_text(encoding="utf-8")
    units: dict[str, dict[str, str]] = {}
    for kind, class_code, _, code, name, _ in standards.subclasses(text):
        category = f"{kind}.{class_code}.{code}"
        units.setdefault(f"{kind}.{class_code}", {})[category] = standards.unit_of(category, name)
    found = [("", "community")]
    for class_code, of in units.items():
        usual = Counter(of.values()).most_common(1)[0][0]
        found.append((class_code, usual))
        found += [(category, unit) for category, unit in of.items() if unit != usual]
    return found


def rows(streets: list[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """`streets`: code and name."""
    for category, unit in entries():
        yield category, COUNTY, standards.DEPARTMENTS[unit], "county"
    for code, name in streets:
        for category, unit in entries():
            yield category, code, unit_name(unit, "street", street=name, community=""), "street"


def write_responsibilities(out: Path, streets: Path = HERE / "streets.csv") -> None:
    with streets.open(encoding="utf-8", newline="") as file:
        named = [(row["code"], row["name"]) for row in csv.DictReader(file)]
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEAD)
        table.writerows(rows(named))


def main() -> None:
    """`python -m tools.make_city.responsibilities [OUT]`: this table alone."""
    import sys

    write_responsibilities(
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path("cockpit/cities/yuhang/responsibilities.csv")
    )


if __name__ == "__main__":
    main()
