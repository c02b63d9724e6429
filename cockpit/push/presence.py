"""在看: which officers have the same event before them, so that they can talk before both act.

Told and forgotten: it is no fact, it decides nothing (a claim does), and each process knows only its own browsers.
"""

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from cockpit.push.client import Client
from cockpit.push.wire import Encoded, encode

#: more names than anybody would read
_MOST_NAMES = 5


class _Look(NamedTuple):
    client: Client
    event_id: str
    name: str


class Presence:
    """Who looks at what. Safe from any thread; `send` never waits."""

    def __init__(self, send: Callable[[Client, Encoded], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._looks: dict[str, _Look] = {}

    def look(self, client: Client, event_id: str, name: str) -> None:
        """`client` has this event before it from now on; an empty id: none."""
        with self._lock:
            before = self._looks.pop(client.sid, None)
            if event_id:
                self._looks[client.sid] = _Look(client, event_id, name)
            told = [before.event_id] if before is not None and before.event_id != event_id else []
            messages = [m for e in (*told, event_id) if e for m in self._messages(e)]
        for to, payload in messages:
            self._send(to, encode("lookers", payload))

    def leave(self, client: Client) -> None:
        """Its connection has ended."""
        self.look(client, "", "")

    def _messages(self, event_id: str) -> list[tuple[Client, dict[str, Any]]]:
        """For everybody at the event: the others. Two windows of one session are one officer."""
        there = [look for look in self._looks.values() if look.event_id == event_id]
        messages = []
        for me in there:
            names = {look.name for look in there if not _same(look.client, me.client)}
            messages.append((me.client, {"event_id": event_id, "names": sorted(names)[:_MOST_NAMES]}))
        return messages


def _same(one: Client, other: Client) -> bool:
    return one is other or (bool(one.cookie) and one.cookie == other.cookie)
