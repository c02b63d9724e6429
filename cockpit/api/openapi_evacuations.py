"""What the OpenAPI document says of evacuations and the address base."""

from typing import Any

from cockpit.api.evacuation_split import SplitRequest
from cockpit.api.evacuations import AreaRequest, EndRequest, EvacuationRequest, HelpersRequest, TapMessage
from cockpit.api.openapi_parts import KEY, TEXT, TIME, asking, get, json, path, problems, query, ref

EVACUATION_MODELS: tuple[Any, ...] = (
    AreaRequest, EvacuationRequest, TapMessage, HelpersRequest, SplitRequest, EndRequest,
)  # fmt: skip


def evacuation_paths() -> dict[str, Any]:
    """`/evacuations…` and `/households/count`."""
    evacuation_id = path("evacuation_id", "as `POST evacuations` told it")
    as_of = query("as_of", TIME, "the board of that instant instead of now")
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page")
    tap = {"oneOf": [ref("TapMessage"), {"type": "array", "items": ref("TapMessage")}]}
    return {
        "/evacuations": {
            **get(
                "疏散: in figures, the newest first",
                [
                    query("scope", TEXT, "a division or grid code within your own scope"), as_of, limit,
                    query("event_id", TEXT, "of this event"),
                    query("running", {"type": "boolean"}, "not ended, or only ended"),
                ],
                "Page",
            ),
            "post": asking("begin an evacuation; the answer has its `evacuation_id`", "EvacuationRequest", [KEY]),
        },
        "/evacuations/{evacuation_id}": get(
            "疏散看板: every household, who must be carried, who helps, when it will be done",
            [evacuation_id, as_of], "Item", 404,
        ),
        "/evacuations/{evacuation_id}/taps": {
            **get(
                "every tap, the newest first",
                [evacuation_id, as_of, limit, query("household_id", TEXT, "of this household")], "Page", 404,
            ),
            "post": {
                "summary": "tap households; a `tap_id` of one sender counts once",
                "parameters": [evacuation_id, KEY],
                "requestBody": {
                    "required": True,
                    "description": "an object, an array or NDJSON; gzip allowed; at most 500 taps",
                    "content": {"application/json": {"schema": tap}},
                },
                "responses": {"202": json("taken", "Taken"), **problems(404, 409, 413, 503)},
            },
        },
        "/evacuations/{evacuation_id}/helpers": {
            "post": asking("who helps from now on", "HelpersRequest", [evacuation_id, KEY])
        },
        "/evacuations/{evacuation_id}/split": {
            "post": asking("untouched doors of silent helpers go to others", "SplitRequest", [evacuation_id, KEY])
        },
        "/evacuations/{evacuation_id}/end": {"post": asking("end it", "EndRequest", [evacuation_id, KEY])},
        "/households/count": {
            "post": {
                "summary": "how many households an area has",
                "requestBody": {"required": True, "content": {"application/json": {"schema": ref("AreaRequest")}}},
                "responses": {"200": json("the answer", "Item"), **problems()},
            }
        },
    }  # fmt: skip
