"""What browsers lack: everything that one round reads of the fold, in one go under its lock."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cockpit.domain.scope import Scope
from cockpit.push.client import Client
from cockpit.push.deltas import Changes, Deltas
from cockpit.push.frames import Frame, Frames, Moving
from cockpit.situation.view import Delta


class Projection(Changes, Moving, Protocol):
    """What the push reads: the projector. Hold `lock` while reading."""

    @property
    def instance(self) -> str: ...
    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def newest_fact_ms(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Now:
    """The fold at one instant, as far as any browser lacks something of it."""

    seq: int
    frame: int
    at_ms: int
    day: datetime
    deltas: dict[tuple[int, str], Delta | None]
    frames: dict[tuple[int, str], Frame | None]


class Lacking:
    """Reads the fold for the rounds."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._deltas, self._frames = Deltas(projection), Frames(projection)

    def hold(self, scope: Scope) -> None:
        """Somebody is fetching the movers of `scope`. Call with the fold's lock held."""
        self._frames.hold(scope)

    def misfit(self, *, scope: Scope, instance: str, seq: int, frame: int) -> str:
        """Why a browser that has this cannot be continued from there; empty if it can."""
        with self._projection.lock:
            if instance != self._projection.instance:
                return "instance"
            if seq > self._projection.situation.seq or self._projection.changed_since(seq) is None:
                return "seq"
            return "" if self._frames.knows(frame, scope) else "frame"

    def look(self, clients: Iterable[Client]) -> Now:
        """Everything that is read of the fold, in one go under its lock."""
        with self._projection.lock:
            self._deltas.look()
            situation, movers = self._projection.situation, self._projection.movers
            deltas: dict[tuple[int, str], Delta | None] = {}
            frames: dict[tuple[int, str], Frame | None] = {}
            for client in clients:
                key = client.delta.seen, client.scope.code
                if client.delta.waiting is None and key[0] < situation.seq and key not in deltas:
                    deltas[key] = self._deltas.since(key[0], client.scope)
                key = client.frame.seen, client.scope.code
                if client.frame.waiting is None and key[0] < movers.frame and key not in frames:
                    frames[key] = self._frames.since(key[0], client.scope)
            at_ms = self._projection.newest_fact_ms
            return Now(situation.seq, movers.frame, at_ms, self._projection.day_started_at(), deltas, frames)
