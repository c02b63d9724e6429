"""What the report says, to people and to machines."""

import json

import pytest
from rich.console import Console

from cockpit.bench.live import WORKLOADS, rows_of
from cockpit.bench.report import Report, Row, tell
from cockpit.bench.run import CASES, main
from cockpit.bench.samples import Figure
from cockpit.bench.watch import Seen


def row(ours: float = 30.0, *, smaller: bool = True, target: float | None = 50.0, thrown_away: str = "") -> Row:
    return Row(
        case="live", workload="W1", measure="delay p50", unit="ms", ours=Figure.of([ours]), target=target,
        others={"floor": Figure.of([20.0]), "tuned": Figure.of([450.0])}, smaller_is_better=smaller,
        thrown_away=thrown_away,
    )  # fmt: skip


def seen(p50: float) -> Seen:
    return Seen(delays_ms=[p50] * 5)


def test_a_ratio_is_ours_over_theirs() -> None:
    assert row().ratio("floor") == pytest.approx(1.5)


def test_who_is_better_is_told_in_the_same_row() -> None:
    assert row().beaten_by("floor")
    assert not row().beaten_by("tuned")
    assert row(smaller=False).beaten_by("tuned")


def test_a_target_is_met_from_the_right_side() -> None:
    assert row().met is True
    assert row(60.0).met is False
    assert row(60.0, smaller=False).met is True
    assert row(target=None).met is None


def test_a_run_that_was_thrown_away_meets_nothing_and_compares_with_nothing() -> None:
    away = row(thrown_away="the floors differ by 22%")
    assert away.met is None
    assert away.as_dict()["others"]["floor"]["ours_over_theirs"] is None


def test_floors_apart_throw_the_run_away_and_say_so() -> None:
    apart = list(rows_of(WORKLOADS[0], [{"floor": seen(20), "cockpit": seen(30), "floor again": seen(30)}]))
    assert all("floors differ by 50%" in r.thrown_away for r in apart)
    agree = list(rows_of(WORKLOADS[0], [{"floor": seen(20), "cockpit": seen(30), "floor again": seen(22)}]))
    assert not any(r.thrown_away for r in agree)


def test_a_live_run_tells_missed_beacons_and_the_longest_delay() -> None:
    ours = Seen(delays_ms=[20.0, 900.0], missed=3)
    rows = {r.measure: r for r in rows_of(WORKLOADS[0], [{"cockpit": ours}])}
    assert rows["missed beacons"].ours == Figure.of([3])
    assert rows["delay, longest"].ours == Figure.of([900.0])


def test_the_report_for_machines_is_json_without_nan() -> None:
    report = Report(machine="two cores", quick=True, rows=[row(float("nan"))], remarks=["one did not run"])
    told = json.loads(report.as_json())
    assert told["machine"] == "two cores"
    assert told["quick"] is True
    assert told["rows"][0]["ours"]["median"] is None
    assert told["rows"][0]["others"]["floor"]["median"] == 20.0


def test_the_table_names_the_machine_the_target_and_whoever_is_better() -> None:
    console = Console(width=140, record=True)
    Report(machine="two cores", quick=True, rows=[row()], remarks=["one did not run"]).show(console)
    shown = console.export_text()
    for words in ("two cores", "quick run", "beats us", "≤ 50", "yes", "× 1.50", "one did not run"):
        assert words in shown


def test_numbers_have_three_digits_that_count() -> None:
    assert [tell(n) for n in (1234567.0, 0.1234, 12.34, 5.0)] == ["1,234,567", "0.12", "12.3", "5"]


def test_a_benchmark_that_does_not_exist_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lvie"], as_json=False, quick=True) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in CASES)
