"""`GET gridworkers/on-duty` 在岗: who is on duty now, and what says so; as many as the wall's figure says."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response

from cockpit.api.asked import limit_asked, page_of, scope_asked
from cockpit.api.identity import require
from cockpit.api.own import masked
from cockpit.domain.role import Role
from cockpit.services.on_duty import OnDuty

#: who may read names in full
_NAMED = frozenset({Role.DUTY, Role.ADMIN})


def on_duty_blueprint(on_duty: OnDuty, clock: Callable[[], datetime]) -> Blueprint:
    """`/api/v1/gridworkers/on-duty`."""
    blueprint = Blueprint("on_duty", __name__, url_prefix="/api/v1")

    def listed() -> Response:
        """By id; `by` is `attendance`, `shift`, or `unplanned` for who is on no plan and was located of late."""
        asking = require(Role.DUTY, Role.ADMIN, Role.LEADER, Role.SCREEN)
        scope, limit, now = scope_asked(), limit_asked(), clock()
        people = on_duty.people(scope, now)
        items: list[object] = [
            {
                "subject_id": entry.subject_id,
                "name": entry.name if asking.role in _NAMED else masked(entry.name),
                "grid_code": entry.grid_code,
                "shift": entry.shift,
                "by": by,
            }
            for entry, by in people[:limit]
        ]
        return page_of(now, items, total=len(people), scope=scope.code)

    blueprint.add_url_rule("/gridworkers/on-duty", "listed", listed, methods=["GET"])
    return blueprint
