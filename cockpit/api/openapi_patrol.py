"""What the OpenAPI document says of findings."""

from typing import Any

from cockpit.api.openapi_parts import AS_OF, PAGE, SCOPE, TEXT, TIME, get, json, path, problems, query
from cockpit.api.patrol import AskedFindings, AskedOrder


def patrol_paths() -> dict[str, Any]:
    """`/patrol/…`, and where the picture of a finding is stored."""
    since, until = query("from", TIME, "at or after"), query("to", TIME, "before")
    form = query("format", {"type": "string", "enum": ["ndjson", "csv"]}, "ndjson without it")
    filters = [
        query("state", {"type": "string", "enum": [s.value for s in AskedFindings]}, "waiting without it"),
        query("order", {"type": "string", "enum": [o.value for o in AskedOrder]}, "confidence without it"),
        query("kind", TEXT, "the model's kind"),
        query("street", TEXT, "a division code within your own scope"),
        query("min_confidence", {"type": "number", "minimum": 0, "maximum": 1}, "at least so sure"),
    ]
    event_id = path("event_id", "public id of the event")
    place = [query(name, {"type": "number"}, "where it was taken, WGS-84 degrees") for name in ("lon", "lat")]
    return {
        "/patrol/findings": get("智能巡查: what models found", [SCOPE, AS_OF, *filters, PAGE[0]], "Page"),
        "/patrol/findings/{event_id}": get("one finding and its verdict", [event_id, AS_OF], "Item", 404),
        "/patrol/findings/{event_id}/picture": get("its picture from a configured host, JPEG", [event_id], "Item", 404),
        "/patrol/rules": get("thresholds by kind, and the precision of past verdicts", [SCOPE, AS_OF], "Page"),
        "/patrol/verdicts": get("what was judged, NDJSON or CSV", [SCOPE, AS_OF, since, until, form], "Item"),
        "/feeds/pictures": {"post": _picture(place)},
    }


def _picture(place: list[dict[str, Any]]) -> dict[str, Any]:
    picture = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    body = {"required": True, "content": dict.fromkeys(("image/jpeg", "image/png", "image/webp"), picture)}
    return {
        "summary": "store the picture of a finding, which then names its address",
        "parameters": place,
        "requestBody": body,
        "responses": {"201": json("kept", "Item"), **problems(413, 415, 507)},
    }
