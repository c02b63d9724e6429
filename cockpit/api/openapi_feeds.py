"""What the OpenAPI document says of feeds: what is posted to them, and what was set aside."""

from typing import Any

from cockpit.api.messages import AlarmMessage, EventMessage, PositionMessage, ReadingMessage, TransitionMessage
from cockpit.api.openapi_parts import PAGE, TEXT, get, json, path, problems, query, ref
from cockpit.domain.source import FEEDS

_FEEDS = {
    "events": (EventMessage, "上报: events as their source reports them"),
    "transitions": (TransitionMessage, "流转: events entered stages"),
    "alarms": (AlarmMessage, "报警: devices raise and clear alarms"),
    "readings": (ReadingMessage, "读数: what devices measure; rules make alarms of it"),
    "positions": (PositionMessage, "定位: where people and vehicles are"),
}
FEED_MODELS: tuple[type[Any], ...] = tuple(model for model, _ in _FEEDS.values())


def feed_paths() -> dict[str, Any]:
    """`/feeds/…`: what programs post, and what could not be looked at."""
    return {
        **{f"/feeds/{name}": _feed(*about) for name, about in _FEEDS.items()},
        **_formats(),
        "/feeds/dead-letters": get(
            "messages that could not even be looked at", [query("feed", TEXT, "of this feed"), PAGE[0]], "Page"
        ),
    }


def _feed(model: type[Any], summary: str) -> dict[str, Any]:
    one = ref(model.__name__)
    body = {"oneOf": [one, {"type": "array", "items": one}]}
    return {
        "post": {
            "summary": summary,
            "parameters": [
                query("source", {"type": "string", "enum": list(FEEDS)}, "whose heartbeat an empty array is")
            ],
            "requestBody": {
                "required": True,
                "description": "an object, an array or NDJSON; gzip allowed; at most 16 MiB, unpacked too",
                "content": {"application/json": {"schema": body}, "application/x-ndjson": {"schema": one}},
            },
            "responses": {"202": json("taken and safe in the stream", "Taken"), **problems(413, 415, 503)},
        }
    }


def _formats() -> dict[str, Any]:
    """Feeds with words of their own; what each understands is in docs/feeds."""
    token = query("token", TEXT, "a feed's token, for what cannot send a header; or as the password of Basic")
    taken = {"200": {"description": "taken, or known already"}, **problems(503)}
    body: dict[str, Any] = {"content": {"application/json": {"schema": {}}}}
    osmand = {"summary": "OsmAnd / Traccar Client: one position", "parameters": [token], "responses": taken}
    return {
        "/feeds/owntracks": {
            "post": {
                "summary": "OwnTracks: one position", "parameters": [token], "requestBody": body, "responses": taken,
            }
        },
        "/feeds/osmand": {"get": osmand, "post": {**osmand, "requestBody": body}},
        "/feeds/{name}": {
            "post": {
                "summary": "a feed that has a file: its own words, as docs/feeds.md says",
                "parameters": [path("name", "of the feed"), token],
                "requestBody": body,
                "responses": {"202": json("taken and safe in the stream", "Taken"), **problems(404, 413, 415, 503)},
            }
        },
    }  # fmt: skip
