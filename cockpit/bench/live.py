"""活地图: from the moment a report leaves its sender to the frame that shows it, beside a floor and Dash polling."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cockpit.bench import systems
from cockpit.bench.browser import open_window
from cockpit.bench.children import running
from cockpit.bench.generator import Plan
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure, drift, floors_agree, quantile
from cockpit.bench.systems import Served
from cockpit.bench.watch import Seen, Watch

#: starts one of the systems that are compared
Way = Callable[[], AbstractContextManager[Served]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """How much moves, and what we want of it."""

    name: str
    movers: int
    events_per_s: float = 0.0
    connections: int = 1
    every_s: float = 1.0
    over_city: bool = False
    target_p50_ms: float
    target_p99_ms: float
    target_fps: float | None = None
    with_naive: bool = False


WORKLOADS = (
    Workload(name="1,575 movers at 1 Hz", movers=1575, target_p50_ms=60, target_p99_ms=200, with_naive=True),
    Workload(
        name="7,000 movers at 1 Hz + 20 events/s",
        movers=7000,
        events_per_s=20,
        target_p50_ms=100,
        target_p99_ms=200,
        target_fps=55,
    ),
    Workload(
        name="70,000 movers over the city, 20,000 positions/s",
        movers=70_000,
        every_s=3.5,
        over_city=True,
        connections=2,
        target_p50_ms=200,
        target_p99_ms=500,
        target_fps=30,
    ),
)


def run(
    report: Report,
    *,
    quick: bool,
    workloads: tuple[Workload, ...] = WORKLOADS,
    repetitions: int = 5,
    with_rivals: bool = True,
) -> None:
    """Every workload, `repetitions` times: floor → ours → tuned → naive → floor again, every other time backwards.

    200 beacons in all, whose p99 is told of all together. `quick`: 20 beacons, once.
    """
    beacons, times = (20, 1) if quick else (200 // repetitions, repetitions)
    for workload in workloads:
        runs: list[dict[str, Seen]] = []
        for number in range(times):
            seen: dict[str, Seen] = {}
            for name, way in ways_of(workload, backwards=number % 2 == 1, with_rivals=with_rivals):
                try:
                    seen[name] = watch(way, workload, beacons)
                    report.remarks += [f"live, {workload.name}, {name}: {note}" for note in seen[name].notes]
                except Exception as failure:  # one that cannot run must not cost the others
                    report.remarks.append(f"live, {workload.name}: {name} did not run: {failure}")
            runs.append(seen)
            if changed := machine_changed(seen):
                report.remarks.append(f"live, {workload.name}: repetition {number + 1} is not counted: {changed}")
        report.rows += rows_of(workload, runs)


def ways_of(workload: Workload, *, backwards: bool, with_rivals: bool) -> list[tuple[str, Way]]:
    """What is watched in one repetition, in this order: the floor first and last, what lies between them either way."""
    between: list[tuple[str, Way]] = [("cockpit", systems.project)]
    if with_rivals:
        between.append(("Dash polling, tuned", lambda: systems.dash("tuned")))
    if with_rivals and workload.with_naive:
        between.append(("Dash polling, naive", lambda: systems.dash("naive")))
    return [("floor", systems.floor), *(between[::-1] if backwards else between), ("floor again", systems.floor)]


def machine_changed(seen: dict[str, Seen]) -> str:
    """Why a repetition is thrown away: its two floors differ; empty if they agree or one of them is not there."""
    if not {"floor", "floor again"} <= seen.keys():
        return ""
    first, second = seen["floor"].p50, seen["floor again"].p50
    return "" if floors_agree(first, second) else (
        f"the floors differ by {drift(first, second):.0%} ({first:.0f} and {second:.0f} ms)"
    )  # fmt: skip


def rows_of(workload: Workload, runs: Sequence[dict[str, Seen]]) -> Iterator[Row]:
    """The rows of one workload over the repetitions that count; if none does, all of them, thrown away."""
    counted = [seen for seen in runs if not machine_changed(seen)]
    thrown = "" if counted else "; ".join(machine_changed(seen) for seen in runs)
    kept: dict[str, list[Seen]] = {}
    for seen in counted or runs:
        for name, one in seen.items():
            kept.setdefault(name, []).append(one)

    def told(
        measure: str, unit: str, of: Callable[[list[Seen]], Figure], target: float | None, *, smaller: bool = True
    ) -> Row:
        figures = {name: of(several) for name, several in kept.items()}
        return Row(
            case="live: feed → pixel", workload=workload.name, measure=measure, unit=unit, target=target,
            ours=figures.pop("cockpit", None), others=figures, smaller_is_better=smaller, thrown_away=thrown,
            rivals=measure not in ("frames shown", "positions sent"),
        )  # fmt: skip

    def each(
        measure: str, unit: str, of: Callable[[Seen], float], target: float | None = None, *, smaller: bool = True
    ) -> Row:
        return told(measure, unit, lambda several: Figure.of([of(one) for one in several]), target, smaller=smaller)

    def all_delays(several: list[Seen]) -> list[float]:
        return [delay for one in several for delay in one.delays_ms]

    beacons = sum(len(one.delays_ms) + one.missed for one in kept.get("cockpit", ()))
    yield each("delay p50", "ms", lambda s: s.p50, workload.target_p50_ms)
    yield told(
        "delay p99 of all beacons", "ms", lambda several: Figure.of([quantile(all_delays(several), 0.99)]),
        workload.target_p99_ms,
    )  # fmt: skip
    yield each("delay, longest", "ms", lambda s: max(s.delays_ms, default=math.nan))
    missed = "missed beacons", f"of {beacons}", lambda several: Figure.of([sum(one.missed for one in several)]), 0
    yield told(*missed)
    yield each("frames shown", "1/s", lambda s: s.screencast_fps, smaller=False)
    yield each("animation frames in the page", "1/s", lambda s: s.animation_fps, workload.target_fps, smaller=False)
    yield each("bytes per position", "B", lambda s: s.bytes_per_update, 12)
    yield each("all that came over the network", "kB/s", lambda s: s.wire_kb_per_s)
    yield each(
        "positions sent", "1/s", lambda s: s.updates_per_s, 0.95 * workload.movers / workload.every_s, smaller=False
    )
    yield each("browser memory", "MB", lambda s: s.browser_mb)
    yield each("web process", "cores", lambda s: s.server_cores)


def watch(
    way: Way,
    workload: Workload,
    beacons: int,
    *,
    settle_s: float = 3.0,
    lesson_gap_s: float = 3.0,
) -> Seen:
    """Run one system under one workload and watch its pixels."""
    with way() as served, open_window() as window:
        pixels = served.show(window)
        plan = Plan(
            url=served.url, sink=served.sink, token=served.token, movers=workload.movers,
            events_per_s=workload.events_per_s, connections=workload.connections, lesson_gap_s=lesson_gap_s,
            every_s=workload.every_s, over_city=workload.over_city,
        )  # fmt: skip
        with running("cockpit.bench.generator", plan.as_json()) as generator:
            generator.line()
            window.page.wait_for_timeout(settle_s * 1000)
            return Watch(served, window, pixels, generator).run(beacons)
