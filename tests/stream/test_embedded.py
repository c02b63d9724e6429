"""The embedded server: nothing acknowledged is lost, whoever is killed."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from redis.exceptions import AuthenticationError

from cockpit.stream import embedded
from cockpit.stream.connection import UNAVAILABLE, connect
from cockpit.stream.embedded import EmbeddedServer, EmbeddedServerError, find_binary
from cockpit.stream.facts import RedisFactLog
from cockpit.stream.keys import Keys
from tests.stream.messages import facts_named

_KEYS = Keys("330110")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path)
    yield server
    server.stop()


def kill(server: EmbeddedServer) -> None:
    """kill -9, and wait until it is gone."""
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.is_alive():
        assert time.monotonic() < deadline, "a killed server does not die"


def test_it_starts_again_with_all_it_had(server: EmbeddedServer) -> None:
    url = server.start()
    with connect(url) as client:
        RedisFactLog(client, _KEYS).append(facts_named("a"))
        server.stop()
        assert not server.is_alive()
        assert server.start() == url
        assert RedisFactLog(client, _KEYS).append(facts_named("a", "b")) == [False, True]


def test_only_its_owner_can_read_the_secret(server: EmbeddedServer, tmp_path: Path) -> None:
    url = server.start()
    for name in ("secret", "server.conf"):
        assert stat.S_IMODE((tmp_path / "redis" / name).stat().st_mode) == 0o600
    secret = (tmp_path / "redis" / "secret").read_text()
    told = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(server.pid)], capture_output=True, text=True, check=True
    )
    assert secret not in told.stdout
    with connect(url.replace(secret, "wrong")) as client, pytest.raises(AuthenticationError):
        client.ping()


def test_a_long_directory_is_served_on_a_port(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30))
    try:
        url = server.start()
        assert url.startswith("redis://")
        kill(server)
        assert server.start() == url
        with connect(url) as client:
            assert client.ping()
    finally:
        server.stop()


def test_a_server_that_cannot_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_binary", lambda: Path("/bin/false"))
    with pytest.raises(EmbeddedServerError, match=r"server\.log"):
        EmbeddedServer(tmp_path).start()


def test_a_server_too_old_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=6.0.16 sha=0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert find_binary() != old
    old.write_text("#!/bin/sh\necho 'Redis server v=7.0.15 sha=0'\n")
    assert find_binary() == old


@pytest.mark.faults
def test_a_server_that_outlived_its_parent_is_taken_over(server: EmbeddedServer, tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal; from cockpit.stream.embedded import EmbeddedServer;"
        f"server = EmbeddedServer(pathlib.Path({str(tmp_path)!r})); server.start(); print(server.pid, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    orphan = int(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False).stdout)
    server.start()
    assert server.pid == orphan
    server.stop()
    assert not EmbeddedServer(tmp_path).is_alive()


@pytest.mark.faults
def test_a_pid_file_of_another_process_is_not_believed(server: EmbeddedServer, tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "server.pid").write_text(str(os.getpid()))
    assert not server.is_alive()
    server.start()
    assert server.pid != os.getpid()


@pytest.mark.faults
def test_every_acknowledged_fact_is_there_once_after_kills_in_the_middle(server: EmbeddedServer) -> None:
    url, stop = server.start(), Event()
    acknowledged: list[str] = []

    def append_for_ever() -> None:
        batch = 0
        with connect(url, retries=0) as client:
            facts = RedisFactLog(client, _KEYS)
            while not stop.is_set():
                names = [f"{batch}.{i}" for i in range(50)]
                try:
                    facts.append(facts_named(*names))
                except UNAVAILABLE:
                    continue  # the answer was lost: the same batch again
                acknowledged.extend(names)
                batch += 1

    writer = Thread(target=append_for_ever)
    writer.start()
    try:
        for _ in range(5):
            before, deadline = len(acknowledged), time.monotonic() + 30
            while len(acknowledged) < before + 500:
                assert time.monotonic() < deadline, "the writer does not get on"
            kill(server)
            assert server.start() == url
    finally:
        stop.set()
        writer.join(30)
    with connect(url) as client:
        entries = RedisFactLog(client, _KEYS).read("0", count=10_000_000, block_ms=0)
    kept = [e.fact.fact_id for e in entries if e.fact]
    assert len(set(kept)) == len(kept)
    assert set(acknowledged) <= set(kept)


@pytest.mark.faults
def test_a_cut_tail_of_the_log_does_not_keep_it_from_starting(server: EmbeddedServer, tmp_path: Path) -> None:
    url = server.start()
    with connect(url) as client:
        facts = RedisFactLog(client, _KEYS)
        facts.append(facts_named("a"))
        facts.append(facts_named("b"))
        kill(server)
        (log,) = (tmp_path / "redis" / "appendonlydir").glob("*.incr.aof")
        os.truncate(log, log.stat().st_size - 10)
        server.start()
        # entry and id went together: nothing is marked as seen without its entry
        assert facts.append(facts_named("a", "b")) == [False, True]
