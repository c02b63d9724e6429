"""The supervisor's own rules, with a clock that the test moves."""

import os
import sys
from dataclasses import dataclass

import pytest

from cockpit.supervisor import FIRST_BACKOFF_S, HEALTHY_AFTER_S, LONGEST_BACKOFF_S, TOLD_FOR_S, Child, Supervisor
from tests.cli.running import until


@dataclass
class Thing:
    """Something to supervise that dies when told."""

    starts: int = 0
    pid: int | None = None
    refuses: bool = False
    is_at_work: bool = True
    stubborn: bool = False

    def start(self):
        self.starts += 1
        if self.refuses:
            raise RuntimeError("no")
        self.pid = self.starts

    def ask_to_stop(self):
        if not self.stubborn:
            self.pid = None

    def kill(self):
        self.pid = None


class Clock:
    """A clock that only the test moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        self.now += 1e-6
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_what_dies_is_started_again_after_the_first_pause(clock):
    supervisor, thing = Supervisor(clock), Thing()
    supervisor.start("web", thing)
    thing.pid = None
    supervisor.step()
    assert supervisor.states()["web"] == (None, "restarting")
    clock.now += FIRST_BACKOFF_S + 0.01
    supervisor.step()
    assert thing.starts == 2
    assert supervisor.states()["web"] == (2, "restarting")
    clock.now += TOLD_FOR_S
    assert supervisor.states()["web"] == (2, "running")


def test_what_was_started_again_is_told_as_missing_until_it_is_at_work(clock):
    supervisor, thing = Supervisor(clock), Thing(is_at_work=False)
    supervisor.start("web", thing)
    assert supervisor.states()["web"] == (1, "running"), "the first start is no failure"
    thing.pid = None
    supervisor.step()
    clock.now += 100
    supervisor.step()
    assert supervisor.states()["web"] == (2, "restarting")
    thing.is_at_work = True
    assert supervisor.states()["web"] == (2, "running")


def test_a_child_is_at_work_when_it_says_so(tmp_path):
    gate = tmp_path / "gate"
    script = f"""
import pathlib, time
from cockpit.supervisor import tell_at_work
while not pathlib.Path({str(gate)!r}).exists():
    time.sleep(0.01)
tell_at_work()
time.sleep(60)
"""
    child = Child([sys.executable, "-c", script], os.environ)
    child.start()
    try:
        assert not child.is_at_work
        gate.touch()
        until(lambda: child.is_at_work, within_s=20, what="it says so")
        gate.unlink()
        child.kill()
        child.start()
        assert not child.is_at_work
    finally:
        child.kill()


def test_what_dies_again_and_again_waits_longer_but_never_too_long(clock):
    supervisor, thing = Supervisor(clock), Thing(refuses=True)
    supervisor.start("web", thing)
    pauses = []
    for _ in range(10):
        starts, since = thing.starts, clock.now
        while thing.starts == starts:
            clock.now += 0.05
            supervisor.step()
        pauses.append(clock.now - since)
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(FIRST_BACKOFF_S, abs=0.1)
    assert pauses[-1] == pytest.approx(LONGEST_BACKOFF_S, abs=0.1)


def test_what_ran_well_for_long_starts_again_at_once(clock):
    supervisor, thing = Supervisor(clock), Thing()
    supervisor.start("web", thing)
    for _ in range(6):
        thing.pid = None
        supervisor.step()
        clock.now += LONGEST_BACKOFF_S + 0.01
        supervisor.step()
    clock.now += HEALTHY_AFTER_S
    thing.pid = None
    supervisor.step()
    clock.now += FIRST_BACKOFF_S + 0.01
    supervisor.step()
    assert thing.pid is not None
    assert supervisor.deaths_of("web") == 1


def test_what_does_not_end_when_asked_is_killed(clock):
    supervisor, thing = Supervisor(clock), Thing(stubborn=True)
    supervisor.start("web", thing)
    supervisor.stop(within_s=0.0)
    assert thing.pid is None
    assert supervisor.states() == {}
