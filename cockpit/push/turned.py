"""模式: the lane of pages that only want to know whether it is wartime. One small row, sent when it turns.

A leader's drill-down reads its figures over HTTP; a snapshot and every delta would be far more than it draws. As in
the lane of a phone there are no differences: one message makes true whoever was away.
"""

from collections.abc import Callable, Iterable
from typing import Any

from cockpit.push.client import Client
from cockpit.push.mine import OwnChanges, Told
from cockpit.push.wire import Encoded, encode
from cockpit.situation.view import mode_row


class Turned:
    """Makes the messages of one round."""

    def __init__(self, projection: OwnChanges, *, clock_ms: Callable[[], int]) -> None:
        self._projection, self._clock_ms = projection, clock_ms

    def look(self, clients: Iterable[Client]) -> list[Told]:
        """What each client lacks; while the mode of its scope is as it was told, nothing."""
        waiting = [client for client in clients if client.mode.waiting is None]
        if not waiting:
            return []
        with self._projection.lock:
            seq = self._projection.situation.seq
            rows: dict[str, dict[str, Any]] = {}
            for client in waiting:
                if client.mode.seen < seq and client.scope.code not in rows:
                    rows[client.scope.code] = mode_row(self._projection.situation, client.scope)
        told, encoded = [], dict[str, Encoded]()
        at_ms = self._clock_ms()
        for client in waiting:
            row = rows.get(client.scope.code)
            if row is None or client.mode.seen >= seq:
                continue
            if client.mode_told == row:
                client.mode.seen = seq
                continue
            client.mode_told = row
            if client.scope.code not in encoded:
                encoded[client.scope.code] = encode("mode", {"seq": seq, "at_ms": at_ms, **row})
            told.append(Told(client, client.mode.n, seq, encoded[client.scope.code]))
        return told
