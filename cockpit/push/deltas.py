"""From a browser's cursor to its next delta: everything that its scope saw change, and nothing of other scopes."""

from collections import OrderedDict
from datetime import datetime
from typing import Any, Protocol

from cockpit.domain.scope import Scope
from cockpit.situation.situation import Changed, Situation
from cockpit.situation.view import KINDS, VIEWED, Delta, delta_of, millis

_GONE_KEPT = 100_000


class Changes(Protocol):
    """What deltas are made from: the projector."""

    @property
    def situation(self) -> Situation: ...
    def changed_since(self, seq: int) -> list[Changed] | None: ...
    def day_started_at(self) -> datetime: ...


class Deltas:
    """Makes deltas. Call with the fold's lock held, from one thread.

    Remembers where events, alarms and the like lay: once they have left the fold, only their id is known, and a browser
    shall not even learn the ids of other scopes.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._gone: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._codes: dict[tuple[str, str], str] = {}
        self._read_to = -1
        self._situation: Situation | None = None

    def look(self) -> None:
        """Take note of what has changed since the last look."""
        situation = self._changes.situation
        changed = self._changes.changed_since(self._read_to) if situation is self._situation else None
        if changed is None:
            self._codes = {("event", k): e.report.place.code for k, e in situation.events.items()}
            for kind, viewed in VIEWED.items():
                self._codes.update({(kind, k): viewed.code_of(item) for k, item in viewed.items(situation).items()})
            self._gone.clear()
        else:
            for item in changed:
                self._note(situation, item)
        self._situation, self._read_to = situation, situation.seq

    def since(self, seq: int, scope: Scope) -> Delta | None:
        """The delta from `seq` to now; empty if nothing of the scope changed, None if that is too long ago."""
        changed = self._changes.changed_since(seq)
        if changed is None:
            return None
        situation = self._changes.situation
        mine = [item for item in changed if self._concerns(situation, item, scope)]
        return delta_of(situation, scope, mine, closed_since=self._changes.day_started_at())

    def _note(self, situation: Situation, item: Changed) -> None:
        code = _code_in(situation, item)
        if code is not None:
            self._codes[item] = code
        elif item in self._codes:
            self._gone[item] = self._codes.pop(item)
            while len(self._gone) > _GONE_KEPT:
                self._gone.popitem(last=False)

    def _concerns(self, situation: Situation, item: Changed, scope: Scope) -> bool:
        if item.kind == "mode":
            return scope.code.startswith(item.key)
        code = _code_in(situation, item)
        if code is None:
            code = self._gone.get(item)
        # somebody must hear of what is gone: if nobody knows any more where it was, everybody
        return code is None or scope.covers(code)


def _code_in(situation: Situation, item: Changed) -> str | None:
    if item.kind == "event":
        event = situation.events.get(item.key)
        return event.report.place.code if event else None
    viewed = VIEWED.get(item.kind)
    there = viewed.items(situation).get(item.key) if viewed else None
    return viewed.code_of(there) if viewed and there is not None else None


def is_empty(delta: Delta) -> bool:
    return "mode" not in delta and not any(delta[kind] for kind in KINDS)


def delta_message(delta: Delta, *, since: int, seq: int, at_ms: int, day: datetime) -> dict[str, Any]:
    """The payload of a `delta` event."""
    return {"since": since, "seq": seq, "at_ms": at_ms, "day_ms": millis(day), **delta}


def empty_delta() -> Delta:
    return {kind: {} for kind in KINDS}
