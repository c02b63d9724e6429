"""The rooms of the API that a web process has, joined from its parts. A new room is a file and its line below."""

from collections.abc import Callable

from cockpit.api.room import Room
from cockpit.api.rooms.screenshots import ScreenshotRoom
from cockpit.domain.scope import Scope
from cockpit.web_parts import WebParts
from cockpit.web_rooms.base_maps import base_map_room
from cockpit.web_rooms.devices import alarm_room, patrol_room
from cockpit.web_rooms.events import event_room, forecast_room, situation_room
from cockpit.web_rooms.feeds import feed_room, outward_room
from cockpit.web_rooms.layers import indicator_room, layer_room
from cockpit.web_rooms.people import house_room, on_duty_room, phone_room
from cockpit.web_rooms.reports import report_room
from cockpit.web_rooms.response import nearby_room, order_room, plan_room
from cockpit.web_rooms.tracks import track_room


def rooms_of(web: WebParts, *, movers_held: Callable[[Scope], None]) -> tuple[Room, ...]:
    """`movers_held` hears which scope's movers a browser gets to hold."""
    layers = layer_room(web)
    return (
        feed_room(web),
        outward_room(web),
        event_room(web),
        forecast_room(web),
        situation_room(web, movers_held),
        indicator_room(web, layers),
        report_room(web),
        ScreenshotRoom(desk=web.screenshots),
        layers,
        base_map_room(web),
        nearby_room(web),
        order_room(web),
        plan_room(web),
        alarm_room(web),
        patrol_room(web),
        on_duty_room(web),
        phone_room(web),
        track_room(web),
        house_room(web),
    )
