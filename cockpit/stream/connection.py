"""One way to reach Redis: patient with restarts, never with a blocked read that outlives its socket."""

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

#: a read never blocks longer than this, so that the socket's timeout cannot cut it
LONGEST_BLOCK_MS = 10_000
_SOCKET_TIMEOUT_S = 30.0

#: what to catch to try again later: Redis is away, loading, or too full to take more
UNAVAILABLE: tuple[type[Exception], ...] = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError)


def connect(url: str, *, retries: int = 6) -> "Redis":
    """A client for `url` that tries `retries` times (about three seconds with the default) before it gives up.

    Repeating is safe: facts and commands carry ids that Redis has seen or not, and what was read by a
    group comes again until it is acknowledged. Answers are bytes.
    """
    return Redis.from_url(
        url,
        protocol=2,
        retry=Retry(ExponentialWithJitterBackoff(cap=1.0, base=0.05), retries),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        socket_timeout=_SOCKET_TIMEOUT_S,
        socket_connect_timeout=5.0,
        health_check_interval=30,
    )


def is_missing(error: ResponseError) -> bool:
    """True if Redis says that the group or the stream does not exist (it was emptied)."""
    text = str(error)
    return "NOGROUP" in text or "no such key" in text
