"""`GET openapi.json`: the API as it is, made from the messages and routes of its rooms."""

from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from cockpit.api.openapi_parts import TEXT, TIME, get, object_of, ref
from cockpit.api.room import RoomDocument


def document(rooms: Iterable[RoomDocument], *, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these rooms."""
    told = tuple(rooms)
    asked: list[Any] = [model for room in told for model in room.models]
    _, models = models_json_schema([(m, "validation") for m in asked], ref_template="#/components/schemas/{model}")
    paths = {path: about for room in told for path, about in room.paths().items()}
    schemas = {name: about for room in told for name, about in room.schemas.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "社会治理一张图 cockpit", "version": version},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": {**paths, "/openapi.json": get("this document", [], "Item")},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "cockpit_session"},
            },
            "schemas": {**models.get("$defs", {}), **_schemas(), **schemas},
            "responses": {
                "Problem": {
                    "description": "what is wrong, as RFC 9457 says it",
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    refused = {"index": {"type": "integer"}, "field": TEXT, "error": TEXT}
    count = {"type": "integer", "minimum": 0}
    item = {"type": "object", "additionalProperties": True}
    indicator = {
        "name": TEXT, "title": TEXT, "value": {"type": ["number", "null"]}, "numerator": count,
        "denominator": {"type": ["integer", "null"]}, "definition": TEXT, "version": {"type": "integer"},
    }  # fmt: skip
    listed = {"type": "array", "items": item}
    return {
        "Problem": object_of({"title": TEXT, "status": {"type": "integer"}, "detail": TEXT}),
        "Taken": object_of(
            {"accepted": count, "duplicate": count, "rejected": {"type": "array", "items": object_of(refused)}}
        ),
        "Asked": object_of({"command_id": TEXT}),
        "Item": item,
        "List": object_of({"as_of": TIME, "items": listed}),
        "Page": object_of({"as_of": TIME, "total": count, "items": listed, "next": {"type": ["string", "null"]}}),
        "Indicators": object_of(
            {"as_of": TIME, "scope": TEXT, "items": {"type": "array", "items": object_of(indicator)}}
        ),
    }
