"""From a browser's cursor to its next frame: who moved within its scope, who is new, and who has left it.

Who leaves a scope is sent once more without a place, or an old dot would stay on the map.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope
from cockpit.situation.movers import Movers

_SCOPES_KEPT = 512


class Moving(Protocol):
    """What frames are made from: the projector."""

    @property
    def movers(self) -> Movers: ...


@dataclass(slots=True)
class _Presence:
    """Who is in a scope, looked at since frame `born`; at which frames they were first seen in it and missed."""

    born: int
    read_to: int = 0
    inside: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    entered: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    left: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Frame:
    """`rows` positions, packed, and the roster of those that the browser does not know yet."""

    frame: int
    rows: int
    buf: bytes
    roster: list[list[Any]]
    at_ms: int


class Frames:
    """Makes frames. Call with the fold's lock held."""

    def __init__(self, moving: Moving) -> None:
        self._moving = moving
        self._presence: OrderedDict[str, _Presence] = OrderedDict()

    def hold(self, scope: Scope) -> None:
        """A browser is about to hold the movers of `scope` as they are now."""
        self._look(scope)

    def knows(self, frame: int, scope: Scope) -> bool:
        """True if a browser that holds `frame` of `scope` can be continued from there."""
        return self._look(scope).born <= frame <= self._moving.movers.frame

    def since(self, frame: int, scope: Scope) -> Frame | None:
        """What happened to the scope's movers after `frame`; None if nothing did."""
        movers, presence = self._moving.movers, self._look(scope)
        rows = movers.since(frame, scope)
        gone = np.flatnonzero((presence.left > frame) & ~presence.inside)
        if not len(rows) and not len(gone):
            return None
        kinds = movers.rows["kind"]
        fresh = rows[presence.entered[rows] > frame].tolist()
        return Frame(
            frame=movers.frame,
            rows=len(rows) + len(gone),
            buf=movers.packed(rows, gone),
            roster=[[row, movers.subjects[row], movers.kinds[int(kinds[row])]] for row in fresh],
            at_ms=int(movers.rows["received_ms"][rows].max()) if len(rows) else 0,
        )

    def _look(self, scope: Scope) -> _Presence:
        movers = self._moving.movers
        presence = self._presence.get(scope.code)
        if presence is None or presence.read_to > movers.frame:
            presence = self._presence[scope.code] = _Presence(born=movers.frame)
            while len(self._presence) > _SCOPES_KEPT:
                self._presence.popitem(last=False)
        self._presence.move_to_end(scope.code)
        if presence.read_to < movers.frame:
            _update(presence, movers, scope)
        return presence


def _update(presence: _Presence, movers: Movers, scope: Scope) -> None:
    missing = len(movers) - len(presence.inside)
    if missing:
        zeros = np.zeros(missing, dtype=np.int64)
        presence.inside = np.concatenate([presence.inside, zeros.astype(bool)])
        presence.entered = np.concatenate([presence.entered, zeros])
        presence.left = np.concatenate([presence.left, zeros])
    low, high = scope.span
    rows = movers.rows
    moved = np.flatnonzero(rows["drawn"] & (rows["frame"] > presence.read_to))
    was, now = presence.inside[moved], (rows["code"][moved] >= low) & (rows["code"][moved] < high)
    presence.entered[moved[now & ~was]] = movers.frame
    presence.left[moved[was & ~now]] = movers.frame
    presence.inside[moved] = now
    presence.read_to = movers.frame
