"""What the OpenAPI document says of a gridworker's own session: who, what is theirs, attendance, photos, the sketch."""

from typing import Any

from cockpit.api.attendance import AttendanceRequest
from cockpit.api.openapi_parts import KEY, TEXT, TIME, asking, get, json, path, problems, query

PHONE_MODELS: tuple[Any, ...] = (AttendanceRequest,)
_PICTURES = ("image/jpeg", "image/png", "image/webp")


def phone_paths() -> dict[str, Any]:
    """`/me`, `/mine`, `/attendance`, `/attachments…`, `/sketch`."""
    lon = {**query("lon", {"type": "number", "minimum": -180, "maximum": 180}, "WGS-84"), "required": True}
    lat = {**query("lat", {"type": "number", "minimum": -85, "maximum": 85}, "WGS-84"), "required": True}
    radius = query("radius_m", {"type": "number", "minimum": 50, "maximum": 1000}, "250 without it")
    return {
        "/me": get("who this session is, and the gridworker it stands for", [], "Item"),
        "/mine": get("我的: the asking gridworker's attendance, orders and evacuations", [], "Item"),
        "/attendance": {
            **get(
                "在岗: who said that they are on duty, or not any more",
                [
                    query("scope", TEXT, "a division or grid code within your own scope"),
                    query("on_duty", {"type": "boolean"}, "one of the two"),
                    query("as_of", TIME, "then"),
                ],
                "Page",
            ),
            "post": asking("上岗 or 下岗; a gridworker only their own", "AttendanceRequest", [KEY]),
        },
        "/attachments": {"post": _photo()},
        "/attachments/{photo_id}": get(
            "a photo, to those whose scope may see it", [path("photo_id", "its id")], "Item", 404
        ),
        "/sketch": get("略图: roads and buildings around a place, metres east and north", [lon, lat, radius], "Item"),
    }


def _photo() -> dict[str, Any]:
    picture = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    return {
        "summary": "照片: the body is the picture; it is written anew without EXIF, at most 1920 pixels wide",
        "parameters": [
            query("event_id", TEXT, "those who see this event may see the photo"),
            query("lon", {"type": "number"}, "where it was taken"),
            query("lat", {"type": "number"}, "where it was taken"),
        ],
        "requestBody": {"required": True, "content": dict.fromkeys(_PICTURES, picture)},
        "responses": {"201": json("kept: id and URL", "Item"), **problems(413, 415, 429, 507)},
    }
