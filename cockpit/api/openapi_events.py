"""What the OpenAPI document says of events: lists, one with its process, what may be done with it."""

from typing import Any

from cockpit.api.moves import MoveRequest
from cockpit.api.openapi_parts import AS_OF, KEY, PAGE, SCOPE, TEXT, TIME, get, json, path, problems, query, ref
from cockpit.domain.level import Level
from cockpit.domain.moves import MOVES
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.situation.event_filter import AskedColour

EVENT_MODELS: tuple[type[Any], ...] = (MoveRequest,)


def event_paths() -> dict[str, Any]:
    """`/events…`, whose a place is, and the conditions and limits that events are judged by."""
    events = [
        query("stage", {"type": "string", "enum": [s.value for s in Stage]}, "环节"),
        query(
            "colour",
            {"type": "string", "enum": [c.value for c in AskedColour]},
            "as the legend has it; green is all finished",
        ),
        query("overtime", {"type": "boolean"}, "open and overtime now"),
        query("source", {"type": "string", "enum": [s.value for s in Source]}, "来源"),
        query("category", TEXT, "a category code or its beginning, or the exact text"),
        query("q", TEXT, "words in title, description, address or id"),
        query("from", TIME, "reported at or after"),
        query("to", TIME, "reported before"),
        query("closed_from", TIME, "closed at or after"),
        query("closed_to", TIME, "closed before"),
        query("bbox", TEXT, "west,south,east,north"),
    ]
    event_id = path("event_id", "public id `source:event_id`")
    level = query("level", {"type": "string", "enum": [lv.value for lv in Level]}, "units of this level")
    lon = {**query("lon", {"type": "number", "minimum": -180, "maximum": 180}, "WGS-84"), "required": True}
    lat = {**query("lat", {"type": "number", "minimum": -90, "maximum": 90}, "WGS-84"), "required": True}
    category = query("category", TEXT, "for a class, its subclass or neither")
    return {
        "/events": get("事件", [SCOPE, AS_OF, *events, *PAGE], "Page"),
        "/events/{event_id}": get("one event with its whole process", [event_id, AS_OF], "Item", 404),
        "/events/{event_id}/suggestion": get("分拨建议: whom to assign it to, and why", [event_id, level], "Item", 404),
        "/responsible": get("谁管这个点: whose a place is", [lon, lat, category], "Item", 404),
        "/standards": get(
            "立案标准: conditions and limits in force",
            [query("category", TEXT, "a category or its beginning"), query("at", TIME, "then instead of now")],
            "Page",
        ),
        **_moves(),
    }


def _moves() -> dict[str, Any]:
    """One path a move, from the table that decides."""
    event_id = path("event_id", "public id `source:event_id`")
    return {
        f"/events/{{event_id}}/{move.name.value}": {
            "post": {
                "summary": f"ask for {move.name.value}"
                + (f"; needs {', '.join(move.needs)}" if move.needs else "")
                + f"; from {', '.join(sorted(s.value for s in move.from_stages))}",
                "parameters": [event_id, KEY],
                "requestBody": {"content": {"application/json": {"schema": ref("MoveRequest")}}},
                "responses": {"202": json("asked", "Asked"), **problems(404, 409, 503)},
            }
        }
        for move in MOVES
    }
