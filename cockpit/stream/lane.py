"""A lane: one ordered stream of raw entries, the groups that read it, and its dead letters.

`Lane` and `LaneGroup` are the seam. `redis_lane` is real, `memory_lane` is its twin for one process, and
the same contract tests hold both to the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from cockpit.domain.instant import millis_of as millis_of

#: before the first entry
START = "0-0"


def position_key(position: str) -> tuple[int, int]:
    """A position (`ms-n`, or `0` for the start) as numbers that compare in stream order."""
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)


def time_of(position: str) -> datetime:
    """When the stream took the entry at `position`, by the stream's own clock."""
    return datetime.fromtimestamp(position_key(position)[0] / 1000, tz=UTC)


class Raw(NamedTuple):
    """One entry as it lies in the stream; both are empty if it was trimmed before its group read it."""

    position: str
    type_name: str
    body: bytes


class Record(NamedTuple):
    """One entry to append: `digest` is what makes a second one recognisable, kept in the bucket `bucket`."""

    type_name: str
    body: bytes
    digest: bytes
    bucket: str
    #: where it lay before, when it is put back; empty for a new one
    position: str = ""


@dataclass(frozen=True, slots=True)
class DeadEntry:
    """An entry that was set aside: what it was, and why, when and by whom it was not taken."""

    at: datetime
    position: str
    type_name: str
    body: bytes
    reason: str
    group: str
    consumer: str


class LaneGroup(Protocol):
    """One consumer of a group: each entry goes to one consumer, again and again until it is acknowledged."""

    def read(self, *, count: int, block_ms: int) -> list[Raw]:
        """What this consumer has read but not acknowledged, oldest first; only if there is nothing, new entries."""

    def ack(self, positions: Sequence[str]) -> None:
        """These are dealt with."""

    def claim_stale(self, min_idle_ms: int) -> int:
        """Take over what any consumer left unacknowledged so long; it comes with the next `read`."""

    def set_aside(self, raw: Raw, reason: str) -> None:
        """Move one entry to the dead letters and acknowledge it, both or neither."""

    def lag(self) -> int:
        """How many entries this group has not acknowledged yet."""

    def waiting_s(self) -> float:
        """Seconds since the lane took the oldest entry that this group has not acknowledged; 0 when there is none."""


class Lane(Protocol):
    """One ordered stream of raw entries."""

    def append(self, records: Sequence[Record]) -> list[bool]:
        """Append what is not known yet; True for each that was new."""

    def append_together(self, records: Sequence[Record]) -> list[bool]:
        """Append all of them if each is new; otherwise none, and False tells which are known. 1,000 at most."""

    def remember(self, seen: Sequence[tuple[str, bytes]]) -> None:
        """Know these (bucket, digest) as if their entries had been appended."""

    def forget(self, buckets_before: str) -> int:
        """Drop what was remembered in buckets whose names sort before; the number of buckets dropped."""

    def add(self, type_name: str, body: bytes) -> str:
        """Append without asking whether it is known; its position."""

    def read(self, after: str, *, count: int, block_ms: int) -> list[Raw]:
        """Up to `count` entries after a position, waiting up to `block_ms` for the first (0: not at all)."""

    def tail(self) -> str:
        """The position of the last entry that was ever appended."""

    def length(self) -> int:
        """How many entries there are."""

    def reaches_back_to(self, position: str) -> bool:
        """True if reading after `position` misses nothing: nothing later was trimmed, and the lane has been there."""

    def begin_after(self, position: str) -> None:
        """Say that entries up to `position` are not here, when only what came after it is put back."""

    def trim(self, before: str) -> int:
        """Drop entries before a position, never one that a group has not acknowledged; how many were dropped."""

    def group(self, name: str, consumer: str) -> LaneGroup:
        """One consumer of the group `name`. A new group starts with the oldest entry, and exists from its first use."""

    def list_dead(self, limit: int) -> list[DeadEntry]:
        """The newest dead letters, newest first."""

    def count_dead(self) -> int:
        """How many dead letters there are."""
