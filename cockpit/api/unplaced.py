"""`GET gridworkers/unplaced`: 无定位, who is on duty and nobody knows where."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response

from cockpit.api.asked import limit_asked, page_of, scope_asked
from cockpit.api.identity import Principal, require
from cockpit.api.own import masked
from cockpit.services.unplaced import Unplaced, UnplacedPerson
from cockpit.store.accounts import Role

#: who may read names in full
_NAMED = frozenset({Role.DUTY, Role.ADMIN})


def unplaced_blueprint(unplaced: Unplaced, clock: Callable[[], datetime]) -> Blueprint:
    """`/api/v1/gridworkers/unplaced`."""
    blueprint = Blueprint("unplaced", __name__, url_prefix="/api/v1")

    def listed() -> Response:
        """Never located first, then for the longest. `within_s`: whoever was located since then has a position."""
        asking = require(Role.DUTY, Role.ADMIN, Role.LEADER, Role.SCREEN)
        scope, limit, now = scope_asked(), limit_asked(), clock()
        people = unplaced.people(scope, now)
        items: list[object] = [_item(person, asking) for person in people[:limit]]
        return page_of(now, items, total=len(people), scope=scope.code, within_s=unplaced.within_s)

    blueprint.add_url_rule("/gridworkers/unplaced", "listed", listed, methods=["GET"])
    return blueprint


def _item(person: UnplacedPerson, asking: Principal) -> dict[str, object]:
    entry = person.entry
    return {
        "subject_id": entry.subject_id,
        "name": entry.name if asking.role in _NAMED else masked(entry.name),
        "grid_code": entry.grid_code,
        "shift": entry.shift,
        "located_at": person.located_at,
    }
