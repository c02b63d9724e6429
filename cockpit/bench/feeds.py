"""听: device messages a second through MQTT (QoS 1, a real broker) to the alarm decision, and how long that takes.

The feed's process and the one that runs the rules share one core; broker, publisher, Redis and everything else have the
others. A probe's alarm is decided when its fact lies in the stream: Redis's own clock tells when, the message when it
was sent.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from cockpit.bench.children import cpu_seconds
from cockpit.bench.mqtt_publisher import PROBE
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import Installation, installed
from cockpit.domain.facts import AlarmRaised
from cockpit.stream.facts import FactLog
from cockpit.stream.lane import position_key

CASE = "feeds: devices over MQTT to the alarm decision"
_FEEDS = {"3.1.1": "bench311", "5": "bench5"}
_TARGET = 10_000
_TARGET_MS = 500
_PACES = (2_000, 10_000)
_PROBES = 300
_WITHIN_S = 120.0
_FILE = """format = "device_json"
way = "mqtt"
period_s = 5
[mqtt]
host = "127.0.0.1"
port = {port}
topics = ["{name}/#"]
protocol = "{protocol}"
[settings]
topic = "{name}/{{device_id}}"
[settings.shared]
device_id = "{{device_id}}"
at = {{ path = "$.ts", time = "ms" }}
[settings.readings]
water_level = {{ path = "$.data.level", unit = "m", scale = 0.01 }}
"""


@dataclass(slots=True)
class Ran:
    """One run: when all was decided (s from its begin), what it cost, and how long each probe took."""

    took_s: float
    feed_cpu_s: float
    rules_cpu_s: float
    decided_ms: list[float]


def run(report: Report, *, quick: bool) -> None:
    """Each protocol in turn: as fast as a publisher sends, then at steady paces."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        report.remarks.append("feeds was left out: mosquitto is not installed (apt-get install mosquitto)")
        return
    times, messages, paced_s = (1, 10_000, 4.0) if quick else (3, 30_000, 8.0)
    with _broker(program) as port, installed() as installation:
        for protocol, name in _FEEDS.items():
            file = installation.data_dir / "feeds" / f"{name}.toml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(_FILE.format(port=port, protocol=protocol, name=name), encoding="utf-8")
        installation.stop()
        installation.start()  # now with a process for each feed
        parts = _parts_of(installation)
        for protocol, name in _FEEDS.items():
            bench = _Bench(installation, parts.facts, port, name)
            _wait_for(parts.health, name)
            bench.go(2_000, 2_000.0, 20)  # until it decides, and its code is warm
            runs: dict[float, list[Ran]] = {0.0: [], **{float(pace): [] for pace in _PACES}}
            with _one_core(bench.feed, bench.rules) as shared:
                for _ in range(times):
                    runs[0.0].append(bench.go(messages, 0.0, _PROBES))
                    for pace in _PACES:
                        runs[float(pace)].append(bench.go(int(pace * paced_s), float(pace), _PROBES))
            report.rows += _rows(protocol, shared, messages, runs)


class _Bench:
    """One feed of the installation."""

    def __init__(self, installation: Installation, facts: FactLog, port: int, name: str) -> None:
        self._facts, self._port, self._name, self._runs = facts, port, name, 0
        self.feed, self.rules = installation.pid_of("feed", name), installation.pid_of("dispatch")

    def go(self, messages: int, rate: float, probes: int) -> Ran:
        """Send, and wait until every probe is decided."""
        self._runs += 1
        tag = f"{self._name}-{self._runs}"
        after = self._facts.tail()
        feed_s, rules_s, begun, begun_ms = cpu_seconds(self.feed), cpu_seconds(self.rules), time.monotonic(), _now_ms()
        module = "cockpit.bench.mqtt_publisher"
        arguments = [self._port, self._name, messages, rate, probes, tag]
        subprocess.run([sys.executable, "-m", module, *map(str, arguments)], check=True, capture_output=True)
        lags, last_ms = self._decided(after, f"{PROBE}-{tag}-", min(probes, messages), begun + _WITHIN_S)
        return Ran(
            (last_ms - begun_ms) / 1000, cpu_seconds(self.feed) - feed_s, cpu_seconds(self.rules) - rules_s, lags
        )

    def _decided(self, after: str, prefix: str, count: int, deadline: float) -> tuple[list[float], float]:
        """Milliseconds from each probe to its alarm in the stream, and when the last one was there."""
        lags: list[float] = []
        last_ms = 0.0
        while len(lags) < count:
            for entry in self._facts.read(after, count=1_000, block_ms=200):
                after, fact = entry.position, entry.fact
                if isinstance(fact, AlarmRaised) and fact.device_id.startswith(prefix):
                    last_ms = float(position_key(entry.position)[0])
                    lags.append(last_ms - fact.at.timestamp() * 1000)
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(lags)} of {count} probes were decided in time")
        return lags, last_ms


def _rows(protocol: str, shared: str, messages: int, runs: dict[float, list[Ran]]) -> list[Row]:
    about: dict[str, Any] = {"case": CASE, "workload": f"MQTT {protocol}, QoS 1, {shared}"}
    flood = runs[0.0]
    rows = [
        Row(
            **about, measure="messages that one core carries to the decision", unit="1/s", smaller_is_better=False,
            ours=_figure(flood, lambda r: messages / (r.feed_cpu_s + r.rules_cpu_s)), target=_TARGET,
            note="messages for each second of processor time of both processes",
        ),
        Row(**about, measure="processor time of the feed for a message", unit="μs",
            ours=_figure(flood, lambda r: r.feed_cpu_s / messages * 1e6)),
        Row(**about, measure="processor time of the rules for a message", unit="μs",
            ours=_figure(flood, lambda r: r.rules_cpu_s / messages * 1e6)),
        Row(
            **about, measure="messages decided, sent as fast as it goes", unit="1/s", smaller_is_better=False,
            ours=_figure(flood, lambda r: messages / r.took_s),
            note="broker, publisher, Redis and the rest of the cockpit share the machine",
        ),
    ]  # fmt: skip
    for pace in _PACES:
        paced = runs[float(pace)]
        rows += [
            Row(**about, measure=f"{_name(share)} from publish to decision at {pace:,}/s", unit="ms",
                ours=_figure(paced, _decided_ms(share)),
                target=_TARGET_MS if share == 0.99 else None)
            for share in (0.5, 0.99)
        ]  # fmt: skip
    return rows


def _figure(runs: Sequence[Ran], of: Callable[[Ran], float]) -> Figure:
    return Figure.of([of(ran) for ran in runs])


def _decided_ms(share: float) -> Callable[[Ran], float]:
    return lambda ran: _percentile(ran.decided_ms, share)


def _name(share: float) -> str:
    return f"p{share * 100:.0f}"


def _percentile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


@contextlib.contextmanager
def _one_core(*pids: int) -> Iterator[str]:
    """The first core for these processes alone, the others for all the rest; in words what was done."""
    cores = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
    if len(cores) < 2:
        yield "feed and rules on the same core as everything else"
        return
    _pin(pids, cores[:1], cores[1:])
    try:
        yield "feed and rules on one core, the rest on others"
    finally:
        _pin((), cores, cores)


def _pin(pids: Sequence[int], theirs: list[int], others: list[int]) -> None:
    """Which cores these processes run on, and which this one and everything else that it started."""
    own = psutil.Process()
    for process in [own, *own.children(recursive=True)]:
        with contextlib.suppress(psutil.Error, OSError):
            for thread in process.threads():
                os.sched_setaffinity(thread.id, theirs if process.pid in pids else others)


def _parts_of(installation: Installation) -> Any:
    """The parts of an installation, looked at from beside."""
    from cockpit.parts import Parts
    from cockpit.running_redis import with_running_redis
    from cockpit.settings import Settings

    return Parts(with_running_redis(Settings(data_dir=installation.data_dir)))


def _wait_for(health: Any, name: str) -> None:
    """Until the feed has said that its broker answers: what is published before that is nobody's."""
    end = time.monotonic() + _WITHIN_S
    while name not in health.feeds():
        if time.monotonic() > end:
            raise RuntimeError(f"the feed {name} does not come up")
        time.sleep(0.1)


def _now_ms() -> float:
    return time.time() * 1000


@contextlib.contextmanager
def _broker(program: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-") as directory:
        file = Path(directory) / "mosquitto.conf"
        file.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 1000\n"
            "max_queued_messages 0\nlog_dest none\n"
        )
        broker = subprocess.Popen([program, "-c", str(file)], stderr=subprocess.DEVNULL)
        try:
            yield port
        finally:
            broker.kill()
            broker.wait()
