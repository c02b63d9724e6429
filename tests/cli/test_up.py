"""`cockpit up`: ready in seconds, alone on its directory, mends itself and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import httpx
import psutil
import pytest

from tests.cli.running import cockpit, environment, running, until


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with running(tmp_path_factory.mktemp("up") / "data", "--no-simulate") as started:
        yield started


def test_it_serves_once_it_says_ready(up):
    assert httpx.get(f"{up.url}/readyz", trust_env=False).status_code == 200
    assert httpx.get(f"{up.url}/healthz", trust_env=False).status_code == 200


def test_there_is_a_sign_in_link_for_each_role(up):
    assert set(up.links) == {"screen", "leader", "duty", "gridworker", "admin"}
    for link in up.links.values():
        assert link.startswith(f"{up.url}/signin?token=")
        assert httpx.get(link, trust_env=False).status_code in {200, 302, 303}


def test_a_second_start_on_one_directory_is_refused_and_names_the_first(up):
    done = cockpit("up", "--port", "0", "--data-dir", str(up.data_dir))
    assert done.returncode == 1
    assert str(up.pid) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert httpx.get(f"{up.url}/healthz", trust_env=False).status_code == 200


def test_a_port_that_is_taken_is_named(up, tmp_path):
    port = up.url.rpartition(":")[2]
    done = cockpit("up", "--port", port, "--data-dir", str(tmp_path / "other"))
    assert done.returncode == 1
    assert port in done.stderr


def test_a_token_is_made_while_it_runs(up):
    token = up.token("duty", "--name", "night shift")
    with up.client(token) as client:
        assert client.get("mode").status_code == 200
    with up.client("wrong") as client:
        assert client.get("mode").status_code == 401


def test_what_it_writes_is_its_owners_alone(up):
    for path in (up.data_dir, *up.data_dir.rglob("*")):
        if not path.is_socket():
            assert path.stat().st_mode & 0o077 == 0, path


def test_the_doctor_finds_nothing_wrong(up):
    done = cockpit("doctor", "--data-dir", str(up.data_dir))
    assert done.returncode == 0, done.stdout
    assert f"pid {up.pid}" in done.stdout


def test_a_day_is_made_a_day_off_from_the_terminal(up):
    here = ("--data-dir", str(up.data_dir))
    day = f"{datetime.now(UTC).year + 1}-06-15"
    done = cockpit("calendar", "set", day, "dayoff", "--note", "停工", *here)
    assert done.returncode == 0, done.stderr
    assert "day off" in done.stdout and "停工" in done.stdout
    assert done.stdout in cockpit("calendar", "show", day[:4], *here).stdout
    again = cockpit("calendar", "set", day, "dayoff", "--note", "停工", *here)
    assert again.returncode == 1
    assert "set so already" in again.stderr


@pytest.mark.parametrize("name", ["web", "archive", "dispatch", "redis"])
def test_a_process_that_dies_is_started_again(up, name):
    before = up.child(name)
    before.kill()

    def is_back():
        try:
            return up.child(name).pid != before.pid
        except psutil.NoSuchProcess:
            return False

    until(is_back, within_s=10, what=f"{name} runs again")
    until(lambda: _is_ready(up), within_s=20, what="ready again")


def test_sigterm_ends_it_and_everything_below_it(tmp_path):
    with running(tmp_path / "data", "--no-simulate") as up:
        family = up.family()
        assert len(family) >= 5
        assert up.stop() == 0
        assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_ctrl_c_ends_it_cleanly(tmp_path):
    with running(tmp_path / "data", "--no-simulate") as up:
        family = up.family()
        os.kill(up.pid, signal.SIGINT)
        assert up.process.wait(20) == 0
        assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_when_it_is_killed_its_processes_end_and_the_next_start_takes_over(tmp_path):
    with running(tmp_path / "data", "--no-simulate") as up:
        ours = [p for p in up.family() if "cockpit" in p.cmdline()]
        port = up.url.rpartition(":")[2]
        up.process.kill()
        up.process.wait()
        # started at once, on the port that the orphans may still hold
        with running(tmp_path / "data", "--no-simulate", "--port", port) as again:
            assert _is_ready(again)
            assert not [p for p in ours if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_an_empty_installation_starts_and_simulates_nothing(tmp_path):
    with running(tmp_path / "data", "--empty") as up:
        assert _is_ready(up)
        with pytest.raises(psutil.NoSuchProcess):
            up.child("simulate")
        with up.client(up.token("screen")) as client:
            assert client.get("events").json()["total"] == 0


def test_it_can_be_stopped_before_it_is_ready(tmp_path):
    command = [sys.executable, "-m", "cockpit", "up", "--port", "0", "--data-dir", str(tmp_path / "data")]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE) as process:
        lock = tmp_path / "data" / "cockpit.lock"
        until(lambda: lock.exists() and lock.read_text(), within_s=10, what="the lock is taken")
        process.terminate()
        assert process.wait(20) == 0
    assert not (tmp_path / "data" / "redis" / "server.pid").exists()


def _is_ready(up):
    try:
        return httpx.get(f"{up.url}/readyz", timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
