"""活地图: from the moment a report leaves its sender to the frame that shows it, beside a floor and Dash polling."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cockpit.bench import systems
from cockpit.bench.browser import open_window
from cockpit.bench.children import running
from cockpit.bench.generator import Plan
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure, drift, floors_agree
from cockpit.bench.systems import Served
from cockpit.bench.watch import Seen, Watch


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
    with_naive: bool = False


WORKLOADS = (
    Workload(name="1,575 movers at 1 Hz", movers=1575, target_p50_ms=60, target_p99_ms=200, with_naive=True),
    Workload(
        name="7,000 movers at 1 Hz + 20 events/s", movers=7000, events_per_s=20, target_p50_ms=100, target_p99_ms=200
    ),
    Workload(
        name="70,000 movers over the city, 20,000 positions/s",
        movers=70_000,
        every_s=3.5,
        over_city=True,
        connections=2,
        target_p50_ms=200,
        target_p99_ms=500,
    ),
)


def run(report: Report, *, quick: bool, workloads: tuple[Workload, ...] = WORKLOADS) -> None:
    """Every workload: floor → ours → tuned → naive → floor again."""
    beacons = 20 if quick else 200
    for workload in workloads:
        ways: list[tuple[str, Callable[[], AbstractContextManager[Served]]]] = [
            ("floor", systems.floor),
            ("cockpit", systems.project),
            ("Dash polling, tuned", lambda: systems.dash("tuned")),
        ]
        if workload.with_naive:
            ways.append(("Dash polling, naive", lambda: systems.dash("naive")))
        ways.append(("floor again", systems.floor))
        seen: dict[str, Seen] = {}
        for name, way in ways:
            try:
                seen[name] = watch(way, workload, beacons)
                report.remarks += [f"live, {workload.name}, {name}: {note}" for note in seen[name].notes]
            except Exception as failure:  # one that cannot run must not cost the others
                report.remarks.append(f"live, {workload.name}: {name} did not run: {failure}")
        report.rows += rows_of(workload, seen)


def rows_of(workload: Workload, seen: dict[str, Seen]) -> Iterator[Row]:
    """The rows of one workload; thrown away if the two floors tell that the machine changed."""
    thrown = ""
    if {"floor", "floor again"} <= seen.keys():
        first, second = seen["floor"].p50, seen["floor again"].p50
        if not floors_agree(first, second):
            thrown = f"the floors differ by {drift(first, second):.0%} ({first:.0f} and {second:.0f} ms)"
    ours = seen.get("cockpit")

    def row(
        measure: str, unit: str, of: Callable[[Seen], float], target: float | None = None, *, smaller: bool = True
    ) -> Row:
        figures = {name: Figure.of([of(one)]) for name, one in seen.items() if name != "cockpit"}
        return Row(
            case="live: feed → pixel", workload=workload.name, measure=measure, unit=unit, target=target,
            ours=Figure.of([of(ours)]) if ours else None, others=figures, smaller_is_better=smaller, thrown_away=thrown,
            rivals=measure not in ("frames shown", "positions sent"),
        )  # fmt: skip

    yield row("delay p50", "ms", lambda s: s.p50, workload.target_p50_ms)
    yield row("delay p99", "ms", lambda s: s.p99, workload.target_p99_ms)
    yield row("delay, longest", "ms", lambda s: max(s.delays_ms, default=math.nan))
    yield row("missed beacons", "of " + str(ours and len(ours.delays_ms) + ours.missed), lambda s: s.missed, 0)
    yield row("frames shown", "1/s", lambda s: s.screencast_fps, smaller=False)
    yield row("animation frames in the page", "1/s", lambda s: s.animation_fps, smaller=False)
    yield row("bytes per position", "B", lambda s: s.bytes_per_update, 12)
    yield row("all that came over the network", "kB/s", lambda s: s.wire_kb_per_s)
    yield row(
        "positions sent", "1/s", lambda s: s.updates_per_s, 0.95 * workload.movers / workload.every_s, smaller=False
    )
    yield row("browser memory", "MB", lambda s: s.browser_mb)
    yield row("web process", "cores", lambda s: s.server_cores)


def watch(
    way: Callable[[], AbstractContextManager[Served]],
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
