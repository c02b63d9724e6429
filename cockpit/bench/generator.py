"""The feed of a live benchmark: a cloud that walks at 1 Hz and a beacon that jumps at random; every jump is stamped.

A process of its own (`python -m cockpit.bench.generator '{…}'`), so that nobody else's work delays a stamp. A line
`go N` on its input starts N jumps; it tells each jump, and at the end of its input how much it sent.
"""

import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial

from cockpit.bench.events import EventMaker
from cockpit.bench.sinks import WHOLE, FloorSink, HttpSink, Share, Sink
from cockpit.bench.view import VIEW, Cloud
from cockpit.services.city import City

#: exponential gaps between jumps: nobody can be in step with them
SHORTEST_GAP_S = 1.0
TICK_S = 0.1
MEAN_GAP_S = 1.5
#: so many jumps before those that count
LESSONS = 4
#: the beacon says so long before each jump that it is where it was, as a device does that reports every second
_STILL_HERE_S = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to send where."""

    url: str
    sink: str  # floor, or the path to post to
    token: str = ""
    movers: int = 1575
    events_per_s: float = 0.0
    connections: int = 1
    #: how often each mover is heard of
    every_s: float = 1.0
    #: spread over the whole city instead of the view
    over_city: bool = False
    seed: int = 7
    #: the first jumps come slowly and do not count: from them the eye learns what the beacon looks like
    lesson_gap_s: float = 3.0

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def phases(self) -> int:
        """Ticks of a tenth of a second until everybody was heard of once."""
        return max(1, round(self.every_s / TICK_S))

    def cloud(self) -> Cloud:
        return Cloud.over_city(self.movers, City.load("yuhang")) if self.over_city else Cloud.of(self.movers)

    def open(self, cloud: Cloud | None, share: Share = WHOLE) -> Sink:
        """One more way in."""
        if self.sink == "floor":
            return FloorSink(self.url, cloud, self.movers, share=share)
        return HttpSink(self.url, self.sink, self.token, cloud, share=share)


class Generator:
    """The threads of one run, and what they counted."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.stop = threading.Event()
        self._lock = threading.Lock()
        self.counts = {"positions": 0, "late_ticks": 0, "events": 0, "refused_beacons": 0, "failures": 0}
        self._started = time.time()

    def start(self) -> None:
        """Start the cloud and the events, in step with each other over all connections."""
        plan, cloud = self._plan, self._plan.cloud()
        sinks = [plan.open(cloud, Share(plan.phases, k, plan.connections)) for k in range(plan.connections)]
        self._started = time.time()
        for sink in sinks:
            threading.Thread(target=self._walk, args=(sink,), daemon=True).start()
        if self._plan.events_per_s and self._plan.sink.startswith("/api/"):
            threading.Thread(target=self._report, daemon=True).start()

    def jump(self, times: int) -> None:
        """Let the beacon jump so often after its lessons; tell each jump with its place and its stamp."""
        chance = random.Random(self._plan.seed)
        sink, places = self._plan.open(None), VIEW.beacon_places()
        here = 0
        self._send_beacon(sink, *places[here])
        for number in range(times + LESSONS):
            gap = SHORTEST_GAP_S + chance.expovariate(1 / (MEAN_GAP_S - SHORTEST_GAP_S))
            gap = self._plan.lesson_gap_s if number < LESSONS + 1 else gap
            if self.stop.wait(gap - _STILL_HERE_S):
                return
            self._try(partial(self._send_beacon, sink, *places[here]))
            if self.stop.wait(_STILL_HERE_S):
                return
            here = 1 - here
            stamp = time.time()
            self._try(partial(self._send_beacon, sink, *places[here]))
            tell({"jump": number, "place": here, "sent_at": stamp})

    def report(self) -> dict[str, float]:
        """What was sent, and at which rate."""
        seconds = time.time() - self._started
        return {**self.counts, "seconds": seconds, "positions_per_s": self.counts["positions"] / seconds}

    def _walk(self, sink: Sink) -> None:
        tick, period = 0, TICK_S
        while not self.stop.is_set():
            wait = self._started + tick * period - time.time()
            if wait > 0:
                self.stop.wait(wait)
            elif wait < -1.0:  # hopelessly behind: what cannot be sent in time is left out, and told
                behind = int(-wait / period)
                self._count("late_ticks", behind)
                tick += behind
            self._try(partial(self._send_cloud, sink, tick))
            tick += 1

    def _send_cloud(self, sink: Sink, tick: int) -> None:
        self._count("positions", sink.send_cloud(*divmod(tick, self._plan.phases)))

    def _send_beacon(self, sink: Sink, lon: float, lat: float) -> None:
        if not sink.send_beacon(lon, lat):
            self._count("refused_beacons", 1)

    def _report(self) -> None:
        maker = EventMaker(VIEW, seed=self._plan.seed)
        sink = HttpSink(self._plan.url, "/api/v1/feeds/events", self._plan.token, None)
        while not self.stop.wait(1 / self._plan.events_per_s):
            self._try(lambda: self._count("events", int(sink.post(maker.batch(1))["accepted"])))

    def _try(self, action: Callable[[], None]) -> None:
        """One request that fails is counted and the feed goes on, as a feed does."""
        try:
            action()
        except (RuntimeError, OSError, http.client.HTTPException) as failure:
            if not self.counts["failures"]:
                print(failure, file=sys.stderr)
            self._count("failures", 1)
            self.stop.wait(0.1)

    def _count(self, name: str, n: int) -> None:
        with self._lock:
            self.counts[name] += n


def tell(what: Mapping[str, object]) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    generator = Generator(Plan(**json.loads(sys.argv[1])))
    generator.start()
    tell({"started": 1})
    for line in sys.stdin:
        word, _, n = line.strip().partition(" ")
        if word == "go":
            threading.Thread(target=generator.jump, args=(int(n),), daemon=True).start()
        elif word == "count":
            tell(generator.report())
    generator.stop.set()


if __name__ == "__main__":
    main()
