"""收: positions and events a second through the public HTTP API, beside Redis alone with one entry a message."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cockpit.bench.children import cpu_seconds
from cockpit.bench.events import EventMaker
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.sinks import BATCH, HttpSink
from cockpit.bench.systems import Installation, installed
from cockpit.bench.view import VIEW, Cloud
from cockpit.stream.connection import connect
from cockpit.stream.embedded import EmbeddedServer

CASE = "ingest: the public HTTP API"
_MOVERS = 20_000
#: one message as it would lie in a stream entry of its own
_RAW: dict[Any, Any] = {
    "s": b"bench-00001",
    "k": b"gridworker",
    "lon": b"119.9850000",
    "lat": b"30.2830000",
    "at": b"1790000000000",
}


def run(report: Report, *, quick: bool) -> None:
    """One connection, four, and Redis alone, in turn and in turn the other way round."""
    times, seconds = (2, 1.5) if quick else (5, 4.0)
    with installed() as installation:
        token = installation.token("feed")
        cloud = Cloud.of(_MOVERS)
        for what, target in (("positions", 20_000), ("events", 2_000)):
            bodies = _bodies(what, cloud)
            report.rows += _rows(what, bodies, installation, token, times=times, seconds=seconds, target=target)


def _rows(
    what: str,
    bodies: Iterator[bytes],
    installation: Installation,
    token: str,
    *,
    times: int,
    seconds: float,
    target: float,
) -> list[Row]:
    sinks = [HttpSink(installation.url, f"/api/v1/feeds/{what}", token, None) for _ in range(4)]
    rates: dict[str, list[float]] = {"one connection": [], "four connections": [], "raw": []}
    cpu: dict[str, list[float]] = {"one connection": [], "four connections": []}
    pid = installation.web_pid()

    def ours(name: str, connections: int) -> None:
        before = cpu_seconds(pid)
        taken, took = _pour(sinks[:connections], bodies, seconds)
        rates[name].append(taken / took)
        if taken:
            cpu[name].append((cpu_seconds(pid) - before) * 1e6 / taken)

    trials: list[Callable[[], None]] = [
        lambda: ours("one connection", 1),
        lambda: ours("four connections", 4),
        lambda: rates["raw"].append(_raw_rate(seconds)),
    ]
    for number in range(times):
        for trial in trials[:: 1 if number % 2 == 0 else -1]:
            trial()
    raw = {"raw pipelined XADD, one entry each": Figure.of(rates["raw"])}
    found = []
    for name in cpu:
        about: dict[str, Any] = {"case": CASE, "workload": f"{what} in batches of {BATCH}, {name}"}
        rate, cost = Figure.of(rates[name]), Figure.of(cpu[name])
        found += [
            Row(
                **about, measure=f"{what} taken", unit="1/s", ours=rate, others=raw, target=target,
                smaller_is_better=False,
            ),
            Row(**about, measure="web process for 10⁶", unit="CPU s", ours=cost),
        ]  # fmt: skip
    return found


def _pour(sinks: list[HttpSink], bodies: Iterator[bytes], seconds: float) -> tuple[int, float]:
    """Post as fast as each connection answers; how many were taken, and in which time."""
    lock, taken = threading.Lock(), [0]
    end = time.monotonic() + seconds

    def work(sink: HttpSink) -> None:
        while time.monotonic() < end:
            with lock:
                body = next(bodies)
            n = sink.send_body(body)
            with lock:
                taken[0] += n

    start = time.monotonic()
    threads = [threading.Thread(target=work, args=(sink,)) for sink in sinks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken[0], time.monotonic() - start


def _bodies(what: str, cloud: Cloud) -> Iterator[bytes]:
    """Requests without end; those of positions are made beforehand and come again with a new time."""
    if what == "positions":
        yield from itertools.cycle(list(HttpSink("http://127.0.0.1:1", "", "", cloud).bodies()))
    maker = EventMaker(VIEW, seed=11)
    while True:
        yield maker.batch(BATCH)


def _raw_rate(seconds: float) -> float:
    """Entries a second into an embedded Redis with the same durability, 500 to a pipeline."""
    with TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        server = EmbeddedServer(Path(directory))
        try:
            client = connect(server.start())
            start, n = time.monotonic(), 0
            while time.monotonic() - start < seconds:
                with client.pipeline(transaction=False) as pipeline:
                    for _ in range(BATCH):
                        pipeline.xadd("raw", _RAW)
                    pipeline.execute()
                n += BATCH
            took = time.monotonic() - start
            client.close()
            return n / took
        finally:
            server.stop()
