"""重启: a killed web process back with everything open; an empty directory to the first paint of the wall; a replay."""

import contextlib
import json
import os
import signal
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.error import URLError

import psutil

from cockpit.bench.browser import open_window
from cockpit.bench.city_day import facts_of_a_day
from cockpit.bench.events import EventMaker
from cockpit.bench.replay import replay_row
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.sinks import BATCH, HttpSink
from cockpit.bench.systems import Installation, installed
from cockpit.bench.view import VIEW
from cockpit.services.city import City
from cockpit.situation.situation import Rules

CASE = "restart"
_STEPS = ("accepted", "assigned")
_BACK_WITHIN_S = 180.0
_FIRST_PAINT = """() => {
  const paint = performance.getEntriesByType('paint').find((entry) => entry.name === 'first-contentful-paint');
  return paint ? paint.startTime : null;
}"""
_MAP_PAINTED = "() => [...document.querySelectorAll('#situation-map canvas')].some((canvas) => canvas.width > 300)"


def run(report: Report, *, quick: bool) -> None:
    """Kill and wait, then start from nothing, then replay."""
    events, times = (5_000, 1) if quick else (50_000, 3)
    report.rows += _cold_rows(times)
    report.rows.append(_killed_row(events, times))
    city = City.load("yuhang")
    facts = facts_of_a_day(city, 10_000 if quick else 100_000)
    report.rows.append(replay_row(CASE, facts, Rules(city_code=city.code, tz=city.tz), 3 if quick else 5))


def _cold_rows(times: int) -> list[Row]:
    ready, paint, drawn = [], [], []
    for _ in range(times):
        start = time.monotonic()
        with installed() as installation:
            ready.append(time.monotonic() - start)
            token = installation.token("screen")
            with open_window() as window:
                window.page.goto(f"{installation.url}/signin?token={token}", wait_until="commit")
                opened = time.monotonic()
                window.page.goto(f"{installation.url}/screen", wait_until="commit")
                window.page.wait_for_function(_MAP_PAINTED, timeout=60_000)
                drawn.append(time.monotonic() - opened)
                window.page.wait_for_function(_FIRST_PAINT, timeout=60_000)
                paint.append(window.page.evaluate(_FIRST_PAINT) / 1000)

    def row(measure: str, values: list[float], target: float | None) -> Row:
        workload = "from an empty data directory"
        return Row(case=CASE, workload=workload, measure=measure, unit="s", ours=Figure.of(values), target=target)

    return [
        row("`cockpit up` until it says ready", ready, None),
        row("first contentful paint of the wall", paint, None),
        row("both together", [up + seen for up, seen in zip(ready, paint, strict=True)], 8),
        row("first map on the wall", drawn, None),
    ]


def _killed_row(events: int, times: int) -> Row:
    with installed() as installation:
        token = installation.token("admin")
        sent = _load(installation, events, token)
        before = _open_events(installation, token)
        seconds = [_kill_and_wait(installation) for _ in range(times)]
        after = _open_events(installation, token)
    note = f"{before:,} events in the fold before, {after:,} after" + ("" if before == after else ": NOT THE SAME")
    return Row(
        case=CASE, workload=f"{events:,} open events, {sent:,} facts", measure="kill -9 of the web process until ready",
        unit="s", ours=Figure.of(seconds), target=5, note=note,
    )  # fmt: skip


def _load(installation: Installation, events: int, token: str) -> int:
    """Events and their first steps, through the API; how many messages were taken."""
    maker = EventMaker(VIEW, seed=23)
    reports = HttpSink(installation.url, "/api/v1/feeds/events", token, None)
    steps = HttpSink(installation.url, "/api/v1/feeds/transitions", token, None)
    taken = 0
    for start in range(0, events, BATCH):
        messages = [maker.message() for _ in range(min(BATCH, events - start))]
        taken += reports.send_body(json.dumps(messages).encode())
        now = datetime.now(UTC)
        for number, stage in enumerate(_STEPS):
            at = (now + timedelta(milliseconds=number)).isoformat(timespec="milliseconds")
            told = [{"event_id": m["event_id"], "source": m["source"], "stage": stage, "at": at} for m in messages]
            taken += steps.send_body(json.dumps(told).encode())
    end = time.monotonic() + 120
    while _open_events(installation, token) < events and time.monotonic() < end:
        time.sleep(0.2)
    return taken


def _kill_and_wait(installation: Installation) -> float:
    """Seconds from the kill until another process says that it is ready."""
    pid = installation.web_pid()
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    start = time.monotonic()
    for process in family:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    while time.monotonic() - start < _BACK_WITHIN_S:
        with contextlib.suppress(LookupError, OSError, URLError):
            if installation.web_pid() != pid:
                with urllib.request.urlopen(installation.url + "/readyz", timeout=1) as answer:
                    if answer.status == 200:
                        return time.monotonic() - start
        time.sleep(0.02)
    raise RuntimeError(f"not ready {_BACK_WITHIN_S:.0f} s after the kill")


def _open_events(installation: Installation, token: str) -> int:
    """What the fold holds, as `/metrics` tells."""
    headers = {"Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(installation.url + "/metrics", headers=headers)) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith("cockpit_open_events "):
                return round(float(line.split()[1]))
    return 0
