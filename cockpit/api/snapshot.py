"""`GET snapshot` and `GET movers`: what a browser joins with, packed once per scope and state, not per browser."""

import base64
import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import msgspec
from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, scope_asked
from cockpit.domain.scope import Scope
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation
from cockpit.situation.view import millis, view_of

_KEPT = 32


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
        self._cache: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._cache_lock = threading.Lock()

    def snapshot(self) -> Response:
        """The whole view of the scope with its position."""
        scope = scope_asked()
        past = self._instants.past()
        if past is not None:
            situation = self._instants.rewind(past)
            return _packed(_encoded_view(situation, scope, self._projection.instance, past, _midnight(situation, past)))
        with self._projection.lock:
            situation, day = self._projection.situation, self._projection.day_started_at()
            key = (scope.code, situation.seq, day, id(situation))
            body = self._cached(key)
            if body is None:
                body = _encoded_view(situation, scope, self._projection.instance, self._instants.clock(), day)
        return self._kept(key, body)

    def movers(self) -> Response:
        """Every mover of the scope, 12 bytes each."""
        scope = scope_asked()
        past = self._instants.past()
        if past is not None:
            return _packed(_encoded_movers(self._movers_at(past), scope, self._projection.instance))
        with self._projection.lock:
            self._holding(scope)
            movers = self._projection.movers
            key = (scope.code, movers.frame, "movers")
            body = self._cached(key)
            if body is None:
                body = _encoded_movers(movers, scope, self._projection.instance)
        return self._kept(key, body)

    def _cached(self, key: tuple[object, ...]) -> bytes | None:
        with self._cache_lock:
            return self._cache.get(key)

    def _kept(self, key: tuple[object, ...], body: bytes) -> Response:
        """Packed outside the fold's lock; what is kept is already gzip."""
        if body[:2] != b"\x1f\x8b":
            body = gzip.compress(body, compresslevel=3, mtime=0)
            with self._cache_lock:
                self._cache[key] = body
                while len(self._cache) > _KEPT:
                    self._cache.popitem(last=False)
        return _packed(body)


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


def _encoded_movers(movers: Movers, scope: Scope, instance: str) -> bytes:
    rows = movers.since(0, scope)
    kinds = movers.rows["kind"]
    body: dict[str, Any] = {
        "instance": instance,
        "frame": movers.frame,
        "kinds": movers.kinds,
        "rows": [[row, movers.subjects[row], int(kinds[row])] for row in rows.tolist()],
        "buf": base64.b64encode(movers.packed(rows)).decode(),
    }
    return msgspec.json.encode(body)


def snapshot_blueprint(snapshots: Snapshots) -> Blueprint:
    """`/api/v1/snapshot` and `/api/v1/movers`."""
    blueprint = Blueprint("snapshot", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/snapshot", "snapshot", snapshots.snapshot, methods=["GET"])
    blueprint.add_url_rule("/movers", "movers", snapshots.movers, methods=["GET"])
    return blueprint
