"""One browser as the server knows it: a cursor per lane, never a queue."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cockpit.domain.scope import Scope

#: a browser that has not acknowledged for so long is frozen: it is disconnected and rejoins by itself
FROZEN_S = 30.0
#: so long unacknowledged, it does not even get beats
_DEAF_S = 3.0


class LaneName(StrEnum):
    DELTA = "delta"
    FRAME = "frame"
    PANELS = "panels"
    MINE = "mine"
    MODE = "mode"


#: lane → the field of `Client` with its cursor
_CURSORS = {
    LaneName.DELTA: "delta", LaneName.FRAME: "frame", LaneName.PANELS: "panel", LaneName.MINE: "mine",
    LaneName.MODE: "mode",
}  # fmt: skip


@dataclass(slots=True)
class Cursor:
    """What a browser has of one lane. While `waiting` (a message is on its way) nothing more is sent."""

    #: up to here the browser is true; the next message continues from here
    n: int = 0
    #: up to here there was nothing for this browser
    seen: int = 0
    waiting: int | None = None
    since_s: float = 0.0

    def start(self, n: int) -> None:
        self.n = self.seen = n
        self.waiting = None

    def sent(self, n: int, now_s: float) -> None:
        self.waiting, self.since_s = n, now_s

    def acked(self, n: int) -> bool:
        """True if this is the acknowledgement that was waited for; anything else is ignored."""
        if self.waiting is None or n != self.waiting:
            return False
        self.n, self.waiting = n, None
        self.seen = max(self.seen, n)
        return True

    def silent_s(self, now_s: float) -> float:
        return 0.0 if self.waiting is None else now_s - self.since_s


@dataclass(slots=True, eq=False)
class Client:
    """A connected browser. Owned by the emitter's lock; `sid` and `eio_sid` name its connection."""

    sid: str
    eio_sid: str
    allowed: Scope
    cookie: str
    environ: dict[str, Any]
    scope: Scope = field(default_factory=lambda: Scope(""))
    #: how other officers see who looks at the same event; empty for roles that only watch
    name: str = ""
    #: whom a phone belongs to; empty for everybody else
    subject: str = ""
    lang: str = ""
    stage: str = ""
    joined: bool = False
    panels: bool = False
    heard_s: float = 0.0
    delta: Cursor = field(default_factory=Cursor)
    frame: Cursor = field(default_factory=Cursor)
    panel: Cursor = field(default_factory=Cursor)
    #: a phone asked for what is its own; that needs no snapshot and no `joined`
    wants_mine: bool = False
    mine: Cursor = field(default_factory=Cursor)
    #: a page asked for the mode alone; likewise
    wants_mode: bool = False
    mode: Cursor = field(default_factory=Cursor)
    mode_told: dict[str, Any] | None = None

    def lane(self, name: LaneName) -> Cursor:
        cursor: Cursor = getattr(self, _CURSORS[name])
        return cursor

    def is_ready(self, name: LaneName) -> bool:
        """True once it has asked for what goes out in that lane."""
        return {LaneName.MINE: self.wants_mine, LaneName.MODE: self.wants_mode}.get(name, self.joined)

    def silent_s(self, now_s: float) -> float:
        """Seconds that the longest unacknowledged message has waited."""
        return max(self.lane(name).silent_s(now_s) for name in LaneName)

    def is_frozen(self, now_s: float) -> bool:
        return self.silent_s(now_s) > FROZEN_S

    def is_deaf(self, now_s: float) -> bool:
        return self.silent_s(now_s) > _DEAF_S
