"""附近 and 资源: who and what is near a place, and what is registered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Blueprint

from cockpit.api.nearby import NearbyAnswers, nearby_blueprint
from cockpit.api.openapi_nearby import nearby_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.registry import Things
from cockpit.situation.movers import Movers


@dataclass(frozen=True, kw_only=True)
class NearbyRoom:
    """`/nearby`, `/resources`."""

    document: ClassVar[RoomDocument] = RoomDocument(nearby_paths)

    nearby: Nearby
    things: Things
    movers_at: Callable[[datetime], Movers] = lambda _at: Movers()

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield nearby_blueprint(NearbyAnswers(core.instants, self.nearby, self.things, movers_at=self.movers_at))
