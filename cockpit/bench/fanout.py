"""散: from a report to every browser of one process, with and without some that hardly read, beside a bare socket."""

import contextlib
import json
import math
import selectors
import threading
import time
from collections.abc import Iterator
from typing import Any

from cockpit.bench import systems
from cockpit.bench.children import Child, memory_mb, running
from cockpit.bench.generator import Plan
from cockpit.bench.light_socket import LightSocket
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.sinks import HttpSink, now_text
from cockpit.bench.systems import Served
from cockpit.bench.view import VIEW

CASE = "fan-out: one web process"
_EVENTS_PER_S = 5
_SLOW = 5
#: what a delta of one event weighs, for the bare socket
_BARE_BYTES = 250
_DONE_WITHIN_S = 5.0


def run(report: Report, *, quick: bool) -> None:
    """Each crowd: healthy, then with slow ones beside it; the last crowd goes on for the memory."""
    seconds, soak = (15.0, 60.0) if quick else (60.0, 600.0)
    for browsers in (100, 250):
        report.rows += _rows(browsers, seconds, soak if browsers == 100 else 0.0, report)


def _rows(browsers: int, seconds: float, soak: float, report: Report) -> list[Row]:
    workload = f"{browsers} browsers, {_EVENTS_PER_S} events/s + 1,575 movers at 1 Hz"
    bare = _bare_rate(browsers)
    with systems.project() as served, _cloud(served):
        arguments = json.dumps({"url": served.url, "token": served.screen_token, "browsers": browsers})
        with running("cockpit.bench.crowd", arguments) as crowd:
            crowd.line(120)
            _told(crowd, "report")
            time.sleep(5)  # everybody joins
            healthy, _ = _watched(served, crowd, browsers, seconds)
            burst = _burst_rate(served, crowd)
            _told(crowd, f"slow {_SLOW}", timeout_s=120)
            beside_slow, memory = _watched(served, crowd, browsers, max(seconds, soak))
    for when, found in (("all healthy", healthy), ("beside slow ones", beside_slow)):
        if found["resyncs"] or found["lost"]:
            again, lost = f"{found['resyncs']:.0f} joined again", f"{found['lost']:.0f} lost their connection"
            report.remarks.append(f"fanout, {browsers} browsers, {when}: {again}, {lost}")

    def row(measure: str, unit: str, ours: float, target: float | None = None, **more: Any) -> Row:
        figure = Figure.of([ours])
        return Row(case=CASE, workload=workload, measure=measure, unit=unit, ours=figure, target=target, **more)

    expected, missing = healthy["expected"], healthy["expected"] - healthy["deliveries"]
    floor = {"bare socket": Figure.of([bare])}
    before = {"without slow ones": Figure.of([healthy["p99_ms"]])}
    rows = [
        row("delay of a delta, p50", "ms", healthy["p50_ms"], 100),
        row("delay of a delta, p99", "ms", healthy["p99_ms"], 300),
        row("deltas that did not arrive", f"of {expected:,.0f}", missing, 0),
        row("messages delivered in a burst", "1/s", burst, others=floor, smaller_is_better=False),
        row(
            f"p99 of the healthy beside {_SLOW} slow", "ms", beside_slow["p99_ms"], 1.1 * healthy["p99_ms"],
            others=before, rivals=False, note="2 read nothing, 3 read 1 kB/s",
        ),
    ]  # fmt: skip
    if soak:
        # by then the intake's memory of recent fixes, which tells repeats, is as long as it gets
        first, last = memory[len(memory) // 2], memory[-1]
        early, over = {"after half of the time": Figure.of([first])}, f"over {max(seconds, soak) / 60:.0f} min"
        rows.append(row("web process at the end", "MB", last, first + 20, others=early, rivals=False, note=over))
    return rows


def _watched(served: Served, crowd: Child, browsers: int, seconds: float) -> tuple[dict[str, float], list[float]]:
    """Stamped events at a steady rate; what the crowd saw of them, and the web process's memory meanwhile."""
    sink = HttpSink(served.url, "/api/v1/feeds/events", served.token, None)
    _told(crowd, "reset")
    memory, posted, end = [memory_mb(served.pid)], 0, time.monotonic() + seconds
    measured = time.monotonic()
    while time.monotonic() < end:
        posted += sink.send_body(_stamped(1))
        if time.monotonic() - measured >= 2.0:
            memory.append(memory_mb(served.pid))
            measured = time.monotonic()
        time.sleep(1 / _EVENTS_PER_S)
    time.sleep(_DONE_WITHIN_S / 2)
    found = _told(crowd, "report")
    return {**found, "expected": posted * browsers}, memory


def _burst_rate(served: Served, crowd: Child) -> float:
    """Messages a second that all browsers got together while events came as fast as one connection takes them."""
    sink = HttpSink(served.url, "/api/v1/feeds/events", served.token, None)
    _told(crowd, "reset")
    end = time.monotonic() + _DONE_WITHIN_S
    while time.monotonic() < end:
        sink.send_body(_stamped(1))
    return _told(crowd, "report")["messages_per_s"]


def _stamped(n: int) -> bytes:
    """Events whose ids say when they left."""
    at = now_text().decode()
    stamp = time.time_ns() // 1000
    return json.dumps(
        [
            {
                "event_id": f"fan-{stamp + i}", "source": "gridworker", "category": "event.01.10", "title": "占道经营",
                "lon": VIEW.lon, "lat": VIEW.lat, "reported_at": at,
            }
            for i in range(n)
        ]
    ).encode()  # fmt: skip


def _told(crowd: Child, line: str, *, timeout_s: float = 60.0) -> dict[str, float]:
    crowd.tell(line)
    told: dict[str, float] = json.loads(crowd.line(timeout_s))
    return told


@contextlib.contextmanager
def _cloud(served: Served) -> Iterator[None]:
    plan = Plan(url=served.url, sink=served.sink, token=served.token, movers=1575)
    with running("cockpit.bench.generator", plan.as_json()) as generator:
        generator.line()
        yield


def _bare_rate(browsers: int) -> float:
    """Messages a second that as many sockets of the floor get together."""
    with systems.floor() as served:
        listeners = [LightSocket(served.url, "/live") for _ in range(browsers)]
        feed = LightSocket(served.url, "/feed")
        counts = [0] * browsers
        stop = threading.Event()

        def listen() -> None:
            selector = selectors.DefaultSelector()
            for i, listener in enumerate(listeners):
                selector.register(listener, selectors.EVENT_READ, i)
            while not stop.is_set():
                for key, _ in selector.select(0.2):
                    counts[key.data] += sum(1 for _ in listeners[key.data].pump())

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        time.sleep(0.5)
        start = time.monotonic()
        while time.monotonic() - start < _DONE_WITHIN_S:
            feed.send_bytes(b"\0" * _BARE_BYTES)
        rate = sum(counts) / (time.monotonic() - start)
        stop.set()
        thread.join()
        return rate if rate else math.nan
