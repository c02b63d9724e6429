"""The paths of tracks in the OpenAPI document."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, TIME, get, object_of, path, query

TRACK_SCHEMAS: dict[str, Any] = {
    "Tracked": object_of({"as_of": TIME, "total": {"type": "integer"}, "items": {"type": "array"}, "kept_from": TIME}),
    "Track": object_of(
        {
            "type": {"const": "FeatureCollection"}, "as_of": TIME, "subject_id": TEXT, "from": TIME, "to": TIME,
            "fixes": {"type": "integer"}, "summary": {"type": "object"}, "coverage": {"type": "object"},
            "features": {"type": "array", "items": {"type": "object"}},
        }
    ),
}  # fmt: skip


def track_paths() -> dict[str, Any]:
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    listed = [scope, query("q", TEXT, "words in id, name or grid"), query("limit", {"type": "integer"}, "items")]
    one = [
        path("subject_id", "whose"),
        scope,
        query("from", TIME, "without it the local day of now"),
        query("to", TIME, "at most 48 hours later"),
        query("format", {"enum": ["geojson", "gpx"]}, "GPX 1.1 as a file"),
        query("tolerance_m", {"type": "number"}, "leave out fixes that lie so near the line; 0: none"),
        query("times", {"enum": ["iso", "ms"]}, "`coordTimes` as ISO 8601 or `times_ms` since 1970"),
    ]
    return {
        "/tracks": get("轨迹: whose tracks you may ask for", listed, "Tracked"),
        "/tracks/{subject_id}": get(
            "轨迹: a track as GeoJSON with times; written to the audit trail", one, "Track", 404
        ),
    }
