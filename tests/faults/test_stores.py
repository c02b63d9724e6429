"""Stores that go away or lose something while reports come in: nothing acknowledged is lost silently or doubled.

`COCKPIT_FAULT_ROUNDS` raises the number of faults of each kind (one by default); `COCKPIT_FAULT_SEED` gives other
instants.
"""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.cli.running import Running, running, until
from tests.faults.counting import archived, nothing_is_lost_or_doubled, rows, visible
from tests.faults.intake import PersistentSource, report_of
from tests.postgres import Cluster

ROUNDS = int(os.environ.get("COCKPIT_FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("COCKPIT_FAULT_SEED", "11"))

pytestmark = pytest.mark.faults


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """SQLite: somebody else writes and does not come to an end."""
    with contextlib.closing(sqlite3.connect(data_dir / "cockpit.db", isolation_level=None, timeout=30)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


@contextlib.contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    """PostgreSQL: gone, as after a crash."""
    cluster.stop()
    try:
        yield
    finally:
        cluster.start()


def test_reports_go_on_while_sqlite_is_busy_and_are_archived_afterwards(tmp_path: Path) -> None:
    chance = random.Random(f"{SEED}:sqlite")
    with running(tmp_path / "data", "--no-simulate") as up:
        with PersistentSource(up, up.linked_token("admin")) as source:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.3, 1.0))
                with locked(up.data_dir):
                    before, told = len(archived(up)), len(source.acknowledged)
                    time.sleep(chance.uniform(1.0, 2.5))
                    assert len(source.acknowledged) > told, "reports are taken meanwhile"
                    assert len(archived(up)) == before
            source.stop()
        nothing_is_lost_or_doubled(up, source)


@pytest.mark.postgres
def test_what_was_acknowledged_before_and_after_postgresql_was_away_is_there_once(
    tmp_path: Path, postgres_cluster: Cluster, postgres_url: str
) -> None:
    chance = random.Random(f"{SEED}:postgresql")
    with running(tmp_path / "data", "--no-simulate", COCKPIT_DATABASE_URL=postgres_url) as up:
        with PersistentSource(up, up.linked_token("admin")) as source:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.3, 1.0))
                with stopped(postgres_cluster):
                    time.sleep(chance.uniform(1.0, 2.5))
                    unready = httpx.get(f"{up.url}/readyz", trust_env=False, timeout=30)
                    assert (unready.status_code, list(unready.json()["reasons"])) == (503, ["database"])
            until(lambda: _is_ready(up), within_s=20, what="ready again")
            source.stop()
        nothing_is_lost_or_doubled(up, source)


def test_a_cut_end_of_the_streams_log_costs_at_most_what_was_in_it_alone(tmp_path: Path) -> None:
    """Everything is killed and the append-only file loses its end: what the journal has comes back from there, and
    the source is told exactly what else is missing when it sends everything again."""
    chance = random.Random(f"{SEED}:cut")
    with contextlib.ExitStack() as installations:
        up = installations.enter_context(running(tmp_path / "data", "--no-simulate"))
        for number in range(ROUNDS):
            with PersistentSource(up, up.linked_token("admin"), begin=number * 1_000_000) as source:
                time.sleep(chance.uniform(0.3, 1.0))
                up.child("archive").suspend()  # so that the end of the stream is nowhere else
                time.sleep(chance.uniform(0.1, 0.6))
                _kill_everything(up)
                _cut_log(up, chance.randint(1, 20_000))
                acknowledged, kept = list(source.acknowledged), set(archived(up))
                port = up.url.rpartition(":")[2]
                up = installations.enter_context(running(tmp_path / "data", "--no-simulate", "--port", port))
                source.stop()
            with up.client(up.linked_token("admin")) as client:
                seen = set(visible(client))
                assert kept <= seen
                until(lambda: seen <= set(archived(up)), within_s=20, what="the archive is level")  # noqa: B023 - asked now
                lost = len(set(acknowledged) - set(archived(up)))
                again = [report_of(int(event_id.rpartition("f")[2])) for event_id in acknowledged]
                told = client.post("feeds/events", json=again).json()
                assert told == {"accepted": lost, "duplicate": len(again) - lost, "rejected": []}
            nothing_is_lost_or_doubled(up, source)
            print(f"{lost} of {len(acknowledged)} were in the end that was cut and nowhere else")


def test_streams_that_were_emptied_come_back_from_the_journal_to_the_last_fact(tmp_path: Path) -> None:
    chance = random.Random(f"{SEED}:emptied")
    for number in range(ROUNDS):
        with running(tmp_path / "data", "--no-simulate") as up:
            with PersistentSource(up, up.linked_token("admin"), begin=number * 1_000_000) as source:
                time.sleep(chance.uniform(0.5, 1.5))
                source.stop()
            assert up.stop() == 0
        # an orderly end leaves nothing in the streams that the journal does not have
        assert set(source.acknowledged) <= set(archived(up))
        ((journal,),) = rows(up, "SELECT count(*) FROM facts")
        shutil.rmtree(up.data_dir / "redis")
        with running(tmp_path / "data", "--no-simulate") as up:
            told = _rebuilt(up)
            assert told["restored"] + told["remembered"] == journal
            with up.client(up.linked_token("admin")) as client:
                again = [report_of(int(event_id.rpartition("f")[2])) for event_id in source.acknowledged]
                assert client.post("feeds/events", json=again).json()["duplicate"] == len(again)
            nothing_is_lost_or_doubled(up, source)


def _is_ready(up: Running) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{up.url}/readyz", trust_env=False, timeout=30).status_code == 200
    return False


def _kill_everything(up: Running) -> None:
    family = [psutil.Process(up.pid), *up.family()]
    for process in family:
        process.suspend()  # so that nobody notices the others' end
    for process in family:
        process.kill()
    psutil.wait_procs(family[1:], timeout=20)
    up.process.wait()


def _cut_log(up: Running, size: int) -> None:
    (log,) = (up.data_dir / "redis" / "appendonlydir").glob("*.incr.aof")
    os.truncate(log, max(0, log.stat().st_size - size))


def _rebuilt(up: Running) -> dict[str, int]:
    """What the newest rebuild told."""
    lines = (json.loads(line) for line in (up.data_dir / "logs" / "up.log").read_text().splitlines())
    *_, told = (line for line in lines if line["event"] == "stream rebuilt from the journal")
    return told
