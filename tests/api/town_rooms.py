"""The rooms that a test's town has: each takes what it needs of the town's services, by name."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from cockpit.api.register import ApiServices
from cockpit.api.room import Room
from cockpit.api.rooms.alarms import AlarmRoom
from cockpit.api.rooms.base_maps import BaseMapRoom
from cockpit.api.rooms.events import EventRoom
from cockpit.api.rooms.feeds import FeedRoom
from cockpit.api.rooms.forecast import ForecastRoom
from cockpit.api.rooms.houses import HouseRoom
from cockpit.api.rooms.indicators import IndicatorRoom
from cockpit.api.rooms.layers import LayerRoom
from cockpit.api.rooms.nearby import NearbyRoom
from cockpit.api.rooms.on_duty import OnDutyRoom
from cockpit.api.rooms.orders import OrderRoom
from cockpit.api.rooms.outward import OutwardRoom
from cockpit.api.rooms.patrol import PatrolRoom
from cockpit.api.rooms.phone import PhoneRoom
from cockpit.api.rooms.plans import PlanRoom
from cockpit.api.rooms.reports import ReportRoom
from cockpit.api.rooms.situation import SituationRoom
from cockpit.api.rooms.tracks import TrackRoom

ROOMS: tuple[type[Any], ...] = (
    AlarmRoom, BaseMapRoom, EventRoom, FeedRoom, ForecastRoom, HouseRoom, IndicatorRoom, LayerRoom, NearbyRoom,
    OnDutyRoom, OrderRoom, OutwardRoom, PatrolRoom, PhoneRoom, PlanRoom, ReportRoom, SituationRoom, TrackRoom,
)  # fmt: skip


def joined(services: Mapping[str, Any]) -> ApiServices:
    """The API over these services. A room is left out that lacks something; a name that nobody takes is a mistake."""
    doors = {f.name for f in fields(ApiServices)}
    taken = doors.union(*({f.name for f in fields(room)} for room in ROOMS))
    assert not services.keys() - taken, f"no room takes {services.keys() - taken}"
    own = {name: service for name, service in services.items() if name in doors}
    return ApiServices(rooms=tuple(_rooms(services)), **own)


def _rooms(services: Mapping[str, Any]) -> Iterator[Room]:
    for room in ROOMS:
        known = fields(room)
        if all(f.name in services for f in known if f.default is MISSING and f.default_factory is MISSING):
            yield room(**{f.name: services[f.name] for f in known if f.name in services})
