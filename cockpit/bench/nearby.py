"""附近: the nearest right people and things among 100,000 that move and a million that are registered.

Every answer is also told by a bare cKDTree query (k nearest of all, no filter, no way, no reason; built anew never) and
by looking at all distances in numpy. Answers are compared with the latter one by one.
"""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from scipy.spatial import cKDTree

from cockpit.bench.near_city import NOON, NearCity, things_of
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure, quantile
from cockpit.bench.sinks import HttpSink, now_text
from cockpit.bench.systems import Installation
from cockpit.domain.geo import distance_m
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.query import NearbyQuery
from cockpit.store.database import migrate, open_engine
from cockpit.store.resources import ResourceTable

CASE = "nearby: the nearest right ones"
_WITHIN_MS, _OVER_HTTP_MS = 20.0, 60.0
_ROWS_AT_ONCE = 20_000
QUESTIONS: dict[str, dict[str, Any]] = {
    "everything within 3 km": {},
    "gridworkers within 3 km": {"kinds": frozenset({"gridworker"})},
    "AEDs and shelters within 5 km": {"kinds": frozenset({"aed", "shelter"}), "radius_m": 5_000.0},
    "water rescuers within 20 km": {
        "kinds": frozenset({"gridworker", "volunteer"}), "skills": frozenset({"water"}), "radius_m": 20_000.0,
    },
    "a hundred cameras within 50 km": {"kinds": frozenset({"camera"}), "radius_m": 50_000.0, "limit": 100},
    "in one street only": {"scope": Scope("330110012"), "radius_m": 30_000.0},
    "gridworkers, the soonest first": {"kinds": frozenset({"gridworker"}), "soonest": True},
    "everything within 3 km, with who is left out": {"with_left_out": True},
}  # fmt: skip


def run(report: Report, *, quick: bool) -> None:
    """In this process while people walk, then over HTTP."""
    people, things, times = (10_000, 100_000, 200) if quick else (100_000, 1_000_000, 1_000)
    report.rows += _in_process(people, things, times)
    report.rows += _over_http(people, things, times)


def _in_process(people: int, things: int, times: int) -> list[Row]:
    made = NearCity.of(people, things)
    nearby, rng = made.nearby(), np.random.default_rng(3)
    at = rng.choice(len(made.lon), times)
    places = list(zip((made.lon[at] + 2e-4).tolist(), (made.lat[at] + 1e-4).tolist(), strict=True))
    lons = np.concatenate([made.lon, made.registry.lon])
    lats = np.concatenate([made.lat, made.registry.lat])
    tree = cKDTree(_unit(lons, lats))
    workload = f"{people:,} who move, 1 % a second; {things:,} registered"
    others = {
        "a bare cKDTree, 20 of all": Figure.of([_p99(lambda lon, lat: tree.query(_unit(lon, lat)[0], k=20), places)]),
        "all distances in numpy": Figure.of([_p99(lambda lon, lat: _brute(lon, lat, lons, lats), places[:50])]),
    }
    rows = [_same_answers(made, places[:times], workload)]
    with _walking(made):
        for name, given in QUESTIONS.items():
            rows.append(_row(workload, name, _timed(_asker(nearby, given), places), _WITHIN_MS, others))
    return rows


def _asker(nearby: Nearby, given: dict[str, Any]) -> Callable[[float, float], object]:
    asked = replace(NearbyQuery(lon=0, lat=0, scope=Scope("330110"), now=NOON), **given)
    return lambda lon, lat: nearby.find(replace(asked, lon=lon, lat=lat))


def _same_answers(made: NearCity, places: list[tuple[float, float]], workload: str) -> Row:
    """Asked while nobody moves: is the nearest camera and gridworker of each place what looking at everybody finds?"""
    nearby, registry = made.nearby(), made.registry
    camera = np.flatnonzero(registry.kind == registry.kinds.index("camera"))
    asked = NearbyQuery(
        lon=0, lat=0, scope=Scope("330110"), now=NOON, kinds=frozenset({"camera"}), limit=20, radius_m=100_000
    )
    same = 0
    for lon, lat in places:
        found = [c.distance_m for c in nearby.find(replace(asked, lon=lon, lat=lat)).items]
        everybody = distance_m(lon, lat, registry.lon[camera], registry.lat[camera])
        same += found == np.sort(np.partition(everybody, 19)[:20]).tolist()
    return Row(
        case=CASE, workload=workload, measure=f"answers of {len(places)} that are those of looking at everybody",
        unit="", ours=Figure.of([float(same)]), smaller_is_better=False, target=float(len(places)),
    )  # fmt: skip


def _over_http(people: int, things: int, times: int) -> Iterator[Row]:
    """`GET nearby` of a running cockpit on this machine, one connection, while positions come in."""
    city, rng = City.load("yuhang"), np.random.default_rng(5)
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        installation = Installation(Path(directory) / "data")
        installation.data_dir.mkdir(parents=True)
        engine = open_engine(f"sqlite:///{installation.data_dir / 'cockpit.db'}")
        migrate(engine)
        listed = things_of(city, things, rng)
        table = ResourceTable(engine)
        for start in range(0, len(listed), _ROWS_AT_ONCE):
            table.put(listed[start : start + _ROWS_AT_ONCE])
        engine.dispose()
        made = NearCity.of(people, 0)
        installation.start()
        try:
            feed, reader = installation.token("feed"), installation.token("duty")
            sink = HttpSink(installation.url, "/api/v1/feeds/positions", feed, None)
            headers = {"Authorization": f"Bearer {reader}"}
            client = httpx.Client(base_url=f"{installation.url}/api/v1", headers=headers, timeout=60, trust_env=False)
            with _sending(made, sink), client:
                _wait_for(client, things)
                yield from _asked_over_http(client, made, times, f"{people:,} who move, {things:,} registered, HTTP")
        finally:
            installation.stop()


def _asked_over_http(client: httpx.Client, made: NearCity, times: int, workload: str) -> Iterator[Row]:
    at = np.random.default_rng(9).choice(len(made.lon), times)
    places = list(zip(made.lon[at].tolist(), made.lat[at].tolist(), strict=True))
    for name, given in QUESTIONS.items():
        query = {
            "kinds": ",".join(given.get("kinds", ())), "skills": ",".join(given.get("skills", ())),
            "radius_m": given.get("radius_m", 3_000), "limit": given.get("limit", 20),
            "sort": "eta" if given.get("soonest") else "distance", "left_out": given.get("with_left_out", False),
            "scope": given["scope"].code if "scope" in given else "",
        }  # fmt: skip

        def ask(lon: float, lat: float, query: dict[str, Any] = query) -> object:
            return client.get("nearby", params={**query, "lon": lon, "lat": lat}).raise_for_status()

        yield _row(workload, name, _timed(ask, places), _OVER_HTTP_MS, {})


def _row(workload: str, name: str, values: list[float], target: float, others: dict[str, Figure]) -> Row:
    return Row(
        case=CASE, workload=workload, measure=f"{name}: p99", unit="ms", ours=Figure.of([quantile(values, 0.99)]),
        others=others, target=target, note=f"p50 {quantile(values, 0.5):.1f} ms",
    )  # fmt: skip


@contextmanager
def _walking(made: NearCity) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=made.walk, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _sending(made: NearCity, sink: HttpSink) -> Iterator[None]:
    """Everybody once, then one in a hundred every second, in batches of 500 at most."""
    stop, rng = threading.Event(), np.random.default_rng(13)

    def send(who: Any) -> None:
        for start in range(0, len(who), 500):
            rows = who[start : start + 500]
            at = now_text().decode()
            sink.post(json.dumps([_message(made, row, at) for row in rows.tolist()]).encode())

    def go_on() -> None:
        while not stop.wait(1.0):
            send(rng.choice(len(made.lon), max(1, len(made.lon) // 100), replace=False))

    send(np.arange(len(made.lon)))
    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _message(made: NearCity, row: int, at: str) -> dict[str, Any]:
    lon, lat = float(made.lon[row]), float(made.lat[row])
    return {"subject_id": f"gw-{row:06d}", "kind": "gridworker", "lon": lon, "lat": lat, "at": at}


def _wait_for(client: httpx.Client, things: int) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        if client.get("resources", params={"limit": 1}).json()["total"] == things:
            return
        time.sleep(1)
    raise RuntimeError("the registered things do not come to be known")


def _timed(ask: Callable[[float, float], object], places: list[tuple[float, float]]) -> list[float]:
    for lon, lat in places[:3]:
        ask(lon, lat)
    values = []
    for lon, lat in places:
        start = time.perf_counter()
        ask(lon, lat)
        values.append(1e3 * (time.perf_counter() - start))
    return values


def _p99(ask: Callable[[float, float], object], places: list[tuple[float, float]]) -> float:
    return quantile(_timed(ask, places), 0.99)


def _brute(lon: float, lat: float, lons: Any, lats: Any) -> object:
    return np.argpartition(distance_m(lon, lat, lons, lats), 20)[:20]


def _unit(lon: Any, lat: Any) -> Any:
    lo, la = np.radians(np.atleast_1d(lon)), np.radians(np.atleast_1d(lat))
    return np.column_stack([np.cos(la) * np.cos(lo), np.cos(la) * np.sin(lo), np.sin(la)])
