"""活地图: from the moment a report leaves its sender to the frame that shows it, beside a floor and Dash polling."""

import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from cockpit.bench import systems
from cockpit.bench.beacon import Eye, Jump
from cockpit.bench.browser import Window, open_window
from cockpit.bench.children import Child, running
from cockpit.bench.generator import LESSONS, Plan
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure, drift, floors_agree, quantile
from cockpit.bench.screencast import Box, Crop, Frame, Screencast
from cockpit.bench.systems import Pixels, Served

#: half the side of what is looked at around a place
_HALF_BOX_PX = 7
_SETTLE_S = 3.0
#: frames of a jump are decoded so long after the next one, when nothing is on its way
_LOOK_LATER_S = 0.45
#: the last jump has so long to appear; each other one until the next
_LAST_CHANCE_S = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """How much moves, and what we want of it."""

    name: str
    movers: int
    events_per_s: float = 0.0
    connections: int = 1
    target_p50_ms: float
    target_p99_ms: float
    with_naive: bool = False


WORKLOADS = (
    Workload(name="1,575 movers at 1 Hz", movers=1575, target_p50_ms=100, target_p99_ms=250, with_naive=True),
    Workload(name="7,000 movers at 1 Hz + 20 events/s", movers=7000, events_per_s=20, target_p50_ms=150, target_p99_ms=500),
    Workload(name="70,000 movers at 1 Hz", movers=70_000, connections=4, target_p50_ms=400, target_p99_ms=1000),
)


@dataclass(kw_only=True, slots=True)
class Seen:
    """What one system showed of one workload."""

    delays_ms: list[float] = field(default_factory=list)
    missed: int = 0
    screencast_fps: float = math.nan
    animation_fps: float = math.nan
    bytes_per_update: float = math.nan
    updates_per_s: float = 0.0
    browser_mb: float = math.nan
    server_cores: float = math.nan
    contrast: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return quantile(self.delays_ms, 0.5)

    @property
    def p99(self) -> float:
        return quantile(self.delays_ms, 0.99)


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

    def row(measure: str, unit: str, of: Callable[[Seen], float], target: float | None = None, *, smaller: bool = True) -> Row:
        figures = {name: Figure.of([of(one)]) for name, one in seen.items() if name != "cockpit"}
        return Row(
            case="live: feed → pixel", workload=workload.name, measure=measure, unit=unit, target=target,
            ours=Figure.of([of(ours)]) if ours else None, others=figures, smaller_is_better=smaller, thrown_away=thrown,
        )  # fmt: skip

    yield row("delay p50", "ms", lambda s: s.p50, workload.target_p50_ms)
    yield row("delay p99", "ms", lambda s: s.p99, workload.target_p99_ms)
    yield row("delay, longest", "ms", lambda s: max(s.delays_ms, default=math.nan))
    yield row("missed beacons", "of " + str(ours and len(ours.delays_ms) + ours.missed), lambda s: s.missed, 0)
    yield row("frames shown", "1/s", lambda s: s.screencast_fps, smaller=False)
    yield row("animation frames in the page", "1/s", lambda s: s.animation_fps, smaller=False)
    yield row("bytes per position", "B", lambda s: s.bytes_per_update, 13)
    yield row("positions sent", "1/s", lambda s: s.updates_per_s, 0.95 * workload.movers, smaller=False)
    yield row("browser memory", "MB", lambda s: s.browser_mb)
    yield row("web process", "cores", lambda s: s.server_cores)


def watch(way: Callable[[], AbstractContextManager[Served]], workload: Workload, beacons: int) -> Seen:
    """Run one system under one workload and watch its pixels."""
    with way() as served, open_window() as window:
        pixels = served.show(window)
        plan = Plan(
            url=served.url, sink=served.sink, token=served.token, movers=workload.movers,
            events_per_s=workload.events_per_s, connections=workload.connections,
        )  # fmt: skip
        with running("cockpit.bench.generator", plan.as_json()) as generator:
            generator.line()
            window.page.wait_for_timeout(_SETTLE_S * 1000)
            return Watch(served, window, pixels, generator).run(beacons)


class Watch:
    """One system while the beacon jumps."""

    def __init__(self, served: Served, window: Window, pixels: Pixels, generator: Child) -> None:
        self._served, self._window, self._generator = served, window, generator
        self._boxes: list[Box] = [_box_around(x, y) for x, y in pixels]
        self._crops: dict[float, list[Crop]] = {}
        self._screencast = Screencast(window.cdp)
        self._jumps: list[Jump] = []

    def run(self, beacons: int) -> Seen:
        """Lessons first, then the jumps that count."""
        seen = Seen()
        self._screencast.start()
        self._generator.tell(f"go {beacons}")
        for _ in range(LESSONS + 1):
            self._next_jump()
        eye = self._learn()
        seen.contrast = eye.contrast
        before = self._count()
        self._window.watch_network()
        self._window.watch_frames()
        for number in range(beacons):
            jump = self._jumps[-1]
            following = self._next_jump() if number < beacons - 1 else None
            time.sleep(_LOOK_LATER_S if following else _LAST_CHANCE_S)
            self._judge(eye, jump, following, seen)
        self._measure(seen, before)
        self._screencast.stop()
        return seen

    def _next_jump(self) -> Jump:
        while True:
            told = json.loads(self._generator.line())
            if "jump" in told:
                self._jumps.append(Jump(told["place"], told["sent_at"]))
                return self._jumps[-1]

    def _learn(self) -> Eye:
        """The last frame before each next jump shows the beacon where it was sent before."""
        seen: tuple[list[list[Crop]], list[list[Crop]]] = ([], [])
        frames = self._screencast.frames()
        for jump, following in zip(self._jumps, self._jumps[1:], strict=False):
            settled = [frame for frame in frames if frame.at < following.sent_at]
            if settled:
                seen[jump.place].append(self._look(settled[-1]))
        return Eye.learn(*seen)

    def _judge(self, eye: Eye, jump: Jump, following: Jump | None, seen: Seen) -> None:
        end = following.sent_at if following else math.inf
        frames = [frame for frame in self._screencast.frames() if frame.at < end]
        found = eye.find(jump, frames, self._look)
        if found is None:
            seen.missed += 1
        else:
            seen.delays_ms.append((found - jump.sent_at) * 1000)
        self._screencast.forget_before(end if following else jump.sent_at)
        self._crops.clear()

    def _look(self, frame: Frame) -> list[Crop]:
        if frame.at not in self._crops:
            self._crops[frame.at] = frame.crops(self._boxes)
        return self._crops[frame.at]

    def _count(self) -> tuple[float, dict[str, float], float]:
        self._generator.tell("count")
        told = json.loads(self._generator.line())
        return time.time(), told, self._served.cpu_seconds()

    def _measure(self, seen: Seen, before: tuple[float, dict[str, float], float]) -> None:
        now, told, cpu = self._count()
        wire = self._window.wire
        started, told_before, cpu_before = before
        seconds, sent = now - started, told["positions"] - told_before["positions"]
        seen.updates_per_s = sent / seconds
        seen.bytes_per_update = wire.total / sent if sent else math.nan
        seen.server_cores = (cpu - cpu_before) / seconds
        seen.screencast_fps = self._screencast.frames_per_s(started, now)
        seen.animation_fps = self._window.animation_frames_per_s()
        seen.browser_mb = self._window.memory_mb()
        seen.notes = [f"{told['late_ticks']:.0f} ticks left out", f"{told['refused_beacons']:.0f} beacons refused"]


def _box_around(x: float, y: float) -> Box:
    left, top = round(x), round(y)
    return left - _HALF_BOX_PX, top - _HALF_BOX_PX, left + _HALF_BOX_PX, top + _HALF_BOX_PX
