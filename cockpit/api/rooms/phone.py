"""A gridworker's own session: who, what is theirs, attendance, photos, a sketch of the ground."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.attachments import AttachmentDesk, AttachmentTable, PhotoStore, attachments_blueprint
from cockpit.api.attendance import AttendanceDesk, attendance_blueprint
from cockpit.api.openapi_phone import PHONE_MODELS, phone_paths
from cockpit.api.own import Own, own_blueprint
from cockpit.api.room import Core, RoomDocument
from cockpit.api.sketch import sketch_blueprint
from cockpit.services.sketch import Sketch


@dataclass(frozen=True, kw_only=True)
class PhoneRoom:
    """`/me`, `/mine`, `/attendance`, `/attachments`, `/sketch`."""

    document: ClassVar[RoomDocument] = RoomDocument(phone_paths, PHONE_MODELS)

    photos: PhotoStore
    attachments: AttachmentTable
    #: photos that one account may bring within a day
    photos_a_day: int
    command_phone: str = ""

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield own_blueprint(Own(core.instants, city=core.city, clock=core.clock, command_phone=self.command_phone))
        yield attendance_blueprint(AttendanceDesk(core.instants, core.commands, city=core.city))
        yield attachments_blueprint(
            AttachmentDesk(
                core.instants, self.photos, self.attachments, city=core.city, a_day=self.photos_a_day, clock=core.clock
            )
        )
        yield sketch_blueprint(Sketch(core.city.directory))
