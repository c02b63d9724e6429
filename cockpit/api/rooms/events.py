"""事件: their lists and moves, whose a place is, and the standards that they are judged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.events import Events, Past, events_blueprint
from cockpit.api.moves import Moves, moves_blueprint
from cockpit.api.openapi_events import EVENT_MODELS, event_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.api.standards import StandardsAnswers, standards_blueprint
from cockpit.api.whose import Whose, whose_blueprint
from cockpit.services.assignment import Suggester
from cockpit.services.forecast.open_events import OpenEvents
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.standards import StandardsBook


@dataclass(frozen=True, kw_only=True)
class EventRoom:
    """`/events…`, `/responsible`, `/standards`."""

    document: ClassVar[RoomDocument] = RoomDocument(event_paths, EVENT_MODELS)

    past: Past
    standards: StandardsBook
    responsibilities: ResponsibilityBook
    suggester: Suggester
    #: a gridworker heard of within this time is on duty
    on_duty_within_s: float
    #: which open events become overtime
    forecast: OpenEvents | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield events_blueprint(Events(core.instants, self.past, self.forecast))
        yield moves_blueprint(Moves(core.instants, core.commands, self.past, find_limit=self.standards.find_limit))
        yield standards_blueprint(StandardsAnswers(core.instants, self.standards))
        yield whose_blueprint(
            Whose(
                core.instants,
                core.projection,
                city=core.city,
                responsibilities=self.responsibilities,
                suggester=self.suggester,
                on_duty_within_s=self.on_duty_within_s,
            )
        )
