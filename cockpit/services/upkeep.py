"""保养: what is too old leaves the archive and the lanes, so that an installation runs for years."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.stream.connection import UNAVAILABLE as STREAM_AWAY
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

#: commands and the keys that make repeats harmless are kept this long
_COMMANDS_KEPT = timedelta(days=7)
#: what was told outside is kept this long
_NOTICES_KEPT = timedelta(days=90)
_EVERY_S = 3600.0


class OldFixes(Protocol):
    def delete_before(self, to_ms: int) -> int: ...


class OldKeys(Protocol):
    def delete_before(self, at: datetime) -> int: ...


class OldNotices(Protocol):
    def delete_before(self, at: datetime) -> int: ...


class OldCommands(Protocol):
    def trim(self, before: str) -> int: ...


class Upkeep:
    """Drops fixes older than `positions_kept`, decided commands and their keys after a week, notices after months."""

    def __init__(
        self,
        *,
        fixes: OldFixes,
        keys: OldKeys,
        commands: OldCommands,
        notices: OldNotices,
        positions_kept: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fixes, self._keys, self._commands = fixes, keys, commands
        self._notices, self._positions_kept, self._clock = notices, positions_kept, clock

    def run(self, stop: threading.Event) -> None:
        """Once an hour until `stop`; what could not be done now is done next time."""
        while not stop.is_set():
            try:
                self.once()
            except (*DATABASE_AWAY, *STREAM_AWAY) as away:
                log.warning("upkeep waits for the next hour", error=str(away))
            stop.wait(_EVERY_S)

    def once(self) -> dict[str, int]:
        """How many of each kind were dropped."""
        now = self._clock()
        old = now - _COMMANDS_KEPT
        dropped = {
            "fix_batches": self._fixes.delete_before(millis_of(now - self._positions_kept)),
            "idempotency_keys": self._keys.delete_before(old),
            "notices": self._notices.delete_before(now - _NOTICES_KEPT),
            "commands": self._commands.trim(f"{millis_of(old)}-0"),
        }
        if any(dropped.values()):
            log.info("old records dropped", **dropped)
        return dropped
