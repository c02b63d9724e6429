"""`cockpit doctor` looks at Redis: reachable, new enough, and set so that it keeps what it acknowledges; each node."""

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, cast

from cockpit.settings import Settings

if TYPE_CHECKING:
    from redis import Redis


def redis_findings(settings: Settings) -> Iterator[tuple[str, str]]:
    """(verdict, what to tell) of the server, or of each primary of a cluster."""
    from cockpit.stream.connection import FAILED, connect, nodes_of

    if settings.redis_url is None:
        yield from _embedded()
        return
    try:
        with closing(connect(settings.redis(), retries=0)) as client:
            nodes = nodes_of(client)
            if len(nodes) > 1:
                yield "ok", f"cluster of {len(nodes)} primaries; a district lies on one of them"
            for name, node in nodes.items():
                yield from _server(node, f"{name} " if len(nodes) > 1 else "")
                if settings.redis_wait_replicas:
                    yield _replicas(node, settings.redis_wait_replicas)
    except ValueError as wrong:
        yield "fail", f"REDIS_URL: {wrong}"
    except FAILED as error:
        yield "fail", f"not reachable: {error}; start it or correct REDIS_URL"


def redis_time_s(settings: Settings) -> float | None:
    """Redis's clock, in seconds since 1970; None while it cannot be asked."""
    from cockpit.stream.connection import FAILED, connect

    with suppress(ValueError, *FAILED), closing(connect(settings.redis(), retries=0)) as client:
        seconds, micros = cast("Any", client).time()
        return float(seconds) + float(micros) / 1e6
    return None


def _server(client: "Redis", name: str) -> Iterator[tuple[str, str]]:
    asked = cast("Any", client)
    server, told, memory = asked.info("server"), asked.info("persistence"), asked.info("memory")
    version = server.get("valkey_version") or server["redis_version"]
    old = int(str(version).partition(".")[0]) < 7
    yield "fail" if old else "ok", f"{name}version {version}" + ("; 7 or newer is needed" if old else "")
    if "cluster" in (server.get("redis_mode"), server.get("server_mode")) and not name:
        yield "warn", "it is part of a cluster: say redis+cluster://HOST:PORT,HOST:PORT"
    if not told.get("aof_enabled"):
        yield "fail", f"{name}append-only file is off: a kill loses what it acknowledged; set appendonly yes"
    elif told.get("aof_last_write_status") != "ok":
        yield "fail", f"{name}the last write of the append-only file failed; look at its disk"
    if memory.get("maxmemory_policy", "noeviction") != "noeviction":
        yield "fail", f"{name}maxmemory-policy {memory['maxmemory_policy']} drops facts; set noeviction"


def _replicas(client: "Redis", wanted: int) -> tuple[str, str]:
    found = int(cast("Any", client).info("replication").get("connected_slaves", 0))
    if found >= wanted:
        return "ok", f"{found} replicas follow, {wanted} must have what is acknowledged"
    return "fail", f"{found} replicas follow and {wanted} must have what is acknowledged: reports get 503; start them"


def _embedded() -> Iterator[tuple[str, str]]:
    from cockpit.stream.embedded import EmbeddedServerError, find_binary

    try:
        yield "ok", f"embedded: {find_binary().name}, its append-only file is on"
    except EmbeddedServerError as error:
        yield "fail", f"{error}; install one or set REDIS_URL"
