"""事件, what is expected of them, and the situation as a whole, joined for a web process."""

from collections.abc import Callable

from cockpit.api.rooms.events import EventRoom
from cockpit.api.rooms.forecast import ForecastRoom
from cockpit.api.rooms.situation import SituationRoom
from cockpit.domain.scope import Scope
from cockpit.web_parts import WebParts


def event_room(web: WebParts) -> EventRoom:
    parts = web.parts
    return EventRoom(
        past=parts.past_events,
        standards=parts.standards,
        responsibilities=parts.responsibilities,
        suggester=parts.suggester,
        on_duty_within_s=web.settings.on_duty_within_s,
        forecast=web.forecast,
    )


def forecast_room(web: WebParts) -> ForecastRoom:
    return ForecastRoom(forecast=web.forecast, demand=web.demand)


def situation_room(web: WebParts, movers_held: Callable[[Scope], None]) -> SituationRoom:
    """`movers_held` hears which scope's movers a browser gets to hold."""
    return SituationRoom(
        surroundings=web.lookout.now, movers_at=web.parts.past_movers.at, movers_held=movers_held
    )  # fmt: skip
