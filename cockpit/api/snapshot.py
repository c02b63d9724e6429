"""`GET snapshot` and `GET movers`: what a browser joins with, packed once per scope and state, not per browser."""

import base64
import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import msgspec
import numpy as np
from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, scope_asked
from cockpit.domain.scope import Scope
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation
from cockpit.situation.view import millis, view_of

_KEPT = 32
#: a snapshot serves everybody who asks within this time
_FRESH_S = 1.0


class Projection(Protocol):
    """What snapshots are made from: the projector."""

    @property
    def instance(self) -> str: ...
    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def situation(self) -> Situation: ...
    @property
    def movers(self) -> Movers: ...
    def day_started_at(self) -> datetime: ...


class Snapshots:
    """`movers_at` gives the movers of a past instant; `holding` hears which rows a browser of a scope gets to hold."""

    def __init__(
        self,
        instants: Instants,
        projection: Projection,
        *,
        movers_at: Callable[[datetime], Movers],
        holding: Callable[[Scope], None] = lambda _scope: None,
    ) -> None:
        self._instants, self._projection = instants, projection
        self._movers_at, self._holding = movers_at, holding
        self._cache: OrderedDict[tuple[object, ...], tuple[float, bytes]] = OrderedDict()
        #: one is made at a time: whoever comes meanwhile gets the same
        self._making = threading.Lock()

    def snapshot(self) -> Response:
        """The whole view of the scope with its position."""
        scope = scope_asked()
        past = self._instants.past()
        if past is not None:
            situation = self._instants.rewind(past)
            return _packed(_encoded_view(situation, scope, self._projection.instance, past, _midnight(situation, past)))
        day = self._projection.day_started_at()
        key = ("snapshot", scope.code, day)
        with self._making:
            body = self._fresh(key)
            if body is None:
                with self._projection.lock:
                    situation = self._projection.situation.frozen()
                body = self._kept(
                    key, _encoded_view(situation, scope, self._projection.instance, self._instants.clock(), day)
                )
        return _packed(body)

    def movers(self) -> Response:
        """Every mover of the scope, 10 bytes each and their names."""
        scope = scope_asked()
        past = self._instants.past()
        if past is not None:
            return _packed(_encoded_movers(self._movers_at(past), scope, self._projection.instance, at_ms=millis(past)))
        key = ("movers", scope.code)
        with self._making:
            body = self._fresh(key)
            if body is None:
                with self._projection.lock:
                    self._holding(scope)
                    body = _encoded_movers(
                        self._projection.movers, scope, self._projection.instance, at_ms=millis(self._instants.clock())
                    )
                body = self._kept(key, body)
        return _packed(body)

    def _fresh(self, key: tuple[object, ...]) -> bytes | None:
        """What was made a moment ago: a browser joins at its position, and deltas bring it up to now. So hundreds
        of browsers that come back together cost one snapshot."""
        made_s, body = self._cache.get(key, (0.0, b""))
        return body if body and time.monotonic() - made_s < _FRESH_S else None

    def _kept(self, key: tuple[object, ...], body: bytes) -> bytes:
        """Packed outside the fold's lock."""
        body = gzip.compress(body, compresslevel=3, mtime=0)
        self._cache[key] = (time.monotonic(), body)
        self._cache.move_to_end(key)
        while len(self._cache) > _KEPT:
            self._cache.popitem(last=False)
        return body


def _packed(body: bytes) -> Response:
    is_gzip, wants_gzip = body[:2] == b"\x1f\x8b", "gzip" in request.headers.get("Accept-Encoding", "")
    if is_gzip and not wants_gzip:
        body, is_gzip = gzip.decompress(body), False
    response = Response(body, mimetype="application/json")
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers.update({"Cache-Control": "no-store", "Vary": "Accept-Encoding"})
    return response


def _midnight(situation: Situation, at: datetime) -> datetime:
    return at.astimezone(situation.rules.zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def _encoded_view(situation: Situation, scope: Scope, instance: str, at: datetime, day: datetime) -> bytes:
    view = view_of(situation, scope, closed_since=day)
    return msgspec.json.encode(
        {
            "instance": instance,
            "seq": situation.seq,
            "at_ms": millis(at),
            "day_ms": millis(day),
            "scope": scope.code,
            **view,
        }
    )


def _encoded_movers(movers: Movers, scope: Scope, instance: str, *, at_ms: int | None) -> bytes:
    """`ages` are seconds at `at_ms` as base64 of u16: who joins late must not take old positions for fresh ones."""
    rows = movers.since(0, scope)
    kinds = movers.rows["kind"]
    ages = np.clip(((at_ms or 0) - movers.rows["at_ms"][rows]) // 1000, 0, 65_535).astype("<u2")
    body: dict[str, Any] = {
        "instance": instance,
        "frame": movers.frame,
        "kinds": movers.kinds,
        "rows": [[row, movers.subjects[row], int(kinds[row])] for row in rows.tolist()],
        "buf": base64.b64encode(movers.packed(rows)).decode(),
        "at_ms": at_ms,
        "ages": base64.b64encode(ages.tobytes()).decode(),
    }
    return msgspec.json.encode(body)


def snapshot_blueprint(snapshots: Snapshots) -> Blueprint:
    """`/api/v1/snapshot` and `/api/v1/movers`."""
    blueprint = Blueprint("snapshot", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/snapshot", "snapshot", snapshots.snapshot, methods=["GET"])
    blueprint.add_url_rule("/movers", "movers", snapshots.movers, methods=["GET"])
    return blueprint
