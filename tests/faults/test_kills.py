"""kill -9 of any process at random instants while reports come in: every acknowledged one is there, exactly once.

`COCKPIT_FAULT_ROUNDS` raises the number of kills of each process (a handful by default); n rounds without a loss prove
a loss rate below 3/n. `COCKPIT_FAULT_SEED` gives other instants.
"""

import contextlib
import os
import random
import time
from collections import Counter

import httpx
import psutil
import pytest

from tests.cli.running import running, until
from tests.faults.counting import SETTLED_WITHIN_S, nothing_is_lost_or_doubled, rows
from tests.faults.intake import SOURCE, PersistentSource, report_of

ROUNDS = int(os.environ.get("COCKPIT_FAULT_ROUNDS", "5"))
SEED = int(os.environ.get("COCKPIT_FAULT_SEED", "11"))

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("victim", ["web", "worker", "archive", "dispatch", "redis"])
def test_what_was_acknowledged_survives_a_kill(victim, tmp_path):
    chance = random.Random(f"{SEED}:{victim}")
    with running(tmp_path / "data", "--no-simulate") as up:
        with PersistentSource(up, up.linked_token("admin")) as source:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.1, 1.5))
                _kill(up, victim)
                until(lambda: _runs(up, victim), within_s=20, what=f"{victim} runs again")
            time.sleep(chance.uniform(0.1, 0.5))
            source.stop()
        nothing_is_lost_or_doubled(up, source)


@pytest.mark.parametrize("victim", ["dispatch", "redis"])
def test_a_command_ends_in_one_final_state_whoever_is_killed(victim, tmp_path):
    chance = random.Random(f"{SEED}:command:{victim}")
    with running(tmp_path / "data", "--no-simulate") as up:
        with up.client(up.linked_token("admin")) as feed:
            assert feed.post("feeds/events", json=[report_of(1)]).json()["accepted"] == 1
        with up.client(up.linked_token("duty")) as duty:
            until(lambda: duty.get("events").json()["total"] == 1, within_s=20, what="the event is known")
            asked = []
            for n in range(ROUNDS):
                begun, last_s = time.monotonic(), chance.uniform(0.5, 1.5)
                while time.monotonic() < begun + last_s:
                    asked += _switch_there_and_back(duty, f"{n}:{len(asked)}")
                _kill(up, victim)
                until(lambda: _runs(up, victim), within_s=20, what=f"{victim} runs again")

            def ends():
                found = rows(up, "SELECT json_extract(body, '$.command_id') FROM facts WHERE body LIKE '%command_id%'")
                return Counter(command_id for (command_id,) in found)

            until(lambda: set(asked) <= set(ends()), within_s=SETTLED_WITHIN_S, what="every command has ended")
            assert {command_id: n for command_id, n in ends().items() if n != 1} == {}


def test_what_was_acknowledged_survives_kills_of_everything_at_once(tmp_path):
    chance = random.Random(SEED)
    with running(tmp_path / "data", "--no-simulate") as up:
        with PersistentSource(up, up.linked_token("admin")) as source:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.1, 1.5))
                for victim in chance.sample(["web", "archive", "dispatch", "redis"], k=chance.randint(2, 4)):
                    _kill(up, victim)
                until(lambda: all(_runs(up, n) for n in ("web", "archive", "redis")), within_s=30, what="all run again")
            source.stop()
        nothing_is_lost_or_doubled(up, source)


def test_what_was_acknowledged_survives_a_kill_of_the_supervisor(tmp_path):
    with running(tmp_path / "data", "--no-simulate") as up, PersistentSource(up, up.linked_token("admin")) as source:
        port = up.url.rpartition(":")[2]
        time.sleep(1.0)
        up.process.kill()
        up.process.wait()
        with running(tmp_path / "data", "--no-simulate", "--port", port) as again:
            time.sleep(1.0)
            source.stop()
            nothing_is_lost_or_doubled(again, source)


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


def _switch_there_and_back(duty, key):
    """Wartime and peacetime again, each asked until it is acknowledged; the ids of the commands."""
    ids = []
    for mode in ({"mode": "wartime", "event_id": f"{SOURCE}:f1"}, {"mode": "peacetime"}):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = duty.put("mode", json=mode, headers={"Idempotency-Key": f"{key}:{mode['mode']}"})
                if answer.status_code == 202:
                    ids.append(answer.json()["command_id"])
                if answer.status_code in {202, 409}:  # the screen may not know yet that the mode is another
                    break
            time.sleep(0.05)
    return ids
