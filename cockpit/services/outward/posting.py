"""One try to bring a message to a receiver: signed as Standard Webhooks says, TLS checked, no redirect followed.

https://www.standardwebhooks.com: `webhook-id` is the same at every try, so that a receiver knows a repeat;
`webhook-signature` covers id, time and body.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import httpcore
import httpx
from standardwebhooks.webhooks import Webhook

from cockpit.services.outward.guard import ForbiddenUrlError, Guard, GuardedNetwork

_TIMES = {"connect": 5.0, "write": 10.0, "read": 15.0, "pool": 5.0}
_MOST_WORDS = 300
#: more than there are subscriptions: none waits for another one's connection
_MOST_AT_ONCE = 64
#: the message itself is at fault; anything else may pass
_OF_THE_MESSAGE = frozenset({400, 413, 415, 422})
_LONGEST_WISH_S = 3_600.0


class Outcome(StrEnum):
    """What became of one try."""

    TAKEN = "taken"
    #: nobody there, no answer, or an answer that says: not now
    AWAY = "away"
    #: the receiver does not want this very message
    REFUSED = "refused"
    #: the receiver says that it is gone for good, or the address is forbidden
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Told:
    """What a receiver answered; `after_s` is how long it wants to be left alone."""

    outcome: Outcome
    why: str = ""
    after_s: float = 0.0


class Poster:
    """Posts to any receiver; one object for all threads. Nothing of an answer's body is read."""

    def __init__(self, guard: Guard, *, clock: Callable[[], datetime], ca_file: Path | None = None) -> None:
        self._clock, self._guard = clock, guard
        trust: ssl.SSLContext = httpx.create_ssl_context()
        if ca_file is not None:
            trust.load_verify_locations(cafile=str(ca_file))
        # a connection of its own for each message: a receiver that restarts costs no second try
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust,
            network_backend=GuardedNetwork(guard),
            max_keepalive_connections=0,
            max_connections=_MOST_AT_ONCE,
        )

    def post(self, url: str, secret: str, message_id: str, body: bytes) -> Told:
        """One try; it never raises for what a receiver or the network does."""
        now = self._clock()
        headers: dict[bytes | str, bytes | str] = {
            "Content-Type": "application/json",
            "User-Agent": "cockpit",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(message_id, now, body.decode()),
        }
        try:
            self._guard.check_url(url)
            with self._pool.stream(
                "POST", url, headers=headers, content=body, extensions={"timeout": _TIMES}
            ) as answer:
                return _told(answer.status, {k.lower(): v for k, v in answer.headers})
        except ForbiddenUrlError as forbidden:
            return Told(Outcome.GONE, str(forbidden))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as away:
            return Told(Outcome.AWAY, f"{type(away).__name__}: {away}"[:_MOST_WORDS])


def _told(status: int, headers: dict[bytes, bytes]) -> Told:
    why = f"the receiver answered {status}"
    if 200 <= status < 300:
        return Told(Outcome.TAKEN)
    if status == 410:
        return Told(Outcome.GONE, why)
    if status in _OF_THE_MESSAGE:
        return Told(Outcome.REFUSED, why)
    wish = headers.get(b"retry-after", b"")
    after_s = min(float(wish), _LONGEST_WISH_S) if wish.isdigit() and len(wish) < 10 else 0.0
    return Told(Outcome.AWAY, why, after_s)
