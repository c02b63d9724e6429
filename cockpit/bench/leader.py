"""下钻: a page of the drill-down, steps down and back, and past instants over 1.3 million imported events, over HTTP.

Both databases are asked in one run: the figures come from columns in memory, the lists and single events from the
tables. A page is what `/leader` is drawn from: figures with children and comparison, trend, breakdown and list. Beside
it is the same page in plain pandas over the whole table in memory.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd

from cockpit.bench.case_table import PROFILE, write_case_table
from cockpit.bench.history import ORDERLY_END_S, import_table, on_database, wait_for
from cockpit.bench.history_rivals import PandasTable
from cockpit.bench.postgres import private_postgres
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import Installation
from cockpit.services.city import City

CASE = "leader: drill-down"
_UNTIL = "2026-06-01T00:00:00Z"
_DAYS = 30
#: instants that nobody asked for before lie between, seconds since 1970
_PAST = (1_720_000_000, 1_780_000_000)
_RATE = "on_time_closing_rate"
#: what a leader turns to: every one of them with its trend, breakdown and list
_TURNED_TO = (_RATE, "reported_today", "overtime", "handling_time_p90", "on_time_handling_rate", "repeat_reports")
_SOURCES = ("", "", "hotline_12345", "gridworker")
_PAGE_MS, _STEP_MS, _PAST_MS = 500.0, 200.0, 300.0


def run(report: Report, *, quick: bool) -> None:
    """Import, then the pages; 100,000 rows are enough for a look."""
    rows, rounds = (100_000, 3) if quick else (1_300_000, 25)
    city = City.load("yuhang")
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        work = Path(directory)
        write_case_table(work / "cases.csv", city, rows, until=np.datetime64("2026-06-01T00:00:00"))
        (work / "profile.toml").write_text(PROFILE, encoding="utf-8")
        plain = PandasPage(work / "cases.csv", city)
        report.rows += _rows_on(work, "SQLite", None, city, rows, rounds, plain)
        with private_postgres() as url:
            if url is None:
                report.remarks.append("leader: PostgreSQL is not installed, so only SQLite was measured")
            else:
                report.rows += _rows_on(work, "PostgreSQL", url, city, rows, rounds, plain)


def _rows_on(
    work: Path, database: str, url: str | None, city: City, rows: int, rounds: int, plain: "PandasPage"
) -> list[Row]:
    data = work / database
    with on_database(url):
        import_table(work, data)
        installation = Installation(data)
        installation.start()
        try:
            headers = {"Authorization": f"Bearer {installation.token('admin')}"}
            base = f"{installation.url}/api/v1"
            with httpx.Client(base_url=base, headers=headers, timeout=120, trust_env=False) as client:
                wait_for(client, rows)
                return list(_asked(client, f"{rows:,} rows, {database}", city, rounds, plain))
        finally:
            if installation.child is not None:
                installation.child.end(within_s=ORDERLY_END_S)


def _asked(client: httpx.Client, workload: str, city: City, rounds: int, plain: "PandasPage") -> Iterator[Row]:
    chance = np.random.default_rng(7)
    pages, steps, past, theirs, differing = list[float](), list[float](), list[float](), list[float](), 0
    turned_to, every = [name for name in _TURNED_TO if name in _names(client)], list[float]()
    for turn in range(rounds):
        scope = city.code
        spent, counted = _page(client, scope, {})
        pages.append(spent)
        if turn < 5:
            start = time.perf_counter()
            differing += plain.page(scope) != counted
            theirs.append(1e3 * (time.perf_counter() - start))
        while below := city.children_of(scope):
            scope = str(chance.choice(below))
            source = str(chance.choice(_SOURCES))
            steps.append(_page(client, scope, {"source": source} if source else {}, str(chance.choice(turned_to)))[0])
        for at in chance.integers(*_PAST, 4).tolist():
            for group, took in (("overview", past), ("all", every)):
                asked = {"as_of": datetime.fromtimestamp(at, UTC).isoformat(), "group": group, "by": "children"}
                start = time.perf_counter()
                client.get("indicators", params=asked).raise_for_status()
                took.append(1e3 * (time.perf_counter() - start))
    note = f"pandas counts differently {differing} times" if differing else ""
    for measure, found, target, others in (
        ("first page, p99", pages, _PAGE_MS, {"pandas, median": Figure.of(theirs)}),
        ("step down, p99", steps, _STEP_MS, {}),
        ("the overview with children at an instant never asked before, p99", past, _PAST_MS, {}),
        ("then all indicators with children at that instant, p99", every, _PAST_MS, {}),
    ):
        ours = Figure.of([float(np.percentile(found, 99))])
        yield Row(
            case=CASE, workload=workload, measure=measure, unit="ms", ours=ours, target=target, others=dict(others),
            note=f"median {np.median(found):.0f} ms of {len(found)}" + (f"; {note}" if note else ""),
        )  # fmt: skip


def _names(client: httpx.Client) -> set[str]:
    return {item["name"] for item in client.get("indicators", params={"group": "all"}).json()["items"]}


def _page(
    client: httpx.Client, scope: str, more: Mapping[str, str], indicator: str = _RATE
) -> tuple[float, dict[str, int]]:
    """How long a page took, and the closings that it counts below the scope."""
    since = (pd.Timestamp(_UNTIL) - pd.Timedelta(days=_DAYS)).isoformat()
    asked = {"scope": scope, "from": since, "to": _UNTIL, **more}
    listed = {"limit": "8", "part": "missed"} if indicator == _RATE else {"limit": "8"}
    start = time.perf_counter()
    answer = client.get("indicators", params={**asked, "by": "children", "compare": "last_week"}).json()
    for path, extra in (("trend", {}), ("breakdown", {}), ("records", listed)):
        client.get(f"indicators/{indicator}/{path}", params={**asked, **extra}).raise_for_status()
    spent = 1e3 * (time.perf_counter() - start)
    closed = next(item for item in answer["items"] if item["name"] == "closed_today")
    return spent, {child["code"]: child["numerator"] for child in closed["children"]}


class PandasPage:
    """The same page from a DataFrame: masks, group-bys and a sorted head."""

    def __init__(self, path: Path, city: City) -> None:
        self._table, self._city = PandasTable(path, city).cases, city

    def page(self, scope: str) -> dict[str, int]:
        """Everything that a page shows, and the closings below the scope."""
        counted: dict[str, int] = {}
        until = pd.Timestamp(_UNTIL)
        for back in (0, 7):
            found = self._figures(scope, until - pd.Timedelta(days=back))
            counted = counted or found
        t = self._table
        since = until - pd.Timedelta(days=_DAYS)
        closed = t[(t.closed >= since) & (t.closed < until)]
        late = closed[closed.closed > closed.target]
        closed.groupby(closed.closed.dt.tz_convert(self._city.tz).dt.date).size()
        opened = late.opened.dt.tz_convert(self._city.tz)
        late.groupby([opened.dt.weekday, opened.dt.hour]).size()
        late.groupby("source").size()
        late.groupby("category").size()
        late.sort_values("opened", ascending=False).head(8).to_dict("records")
        return counted

    def _figures(self, scope: str, until: Any) -> dict[str, int]:
        t = self._table
        since = until - pd.Timedelta(days=_DAYS)
        child = t.code // 10 ** (15 - (9 if len(scope) == 6 else len(scope) + 3))
        closed = (t.closed >= since) & (t.closed < until)
        is_open = (t.opened < until) & ~(t.closed < until)
        masks = {
            "closed": closed, "in time": closed & ~(t.closed > t.target), "late": closed & (t.closed > t.target),
            "reported": (t.opened >= since) & (t.opened < until), "overtime": is_open & (t.target < until),
            "at risk": is_open & (t.risky <= until) & ~(t.target < until),
        }  # fmt: skip
        sizes = {name: child[mask].value_counts() for name, mask in masks.items()}
        return {code: int(sizes["closed"].get(int(code), 0)) for code in self._city.children_of(scope)}
