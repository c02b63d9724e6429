"""Who is on duty, what a gridworker's phone asks, and who lives where, joined for a web process."""

from cockpit.api.rooms.houses import HouseRoom
from cockpit.api.rooms.on_duty import OnDutyRoom
from cockpit.api.rooms.phone import PhoneRoom
from cockpit.web_parts import WebParts


def on_duty_room(web: WebParts) -> OnDutyRoom:
    return OnDutyRoom(on_duty=web.on_duty, unplaced=web.unplaced)


def phone_room(web: WebParts) -> PhoneRoom:
    return PhoneRoom(
        photos=web.photos,
        attachments=web.attachments,
        photos_a_day=web.settings.photos_a_day,
        command_phone=web.settings.command_phone,
    )


def house_room(web: WebParts) -> HouseRoom:
    parts = web.parts
    return HouseRoom(
        houses=parts.houses, searching=parts.searching, intake=web.intake, recipients=parts.recipients
    )  # fmt: skip
