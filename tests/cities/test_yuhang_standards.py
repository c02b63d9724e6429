"""The demo city's case standards: every subclass and limit of the publication, and a unit for each."""

import re
from pathlib import Path

from cockpit.domain.standard import Standards
from cockpit.services.standards import CITY_VERSION_FROM, standards_of_city
from cockpit.simulator.kinds import read_kinds
from tools.make_city import standards as tool


def test_the_shipped_table_is_what_its_source_says(city_dir: Path, tmp_path: Path) -> None:
    tool.write_standards(tmp_path / "standards.csv")
    assert (tmp_path / "standards.csv").read_bytes() == (city_dir / "standards.csv").read_bytes()


def test_all_190_subclasses_are_there_with_every_limit_in_its_order(city_dir: Path) -> None:
    source = Path(tool.__file__).with_name("standards.txt").read_text(encoding="utf-8")
    rows = standards_of_city(city_dir, "330110")
    kinds = [row.category.partition(".")[0] for row in rows]
    assert len({row.category for row in rows}) == 190
    assert len({row.category for row, kind in zip(rows, kinds, strict=True) if kind == "part"}) == 92
    # counted without the tool: every pair of brackets with limits, and every limit in it
    limits = [limit for cell in re.findall(r"\(([\d急时日/]+)\)", source) for limit in cell.split("/")]
    assert [str(row.limit) for row in rows] == limits
    assert len(limits) == 519


def test_everything_that_the_simulated_day_reports_has_a_standard_and_every_standard_a_unit(city_dir: Path) -> None:
    standards = Standards(standards_of_city(city_dir, "330110"))
    assert all(standards.conditions_of(kind.code, CITY_VERSION_FROM) for kind in read_kinds())
    assert all(row.unit for row in standards.rows_at(CITY_VERSION_FROM))
