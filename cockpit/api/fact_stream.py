"""`GET stream/facts`: every fact of a scope as it happens, for other systems, as server-sent events.

Each carries its position as the event's id: a client that comes back with `Last-Event-ID` misses nothing that the
stream still holds. What has no place (feeds, calendar) is told to whoever has the whole city.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from flask import Blueprint, Response, request

from cockpit.api.asked import Fold, scope_asked
from cockpit.api.identity import require
from cockpit.api.problem import ProblemError
from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.services.outward.placing import code_of
from cockpit.store.accounts import Role
from cockpit.stream.connection import FAILED as STREAM_FAILED
from cockpit.stream.facts import Entry

#: each holds a thread of the web process
MOST_STREAMS = 20
_BATCH, _BLOCK_MS, _BEAT_S = 200, 1_000, 15.0
_POSITION = re.compile(r"\d{1,20}-\d{1,20}|0")
_MOST = 10_000


class Facts(Protocol):
    """The facts stream (`stream.facts`)."""

    def read(self, after: str, *, count: int, block_ms: int) -> Sequence[Entry]: ...
    def tail(self) -> str: ...


class FactStream:
    """Streams facts. Never writes; a client that does not read holds only its own thread."""

    def __init__(self, fold: Fold, facts: Facts) -> None:
        self._fold, self._facts = fold, facts
        self._places = threading.BoundedSemaphore(MOST_STREAMS)

    def stream(self) -> Response:
        """For leaders' and administrators' tokens: facts name people. `limit` ends the stream after so many."""
        require(Role.LEADER, Role.ADMIN)
        scope, after, limit = scope_asked(), self._after(), self._limit()
        if not self._places.acquire(blocking=False):
            raise ProblemError(503, f"{MOST_STREAMS} streams are open already", headers={"Retry-After": "10"})
        return Response(
            self._told(scope, after, limit),
            mimetype="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def _after(self) -> str:
        asked = request.headers.get("Last-Event-ID") or request.args.get("after", "")
        if not asked:
            return self._facts.tail()
        if not _POSITION.fullmatch(asked):
            raise ProblemError(400, "after must be the id of an event of this stream, or 0", field="after")
        return asked

    def _limit(self) -> int:
        text = request.args.get("limit", "0")
        if not (text.isascii() and text.isdigit() and int(text) <= _MOST):
            raise ProblemError(400, f"limit must be a number up to {_MOST}", field="limit")
        return int(text)

    def _told(self, scope: Scope, after: str, limit: int) -> Iterator[bytes]:
        told, beat = 0, time.monotonic()
        try:
            yield b"retry: 3000\n\n"
            while not limit or told < limit:
                for entry in self._facts.read(after, count=_BATCH, block_ms=_BLOCK_MS):
                    after = entry.position
                    if entry.fact is None or not self._is_for(scope, entry.fact):
                        continue
                    yield f"id: {after}\nevent: {entry.type_name}\ndata: ".encode() + entry.body + b"\n\n"
                    told, beat = told + 1, time.monotonic()
                    if limit and told >= limit:
                        return
                if time.monotonic() - beat >= _BEAT_S:
                    beat = time.monotonic()
                    yield b": beat\n\n"
        except STREAM_FAILED:
            return  # the client comes back with the id that it had last
        finally:
            self._places.release()

    def _is_for(self, scope: Scope, fact: Fact) -> bool:
        with self._fold.lock:
            situation = self._fold.situation
            code = code_of(fact, situation)
            return scope.covers(situation.rules.city_code if code is None else code)


def fact_stream_blueprint(stream: FactStream) -> Blueprint:
    """`/api/v1/stream/facts`."""
    blueprint = Blueprint("fact_stream", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/stream/facts", "stream", stream.stream, methods=["GET"])
    return blueprint
