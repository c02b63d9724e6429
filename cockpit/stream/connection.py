"""One way to reach Redis: patient with restarts, never with a blocked read that outlives its socket."""

from typing import cast
from urllib.parse import unquote

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import (
    ClusterError,
    OutOfMemoryError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel

#: a read never blocks longer than this, so that the socket's timeout cannot cut it
LONGEST_BLOCK_MS = 10_000
_SOCKET_TIMEOUT_S = 30.0

#: what to catch to try again later: Redis is away, loading, or too full to take more; of a cluster, the part that has
#: our district
UNAVAILABLE: tuple[type[Exception], ...] = (
    RedisConnectionError,
    RedisTimeoutError,
    OutOfMemoryError,
    ClusterError,
    RedisClusterException,
    TryAgainError,
)
#: anything that Redis, or the way to it, may answer with: whoever asked is told that a store is away
FAILED: tuple[type[Exception], ...] = (RedisError, RedisClusterException)
#: `redis+cluster://[USER[:PASSWORD]@]HOST:PORT[,HOST:PORT…]`, or `rediss+cluster://` over TLS
_OF_A_CLUSTER = "+cluster"
#: `redis+sentinel://[USER[:PASSWORD]@]HOST:PORT[,HOST:PORT…]/NAME`: the sentinels, and what they call the primary
_BY_SENTINELS = "+sentinel"


def connect(url: str, *, retries: int = 6) -> "Redis":
    """A client for `url` that tries `retries` times (about three seconds with the default) before it gives up.

    Repeating is safe: facts and commands carry ids that Redis has seen or not, and what was read by a
    group comes again until it is acknowledged. Answers are bytes.

    The URL of a cluster names some of its nodes, the first that answers tells of all. All keys of a district carry one
    hash tag, so they lie on one node and its replicas; several districts spread over the nodes. Unlike a single Redis a
    cluster must answer here: whose slots are whose is asked at once. ValueError if the URL cannot be read.

    The URL of sentinels names them and not the servers: which of these is the primary is asked whenever a connection is
    made, so after a failover the next try reaches the new one. User and password are the servers'.
    """
    scheme, _, place = url.partition("://")
    if scheme.endswith(_BY_SENTINELS):
        return _connect_by_sentinels(scheme, place, retries)
    if is_cluster(url):
        return cast("Redis", _connect_cluster(scheme, place, retries))
    return Redis.from_url(
        url,
        protocol=2,
        retry=Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.05), retries),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        socket_timeout=_SOCKET_TIMEOUT_S,
        socket_connect_timeout=5.0,
        health_check_interval=30,
    )


def is_cluster(url: str) -> bool:
    """True for the URL of a cluster."""
    return url.partition("://")[0].endswith(_OF_A_CLUSTER)


def _connect_by_sentinels(scheme: str, place: str, retries: int) -> Redis:
    where, _, name = place.partition("/")
    who, _, hosts = where.rpartition("@")
    user, _, password = who.partition(":")
    if not name:
        raise ValueError("the URL of sentinels ends with the name that they have for the primary: …/NAME")
    sentinels = Sentinel(  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
        [_host(host) for host in hosts.split(",")],
        sentinel_kwargs={"socket_timeout": 2.0, "socket_connect_timeout": 2.0},
    )
    found = sentinels.master_for(  # type: ignore[no-untyped-call]  # as above
        name,
        username=unquote(user) or None,
        password=unquote(password) or None,
        ssl=scheme.startswith("rediss"),
        protocol=2,
        retry=Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.05), retries),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        socket_timeout=_SOCKET_TIMEOUT_S,
        socket_connect_timeout=5.0,
        health_check_interval=30,
    )
    return cast("Redis", found)


def _connect_cluster(scheme: str, place: str, retries: int) -> RedisCluster:
    who, _, hosts = place.partition("/")[0].rpartition("@")
    user, _, password = who.partition(":")
    return RedisCluster(
        startup_nodes=[_node(host) for host in hosts.split(",")],
        username=unquote(user) or None,
        password=unquote(password) or None,
        ssl=scheme.startswith("rediss"),
        protocol=2,
        retry=Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.05), retries),
        socket_timeout=_SOCKET_TIMEOUT_S,
        socket_connect_timeout=5.0,
        # one node that is away must not stop the districts of the others
        require_full_coverage=False,
    )


def _node(host: str) -> ClusterNode:
    return ClusterNode(*_host(host))  # type: ignore[no-untyped-call]  # redis-py leaves it untyped


def _host(host: str) -> tuple[str, int]:
    name, _, port = host.rpartition(":")
    if not (name and port.isdigit()):
        raise ValueError(f"the URL names each node as HOST:PORT, not {host!r}")
    return name.strip("[]"), int(port)


def nodes_of(client: Redis) -> dict[str, Redis]:
    """What is connected, by `HOST:PORT`: a single Redis, or the primaries of a cluster."""
    if isinstance(client, RedisCluster):
        return {node.name: client.get_redis_connection(node) for node in client.get_primaries()}
    place = client.connection_pool.connection_kwargs
    return {f"{place.get('host', place.get('path', ''))}:{place.get('port', '')}".rstrip(":"): client}


def is_missing(error: ResponseError) -> bool:
    """True if Redis says that the group or the stream does not exist (it was emptied)."""
    text = str(error)
    return "NOGROUP" in text or "no such key" in text
