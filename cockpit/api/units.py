"""`GET units` 部门: whom an order may go to besides people: each with its duty phone, whose the event is first."""

from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, limit_asked, page_of, scope_asked
from cockpit.api.identity import principal
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.catalogue import texts
from cockpit.domain.order import RecipientKind
from cockpit.domain.resource import masked_phone
from cockpit.domain.role import Role
from cockpit.domain.scope import Scope
from cockpit.domain.unit import Unit
from cockpit.services.city import City
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.units import UnitBook
from cockpit.situation.situation import Situation

#: who calls units by telephone
_CALLING = frozenset({Role.DUTY, Role.ADMIN})
_DEFAULT_ITEMS, _LONGEST_WORDS = 50, 100


class Units:
    """Lists units of a scope, and what they have to do with an event."""

    def __init__(
        self, instants: Instants, *, units: UnitBook, responsibilities: ResponsibilityBook, city: City
    ) -> None:
        self._instants, self._units = instants, units
        self._responsibilities, self._city = responsibilities, city

    def listed(self) -> Response:
        """`?event_id&q&scope&limit`: those responsible for the event first, then those ordered to it, then those who
        work at its place, the smaller division first."""
        scope, limit = scope_asked(), limit_asked(_DEFAULT_ITEMS)
        event_id, words = request.args.get("event_id", ""), request.args.get("q", "").strip()[:_LONGEST_WORDS]
        found = [
            u for u in self._units.now().values() if scope.covers(u.code) and words.casefold() in u.name.casefold()
        ]
        with self._instants.fold.lock:
            situation, now = self._instants.fold.situation, self._instants.clock()
            place_code, first = self._asked_first(situation, event_id) if event_id else ("", frozenset[str]())
            orders = {
                unit.unit_id: [(o.issued.event_id, o.order_id) for o in situation.orders.open_of(unit.unit_id)]
                for unit in found
            }

        def ordered_to(unit: Unit) -> str | None:
            return next((order for event, order in reversed(orders[unit.unit_id]) if event == event_id), None)

        def nearness(unit: Unit) -> tuple[bool, bool, bool, int, str, str]:
            is_here = bool(place_code) and Scope(unit.code).covers(place_code)
            depth = -unit.level.depth if place_code else unit.level.depth
            return unit.name not in first, ordered_to(unit) is None, not is_here, depth, unit.code, unit.name

        items: list[object] = [
            {
                **self._item(unit),
                "responsible": unit.name in first,
                "open_orders": len(orders[unit.unit_id]),
                "order_id": ordered_to(unit),
            }
            for unit in sorted(found, key=nearness)[:limit]
        ]
        return page_of(now, items, total=len(found), scope=scope.code, event_id=event_id or None)

    def _asked_first(self, situation: Situation, event_id: str) -> tuple[str, frozenset[str]]:
        """Where the event is, and the names that the list gives for its class there."""
        event = situation.events.get(event_id)
        if event is None or not principal().scope.covers(event.report.place.code):
            raise ProblemError(404, f"no event {clean(event_id[:200])} is at work", rule="unknown_event")
        report = event.report
        entries = self._responsibilities.now().most_specific(report.category or "", report.place.code)
        return report.place.code, frozenset(entry.unit for entry in entries)

    def _item(self, unit: Unit) -> dict[str, Any]:
        lang = language(request)
        phone = unit.phone if principal().role in _CALLING else masked_phone(unit.phone)
        return {
            "id": unit.unit_id,
            "kind": RecipientKind.UNIT,
            "kind_title": texts(lang)["resource_kind.unit"],
            "name": unit.name,
            "code": unit.code,
            "division": self._city.name_of(unit.code, lang) if unit.code in self._city.divisions else "",
            "level": unit.level,
            "phone": phone or None,
        }


def units_blueprint(units: Units) -> Blueprint:
    """`/api/v1/units`."""
    blueprint = Blueprint("units", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/units", "listed", units.listed, methods=["GET"])
    return blueprint
