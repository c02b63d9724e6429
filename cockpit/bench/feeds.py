"""听: device messages a second through MQTT (QoS 1, a real broker) into the readings lane, and how late they are."""

import contextlib
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from cockpit.bench.children import cpu_seconds
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import installed

CASE = "feeds: devices over MQTT"
_DEVICES = 1_000
_FEEDS = {"3.1.1": "bench311", "5": "bench5"}
_TARGET = 10_000
_LAG_TARGET_MS = 500
_PACED = 2_000
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


def run(report: Report, *, quick: bool) -> None:
    """Each protocol in turn: as fast as a publisher sends, then at a steady pace."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        report.remarks.append("feeds was left out: mosquitto is not installed (apt-get install mosquitto)")
        return
    times, messages, paced_s = (1, 10_000, 5.0) if quick else (3, 40_000, 15.0)
    with _broker(program) as port, installed() as installation:
        for protocol, name in _FEEDS.items():
            file = installation.data_dir / "feeds" / f"{name}.toml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(_FILE.format(port=port, protocol=protocol, name=name), encoding="utf-8")
        installation.stop()
        installation.start()  # now with a process for each feed
        token = installation.token("admin")
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"{installation.url}/api/v1", headers=headers, trust_env=False) as api:
            for protocol, name in _FEEDS.items():
                _wait(lambda name=name: _heard(api, name)["status"] == "live")
                pid = installation.pid_of("feed", name)
                report.rows += _rows(api, name, pid, port, protocol, times, messages, paced_s)


def _rows(
    api: httpx.Client, name: str, pid: int, port: int, protocol: str, times: int, messages: int, paced_s: float
) -> list[Row]:
    one_core, wall, lags = [], [], []
    for _ in range(times):
        before, cpu, start = _heard(api, name)["accepted"], cpu_seconds(pid), time.monotonic()
        _publish(port, name, messages, 0.0)
        _wait(lambda done=before + messages: _heard(api, name)["accepted"] >= done)
        wall.append(messages / (time.monotonic() - start))
        one_core.append(messages / (cpu_seconds(pid) - cpu))
        _publish(port, name, int(_PACED * paced_s), float(_PACED))
        time.sleep(1.5)
        lags.append(float((_heard(api, name)["lag_ms"] or {}).get("p99", float("nan"))))
    about: dict[str, Any] = {
        "case": CASE,
        "workload": f"MQTT {protocol}, QoS 1, {_DEVICES} devices, one process",
    }
    return [
        Row(
            **about, measure="messages that one core takes", unit="1/s", ours=Figure.of(one_core), target=_TARGET,
            smaller_is_better=False, note="messages for each second of the feed process's CPU time",
        ),
        Row(
            **about, measure="messages taken, sent by one publisher", unit="1/s", ours=Figure.of(wall),
            smaller_is_better=False, note="broker, publisher, Redis and the cockpit share the machine",
        ),
        Row(
            **about, measure=f"p99 from device to stream at {_PACED}/s", unit="ms", ours=Figure.of(lags),
            target=_LAG_TARGET_MS,
        ),
    ]  # fmt: skip


def _heard(api: httpx.Client, name: str) -> dict[str, Any]:
    items = {item["name"]: item for item in api.get("/feeds").json()["items"]}
    found: dict[str, Any] = items.get(name, {"status": "unknown", "accepted": 0, "lag_ms": None})
    return found


def _wait(true: Any, within_s: float = 180.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end:
            raise RuntimeError("the feed did not take everything in time")
        time.sleep(0.1)


def _publish(port: int, name: str, messages: int, rate: float) -> None:
    """`messages` at `rate` a second (0: as fast as it goes), each with the time at which it was sent."""
    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion

    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(1_000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    start = time.monotonic()
    last = None
    for n in range(messages):
        if rate and n % 20 == 0:
            time.sleep(max(0.0, start + n / rate - time.monotonic()))
        body = json.dumps({"ts": time.time_ns() // 1_000_000, "data": {"level": n % 300}})
        last = client.publish(f"{name}/WL-{n % _DEVICES}", body, qos=1)
        if not rate and n % 2_000 == 1_999:
            last.wait_for_publish(60)
    if last is not None:
        last.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


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
