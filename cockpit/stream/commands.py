"""The commands lane: each command is decided once, however often a person clicks and however many dispatchers run."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from redis import Redis

from cockpit.domain.commands import Command
from cockpit.stream.codec import UnreadableEntryError, decode_command, encode
from cockpit.stream.keys import Keys
from cockpit.stream.lane import DeadEntry, Lane, LaneGroup, Raw, Record
from cockpit.stream.memory_lane import MemoryLane
from cockpit.stream.redis_lane import RedisLane


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One entry of the commands stream: the command, or why it cannot be read."""

    position: str
    command: Command | None
    error: str = ""
    type_name: str = ""
    body: bytes = b""


class CommandGroup:
    """One consumer of a group; each command comes again until it is acknowledged or set aside."""

    def __init__(self, group: LaneGroup) -> None:
        self._group = group

    def read(self, count: int, block_ms: int) -> list[CommandEntry]:
        """First what this consumer has read before and not acknowledged, then new commands."""
        return [_entry_of(raw) for raw in self._group.read(count=count, block_ms=block_ms)]

    def ack(self, positions: Sequence[str]) -> None:
        """These are decided."""
        self._group.ack(positions)

    def claim_stale(self, min_idle_ms: int) -> int:
        """Take over what dead dispatchers left; it comes with the next `read`."""
        return self._group.claim_stale(min_idle_ms)

    def set_aside(self, entry: CommandEntry, reason: str) -> None:
        """Move an entry that cannot be decided to the dead letters and acknowledge it."""
        self._group.set_aside(Raw(entry.position, entry.type_name, entry.body), reason)

    def lag(self) -> int:
        """Commands that are not decided yet."""
        return self._group.lag()


class CommandLog:
    """The commands stream over any lane."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def append(self, commands: Sequence[Command]) -> list[bool]:
        """True for each command that is new, False where its id is known: a double click asks once."""
        return self._lane.append([_record_of(command) for command in commands])

    def group(self, name: str, consumer: str) -> CommandGroup:
        """One consumer of the group `name`, which starts with the oldest entry when it is new."""
        return CommandGroup(self._lane.group(name, consumer))

    def length(self) -> int:
        """How many entries the stream holds."""
        return self._lane.length()

    def trim(self, before: str) -> int:
        """Drop commands before a position, never one that is not decided."""
        return self._lane.trim(before)

    def list_dead(self, limit: int) -> list[DeadEntry]:
        """The newest commands that were set aside, newest first."""
        return self._lane.list_dead(limit)

    def count_dead(self) -> int:
        """How many commands were set aside."""
        return self._lane.count_dead()


class RedisCommandLog(CommandLog):
    """The commands stream in Redis."""

    def __init__(self, client: Redis, keys: Keys, *, replicas: int = 0) -> None:
        super().__init__(RedisLane(client, keys.commands, replicas=replicas))


class MemoryCommandLog(CommandLog):
    """The commands stream in this process, for tests and tools."""

    def __init__(self) -> None:
        super().__init__(MemoryLane())


def _record_of(command: Command) -> Record:
    type_name, body = encode(command)
    digest = blake2b(command.command_id.encode(), digest_size=16).digest()
    # `at` is the server's own clock, so months cannot be made up here
    return Record(type_name, body, digest, f"{command.at:%Y%m}")


def _entry_of(raw: Raw) -> CommandEntry:
    if not raw.body and not raw.type_name:
        return CommandEntry(raw.position, None, "the entry was trimmed before it was decided")
    try:
        return CommandEntry(raw.position, decode_command(raw.type_name, raw.body), "", raw.type_name, raw.body)
    except UnreadableEntryError as error:
        return CommandEntry(raw.position, None, str(error), raw.type_name, raw.body)
