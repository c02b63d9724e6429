"""态势 as a whole: mode and calendar, what a browser joins with, what moves and how feeds are doing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Blueprint

from cockpit.api.calendar import Calendar, calendar_blueprint
from cockpit.api.commands import commands_blueprint
from cockpit.api.openapi_situation import SITUATION_MODELS, situation_paths
from cockpit.api.queries import Queries, queries_blueprint
from cockpit.api.room import Core, RoomDocument
from cockpit.api.snapshot import Snapshots, snapshot_blueprint
from cockpit.domain.scope import Scope
from cockpit.services.surroundings import Surroundings
from cockpit.situation.movers import Movers


@dataclass(frozen=True, kw_only=True)
class SituationRoom:
    """`/mode`, `/calendar`, `/commands`, `/snapshot`, `/movers`, `/gridworkers`, `/feeds` as far as it is asked."""

    document: ClassVar[RoomDocument] = RoomDocument(situation_paths, SITUATION_MODELS)

    surroundings: Callable[[], Surroundings]
    movers_at: Callable[[datetime], Movers] = lambda _at: Movers()
    #: hears that a browser of this scope gets to hold the movers as they are now (push tells it who left)
    movers_held: Callable[[Scope], None] = lambda _scope: None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield commands_blueprint(core.commands)
        yield calendar_blueprint(Calendar(core.instants))
        yield queries_blueprint(
            Queries(core.instants, core.projection, movers_at=self.movers_at, surroundings=self.surroundings)
        )
        yield snapshot_blueprint(
            Snapshots(core.instants, core.projection, movers_at=self.movers_at, holding=self.movers_held)
        )
