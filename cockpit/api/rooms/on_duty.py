"""在岗: who is on duty, and who of them nobody knows where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.on_duty import on_duty_blueprint
from cockpit.api.openapi_on_duty import on_duty_paths
from cockpit.api.room import Core, RoomDocument
from cockpit.api.unplaced import unplaced_blueprint
from cockpit.services.on_duty import OnDuty
from cockpit.services.unplaced import Unplaced


@dataclass(frozen=True, kw_only=True)
class OnDutyRoom:
    """`/gridworkers/on-duty` and `/gridworkers/unplaced`."""

    document: ClassVar[RoomDocument] = RoomDocument(on_duty_paths)

    on_duty: OnDuty
    unplaced: Unplaced

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield on_duty_blueprint(self.on_duty, core.clock)
        yield unplaced_blueprint(self.unplaced, core.clock)
