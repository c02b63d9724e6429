"""kill -9 of any process at random instants while reports come in: every acknowledged one is there, exactly once.

`COCKPIT_FAULT_ROUNDS` raises the number of kills of each process (a handful by default); n rounds without a loss prove
a loss rate below 3/n. `COCKPIT_FAULT_SEED` gives other instants.
"""

import contextlib
import os
import random
import sqlite3
import time
from collections import Counter

import psutil
import pytest

from tests.cli.running import running, until
from tests.faults.intake import PersistentSource

ROUNDS = int(os.environ.get("COCKPIT_FAULT_ROUNDS", "5"))
SEED = int(os.environ.get("COCKPIT_FAULT_SEED", "11"))
#: after the last fault
SETTLED_WITHIN_S = 30.0

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("victim", ["web", "worker", "archive", "dispatch", "redis"])
def test_what_was_acknowledged_survives_a_kill(victim, tmp_path):
    chance = random.Random(f"{SEED}:{victim}")
    with running(tmp_path / "data", "--no-simulate") as up:
        with PersistentSource(up, up.token("feed")) as source:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.1, 1.5))
                _kill(up, victim)
                until(lambda: _runs(up, victim), within_s=20, what=f"{victim} runs again")
            time.sleep(chance.uniform(0.1, 0.5))
            source.stop()
        _nothing_is_lost_or_doubled(up, source)


def test_what_was_acknowledged_survives_kills_of_everything_at_once(tmp_path):
    chance = random.Random(SEED)
    with running(tmp_path / "data", "--no-simulate") as up:
        with PersistentSource(up, up.token("feed")) as source:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.1, 1.5))
                for victim in chance.sample(["web", "archive", "dispatch", "redis"], k=chance.randint(2, 4)):
                    _kill(up, victim)
                until(lambda: all(_runs(up, n) for n in ("web", "archive", "redis")), within_s=30, what="all run again")
            source.stop()
        _nothing_is_lost_or_doubled(up, source)


def test_what_was_acknowledged_survives_a_kill_of_the_supervisor(tmp_path):
    with running(tmp_path / "data", "--no-simulate") as up, PersistentSource(up, up.token("feed")) as source:
        port = up.url.rpartition(":")[2]
        time.sleep(1.0)
        up.process.kill()
        up.process.wait()
        with running(tmp_path / "data", "--no-simulate", "--port", port) as again:
            time.sleep(1.0)
            source.stop()
            _nothing_is_lost_or_doubled(again, source)


def _kill(up, victim):
    with contextlib.suppress(psutil.NoSuchProcess):  # a second kill may come before it is back
        if victim == "worker":
            for worker in up.child("web").children():
                worker.kill()
        else:
            up.child(victim).kill()


def _runs(up, victim):
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(up.child("web").children()) if victim == "worker" else up.child(victim).is_running()
    return False


def _nothing_is_lost_or_doubled(up, source):
    acknowledged = source.acknowledged
    assert len(acknowledged) > 100, "hardly anything was posted"
    assert not source.refused
    assert len(set(acknowledged)) == len(acknowledged)
    journal = up.data_dir / "cockpit.db"

    def archived():
        with contextlib.closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT json_extract(body, '$.fact_id') FROM facts WHERE type = 'EventReported'")
            return Counter(fact_id.removeprefix("event:") for (fact_id,) in rows)

    until(lambda: set(acknowledged) <= set(archived()), within_s=SETTLED_WITHIN_S, what="all acknowledged are archived")
    assert not [event_id for event_id, times in archived().items() if times != 1]
    with up.client(up.token("screen")) as client:
        until(
            lambda: not set(acknowledged) - set(_visible(client)),
            within_s=SETTLED_WITHIN_S,
            what=f"all {len(acknowledged)} acknowledged are visible",
        )
        assert not [event_id for event_id, times in Counter(_visible(client)).items() if times != 1]
    print(f"{len(acknowledged)} acknowledged, {source.retries} posts repeated, nothing lost, nothing twice")


def _visible(client):
    """The ids of all events that a screen would show."""
    found, cursor = [], None
    while True:
        query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        answer = client.get("events", params=query)
        if answer.status_code != 200:
            return []
        page = answer.json()
        found += [item.get("id") or item["event_id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            return found
