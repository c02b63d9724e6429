"""我的: the lane of a gridworker's phone. The whole of what is theirs, sent the moment the fold has it.

It is a few rows, so there are no differences to keep track of: a phone that was away, slow or restarted is true after
one message. While a message is not acknowledged nothing more is sent; what happens meanwhile is in the next one.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from cockpit.push.client import Client
from cockpit.push.wire import Encoded, encode
from cockpit.situation.own import own_views, subjects_of
from cockpit.situation.situation import Changed, Situation


class OwnChanges(Protocol):
    """What the lane reads: the projector. Hold `lock` while reading."""

    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def situation(self) -> Situation: ...
    def changed_since(self, seq: int) -> list[Changed] | None: ...


class Told(NamedTuple):
    """A message for one phone: what it continues from, what it brings it to."""

    client: Client
    since: int
    seq: int
    message: Encoded


class Mine:
    """Makes the messages of one round."""

    def __init__(self, projection: OwnChanges, *, clock_ms: Callable[[], int]) -> None:
        self._projection, self._clock_ms = projection, clock_ms

    def look(self, phones: Iterable[Client]) -> list[Told]:
        """What each phone lacks; those of whom nothing changed are brought up to date without a word."""
        waiting = [phone for phone in phones if phone.mine.waiting is None]
        if not waiting:
            return []
        at_ms = self._clock_ms()
        now = datetime.fromtimestamp(at_ms / 1000, UTC)
        touched: dict[int, set[str] | None] = {}
        lacking = []
        with self._projection.lock:
            situation = self._projection.situation
            seq = situation.seq
            for phone in waiting:
                since = phone.mine.seen
                if since >= seq:
                    continue
                if since >= 0 and since not in touched:
                    changed = self._projection.changed_since(since)
                    touched[since] = None if changed is None else subjects_of(situation, changed)
                known = touched.get(since)
                if known is not None and phone.subject not in known:
                    phone.mine.seen = seq
                    continue
                lacking.append((phone, phone.mine.n))
            if not lacking:
                return []
            views = own_views(situation, {phone.subject for phone, _ in lacking}, now)
        return [
            Told(phone, n, seq, encode("mine", {"seq": seq, "at_ms": at_ms, **views[phone.subject]}))
            for phone, n in lacking
        ]
