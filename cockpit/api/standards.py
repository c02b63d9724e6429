"""`GET standards`: the conditions and limits in force at an instant, and which versions there are."""

from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, page_of, time_of
from cockpit.domain.standard import Standard
from cockpit.services.standards import StandardsBook

_LONGEST_CATEGORY = 32


class StandardsAnswers:
    """The book of standards over HTTP; the same for every scope."""

    def __init__(self, instants: Instants, book: StandardsBook) -> None:
        self._instants, self._book = instants, book

    def get(self) -> Response:
        """`?category=event.01.10` or its beginning, `?at=` for another instant than now; in the published order."""
        at = time_of("at") or self._instants.clock()
        standards = self._book.now()
        version = standards.version_at(at)
        rows = standards.rows_at(at, request.args.get("category", "")[:_LONGEST_CATEGORY])
        with self._instants.fold.lock:
            day_s = self._instants.fold.situation.calendar.day_s
        return page_of(
            at,
            [_item(row, day_s) for row in rows],
            total=len(rows),
            version=version.name if version else None,
            valid_from=version.valid_from if version else None,
            versions=[{"version": v.name, "valid_from": v.valid_from} for v in standards.versions],
        )


def _item(row: Standard, day_s: int) -> dict[str, Any]:
    return {
        "category": row.category,
        "class_code": row.class_code,
        "class_name": row.class_name,
        "subclass_code": row.subclass_code,
        "name": row.name,
        "condition": row.condition,
        "limit": str(row.limit),
        "amount": row.limit.amount,
        "limit_unit": row.limit.unit,
        "office": row.limit.office,
        "allowed_s": row.limit.allowed_s(day_s),
        "unit": row.unit,
    }


def standards_blueprint(answers: StandardsAnswers) -> Blueprint:
    """`GET /api/v1/standards`."""
    blueprint = Blueprint("standards", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/standards", "get", answers.get, methods=["GET"])
    return blueprint
