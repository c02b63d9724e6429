"""The rows of feed → pixel: what of several repetitions counts, and what each measure makes of them."""

from cockpit.bench.live import WORKLOADS, machine_changed, rows_of, ways_of
from cockpit.bench.watch import Seen


def run(floor: float, ours: list[float], again: float, missed: int = 0) -> dict[str, Seen]:
    return {
        "floor": Seen(delays_ms=[floor]),
        "cockpit": Seen(delays_ms=ours, missed=missed),
        "floor again": Seen(delays_ms=[again]),
    }


def test_a_p50_is_told_of_each_repetition_and_a_p99_of_all_beacons_together() -> None:
    rows = {row.measure: row for row in rows_of(WORKLOADS[0], [run(25, [40, 50], 25), run(25, [60, 70], 26, missed=1)])}
    p50, p99, missed = rows["delay p50"].ours, rows["delay p99 of all beacons"].ours, rows["missed beacons"]
    assert p50 is not None and (p50.low, p50.high, p50.times) == (40, 60, 2)
    assert p99 is not None and (p99.median, p99.times) == (70, 1)
    assert missed.ours is not None and (missed.ours.median, missed.unit) == (1, "of 5")


def test_a_repetition_in_which_the_machine_changed_is_not_counted() -> None:
    changed = run(25, [400], 40)
    rows = {row.measure: row for row in rows_of(WORKLOADS[0], [changed, run(25, [40], 25)])}
    assert "60%" in machine_changed(changed)
    p50 = rows["delay p50"]
    assert p50.ours is not None and (p50.ours.high, p50.ours.times, p50.thrown_away) == (40, 1, "")


def test_a_run_of_which_no_repetition_counts_says_so_in_every_row() -> None:
    assert all("floors differ" in row.thrown_away for row in rows_of(WORKLOADS[0], [run(25, [40], 40)]))


def test_every_other_repetition_goes_backwards_between_the_two_floors() -> None:
    there, back = ([name for name, _ in ways_of(WORKLOADS[0], backwards=b, with_rivals=True)] for b in (False, True))
    assert there[0] == back[0] == "floor" and there[-1] == back[-1] == "floor again"
    assert there[1:-1] == back[1:-1][::-1] and len(there) == 5
