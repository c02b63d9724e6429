"""A room of the API: what one concern answers, and what `openapi.json` says of it. A new concern is a new room."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from flask import Blueprint

from cockpit.api.asked import Instants
from cockpit.api.commands import CommandAppender, Commands
from cockpit.api.signin import Audit
from cockpit.api.snapshot import Projection
from cockpit.services.city import City


@dataclass(frozen=True)
class RoomDocument:
    """What a room tells of itself in `openapi.json`."""

    #: path below `/api/v1` → what it answers
    paths: Callable[[], Mapping[str, Any]] = dict
    #: bodies that it takes
    models: Sequence[type[Any]] = ()
    #: shapes that are no models, by name
    schemas: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Core:
    """What every room may use, made once for all of them. Safe from any thread."""

    projection: Projection
    instants: Instants
    commands: Commands
    #: for what is asked in the name of somebody else's deed
    appender: CommandAppender
    city: City
    audit: Audit
    clock: Callable[[], datetime]


class Room(Protocol):
    """Given what it needs when it is made; asked once for its blueprints."""

    document: ClassVar[RoomDocument]

    def blueprints(self, core: Core) -> Iterable[Blueprint]:
        """In no particular order: no room hides a path of another."""
        ...
