"""What the OpenAPI document says of 附近 and 资源."""

from typing import Any

from cockpit.api.openapi_parts import AS_OF, PAGE, SCOPE, TEXT, get, path, query
from cockpit.domain.resource import KINDS


def nearby_paths() -> dict[str, Any]:
    """附近 and 资源."""
    kinds = query("kinds", TEXT, "comma between: " + " ".join(KINDS))
    near = [
        query("lon", {"type": "number", "minimum": -180, "maximum": 180}, "the place, WGS-84"),
        query("lat", {"type": "number", "minimum": -90, "maximum": 90}, "the place, WGS-84"),
        query("event_id", TEXT, "the place of this event instead"),
        query("polygon", TEXT, "lon,lat;lon,lat;…: who is inside, instead of a radius"),
        query("radius_m", {"type": "number", "minimum": 1, "maximum": 100000}, "3000 without it"),
        kinds,
        query("skills", TEXT, "comma between; who has all of them"),
        query("only_free", {"type": "boolean"}, "false: also who has an open order"),
        query("sort", {"type": "string", "enum": ["distance", "eta"]}, "by distance, or by time to the place"),
        query("left_out", {"type": "boolean"}, "also who is near and was left out, with the reason"),
        PAGE[0],
    ]
    listed = [kinds, query("bbox", TEXT, "west,south,east,north"), query("q", TEXT, "words in the name, or an id")]
    one = [path("resource_id", "as it was registered")]
    return {
        "/nearby": get("附近: who and what is near, how soon, and why", [*near, SCOPE, AS_OF], "Page", 404, 409),
        "/resources": get("资源: what is registered", [SCOPE, *listed, *PAGE], "Page"),
        "/resources/{resource_id}": get("one registered thing", one, "Item", 404),
    }
