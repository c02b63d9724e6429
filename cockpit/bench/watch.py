"""One system while the beacon jumps: jumps from the generator on one side, frames from the browser on the other."""

import json
import math
import time
from dataclasses import dataclass, field

from cockpit.bench.beacon import Eye, Jump
from cockpit.bench.browser import Window
from cockpit.bench.children import Child
from cockpit.bench.generator import LESSONS
from cockpit.bench.samples import quantile
from cockpit.bench.screencast import Box, Crop, Frame, Screencast
from cockpit.bench.systems import Pixels, Served

#: half the side of what is looked at around a place
_HALF_BOX_PX = 6
#: frames of a jump are decoded so long after the next one, when nothing is on its way
_LOOK_LATER_S = 0.45
#: the last jump has so long to appear; each other one until the next
_LAST_CHANCE_S = 2.0


@dataclass(kw_only=True, slots=True)
class Seen:
    """What one system showed of one workload."""

    delays_ms: list[float] = field(default_factory=list)
    missed: int = 0
    screencast_fps: float = math.nan
    animation_fps: float = math.nan
    bytes_per_update: float = math.nan
    wire_kb_per_s: float = math.nan
    updates_per_s: float = 0.0
    browser_mb: float = math.nan
    server_cores: float = math.nan
    contrast: float = 0.0
    #: what the generator could not bring in, and what the page says of itself
    notes: list[str] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return quantile(self.delays_ms, 0.5)

    @property
    def p99(self) -> float:
        return quantile(self.delays_ms, 0.99)


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
        # first the bytes, then what was sent: a position that is counted has its bytes counted too
        self._window.watch_network()
        before = self._count()
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
        # what else the page hears (panels, deltas) is no position
        positions = wire.binary + wire.messages.get("frame", 0) if wire.binary else wire.total
        seen.bytes_per_update = positions / sent if sent else math.nan
        seen.wire_kb_per_s = wire.total / seconds / 1000
        seen.server_cores = (cpu - cpu_before) / seconds
        seen.screencast_fps = self._screencast.frames_per_s(started, now)
        seen.animation_fps = self._window.animation_frames_per_s()
        seen.browser_mb = self._window.memory_mb()
        lacking = {name: told[name] for name in ("late_ticks", "refused_beacons", "failures") if told[name]}
        seen.notes = [f"{name.replace('_', ' ')}: {n:.0f}" for name, n in lacking.items()]
        if own := self._window.page.evaluate("window.cockpit ? cockpit.stats() : null"):
            delay, draw = own["latency_ms"], own["draw_ms"]
            seen.notes.append(
                f"the page says of itself: receipt to drawing {delay['p50']} / {delay['p99']} ms (p50 / p99), "
                f"drawing {draw['p50']} / {draw['p99']} ms, {own['merged']} changes merged"
            )


def _box_around(x: float, y: float) -> Box:
    left, top = round(x), round(y)
    return left - _HALF_BOX_PX, top - _HALF_BOX_PX, left + _HALF_BOX_PX, top + _HALF_BOX_PX
