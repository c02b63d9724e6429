"""What an officer answers an event with — who is near, orders, plans, evacuations — joined for a web process."""

from typing import Any

from cockpit.api.rooms.nearby import NearbyRoom
from cockpit.api.rooms.orders import OrderRoom
from cockpit.api.rooms.plans import PlanRoom
from cockpit.domain.travel import Travel
from cockpit.services.advising import Adviser
from cockpit.services.door_split import walk_straight
from cockpit.services.evacuating import Evacuating
from cockpit.services.plan_running import PlanRunner
from cockpit.store.notices import Notices
from cockpit.web_parts import WebParts

#: places between which ways by road are looked up at once: each costs milliseconds
_MOST_BY_ROAD = 60


def nearby_room(web: WebParts) -> NearbyRoom:
    return NearbyRoom(nearby=web.parts.nearby, things=web.parts.resources, movers_at=web.parts.past_movers.at)


def order_room(web: WebParts) -> OrderRoom:
    parts = web.parts
    return OrderRoom(
        recipients=parts.recipients,
        units=parts.units,
        responsibilities=parts.responsibilities,
        notices=Notices(parts.engine),
        order_accept_within_s=web.settings.order_accept_within_s,
    )


def plan_room(web: WebParts) -> PlanRoom:
    parts = web.parts
    return PlanRoom(
        plans=parts.plans,
        adviser=Adviser(fold=parts.projector, nearby=parts.nearby, plans=parts.plans, things=parts.resources),
        plan_runner=PlanRunner(city=parts.city, nearby=parts.nearby, recipients=parts.recipients),
        evacuating=Evacuating(
            parts.projector,
            city=parts.city,
            households=parts.households,
            fresh_within_s=web.settings.on_duty_within_s,
            walk=lambda origins, targets: _walk(web, origins, targets),
            busy=lambda situation: situation.orders.busy,
        ),
    )


def _walk(web: WebParts, origins: Any, targets: Any) -> Any:
    """Seconds on foot by road between a few places; the straight line where it is many, which is close enough."""
    if max(len(origins), len(targets)) > _MOST_BY_ROAD:
        return walk_straight(origins, targets)
    return web.parts.nearby.travel(origins, targets, Travel.FOOT)
