"""部件 of the benchmark: how the work grows with the number of parts."""

from cockpit.bench.parts import CASE, grown
from cockpit.bench.report import Row
from cockpit.bench.samples import Figure


def _row(total: int, measure: str, value: float) -> Row:
    return Row(case=CASE, workload=f"{total:,} parts", measure=measure, unit="s", ours=Figure.of([value]))


def test_what_takes_ten_times_as_long_for_ten_times_the_parts_grows_as_they_do() -> None:
    rows = [_row(100_000, "import", 0.5), _row(1_000_000, "import", 5.0), _row(15_000_000, "import", 75.0)]
    rows += [_row(total, "tile warm, p50", 2.0) for total in (100_000, 1_000_000, 15_000_000)]
    told = {row.measure: row.ours.median for row in grown(rows) if row.ours is not None}
    assert round(told["import"], 6) == 1
    assert round(told["tile warm, p50"], 6) == 0


def test_one_size_alone_tells_no_growth() -> None:
    assert list(grown([_row(100_000, "import", 0.5)])) == []
