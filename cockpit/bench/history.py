"""历史: a case table of 1.3 million rows imported, and every filter over it, on both databases.

Beside each question stand the same database asked with plain SQL that looks at every row, and the same table in pandas.
All three count everything and give the first hundred.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from cockpit.bench.case_table import PROFILE, write_case_table
from cockpit.bench.history_rivals import FullScan, PandasTable
from cockpit.bench.postgres import private_postgres
from cockpit.bench.report import Report, Row
from cockpit.bench.samples import Figure
from cockpit.bench.systems import Installation
from cockpit.services.city import City

CASE = "history: imported case tables"
_TARGET_MS = 200.0
ORDERLY_END_S = 120.0
_STREET, _GRID = "330110012", "330110012003001"
_BOX = "119.95,30.28,120.0,30.32"
#: name → question; each is asked of now and of two instants of the past
QUESTIONS: dict[str, dict[str, str]] = {
    "everything": {},
    "closed": {"stage": "closed"},
    "open": {"stage": "registered"},
    "red": {"colour": "red"},
    "overtime": {"overtime": "true"},
    "one source": {"source": "citizen"},
    "one category": {"category": "event.01"},
    "one kind by its text": {"category": "井盖缺失"},
    "a word of two characters": {"q": "井盖"},
    "a Latin word": {"q": "pothole"},
    "a number": {"q": "1234"},
    "reported within a year": {"from": "2024-01-01T00:00:00Z", "to": "2025-01-01T00:00:00Z"},
    "closed within a month": {"closed_from": "2024-05-01T00:00:00Z", "closed_to": "2024-06-01T00:00:00Z"},
    "a box": {"bbox": _BOX},
    "a street": {"scope": _STREET},
    "a grid": {"scope": _GRID},
    "a street's closed ones of a source": {"scope": _STREET, "stage": "closed", "source": "gridworker"},
    "a word in a box, closed": {"q": "井盖", "bbox": _BOX, "stage": "closed"},
    "overtime of a category in a street": {"overtime": "true", "category": "event.02", "scope": _STREET},
}
_INSTANTS = (None, "2024-06-01T08:00:00Z", "2025-11-11T11:11:11Z")


def run(report: Report, *, quick: bool) -> None:
    """The import and the questions; 100,000 rows are enough for a look."""
    rows, times = (100_000, 2) if quick else (1_300_000, 5)
    city = City.load("yuhang")
    with tempfile.TemporaryDirectory(prefix="cockpit-bench-", ignore_cleanup_errors=True) as directory:
        work = Path(directory)
        write_case_table(work / "cases.csv", city, rows, until=np.datetime64("2026-06-01T00:00:00"))
        (work / "profile.toml").write_text(PROFILE, encoding="utf-8")
        pandas = PandasTable(work / "cases.csv", city)
        report.remarks.append(f"history: pandas takes {pandas.seconds:.0f} s to read and place its table")
        report.rows += _rows_on(work, "SQLite", None, pandas, rows, times)
        with private_postgres() as url:
            if url is None:
                report.remarks.append("history: PostgreSQL is not installed, so only SQLite was measured")
            else:
                report.rows += _rows_on(work, "PostgreSQL", url, pandas, rows, times)


def _rows_on(work: Path, database: str, url: str | None, pandas: PandasTable, rows: int, times: int) -> list[Row]:
    data = work / database
    workload = f"{rows:,} rows, {database}"
    with on_database(url):
        seconds = import_table(work, data)
        found = [
            _row(workload, "import", "rows/s", Figure.of([rows / seconds]), target=10_000, smaller_is_better=False)
        ]
        installation = Installation(data)
        installation.start()
        try:
            token = installation.token("admin")
            headers = {"Authorization": f"Bearer {token}"}
            base = f"{installation.url}/api/v1"
            with httpx.Client(base_url=base, headers=headers, timeout=120, trust_env=False) as client:
                wait_for(client, rows)
                plain = FullScan(url or f"sqlite:///{data / 'cockpit.db'}")
                found += _asked(client, workload, times, plain, pandas)
                plain.close()
        finally:
            if installation.child is not None:
                installation.child.end(within_s=ORDERLY_END_S)  # its database goes next
    return found


def import_table(work: Path, data: Path) -> float:
    command = [sys.executable, "-m", "cockpit", "import", "events", str(work / "cases.csv")]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--profile", str(work / "profile.toml"), "--data-dir", str(data)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - start


def wait_for(client: httpx.Client, rows: int) -> None:
    """Until the open events are live and the columns are read; the file of columns is written meanwhile."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        if client.get("events", params={"limit": 1}).json()["total"] == rows:
            time.sleep(3)
            return
        time.sleep(0.5)
    raise RuntimeError("the imported events do not all come to be listed")


def _asked(client: httpx.Client, workload: str, times: int, plain: FullScan, pandas: PandasTable) -> Iterator[Row]:
    worst: list[float] = []
    for name, question in QUESTIONS.items():
        ours: list[float] = []
        theirs: dict[str, list[float]] = {"plain SQL, every row": [], "pandas": []}
        differing = []
        for instant in _INSTANTS:
            query = question | ({"as_of": instant} if instant else {})
            for turn in range(times):
                start = time.perf_counter()
                total = client.get("events", params=query).json()["total"]
                ours.append(1e3 * (time.perf_counter() - start))
                if turn:
                    continue  # the others do not change
                for rival, ask in (("plain SQL, every row", plain.ask), ("pandas", pandas.ask)):
                    start = time.perf_counter()
                    counted = ask(query)
                    theirs[rival].append(1e3 * (time.perf_counter() - start))
                    if counted != total:
                        differing.append(f"{rival} counts {counted} where we count {total}")
        worst.append(Figure.of(ours).median)
        others = {rival: Figure.of(values) for rival, values in theirs.items()}
        yield _row(
            workload, name, "ms", Figure.of(ours), target=_TARGET_MS, others=others,
            note="; ".join(dict.fromkeys(differing)),
        )  # fmt: skip
    yield _row(
        workload, f"the slowest of these {len(QUESTIONS)} by median", "ms", Figure.of([max(worst)]), target=_TARGET_MS
    )


def _row(workload: str, measure: str, unit: str, ours: Figure, **more: Any) -> Row:
    return Row(case=CASE, workload=workload, measure=measure, unit=unit, ours=ours, **more)


@contextmanager
def on_database(url: str | None) -> Iterator[None]:
    """What is started here uses this database."""
    before = os.environ.get("DATABASE_URL")
    if url is not None:
        os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("DATABASE_URL", None)
        else:
            os.environ["DATABASE_URL"] = before
