"""What the OpenAPI document says of buildings, households and who lives in them."""

from typing import Any

from cockpit.api.house_deeds import RevisitRequest, UnmaskRequest
from cockpit.api.openapi_parts import TEXT, asking, get, json, path, problems, query

HOUSE_MODELS: tuple[Any, ...] = (UnmaskRequest, RevisitRequest)


def house_paths() -> dict[str, Any]:
    """`/buildings`, `/households`."""
    scope = query("scope", TEXT, "division or grid code within your own")
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page")
    household_id = path("household_id", "of the door")
    days = query("days", {"type": "integer", "minimum": 1, "maximum": 3650}, "older than so many days; 180 without it")
    unmask = asking("whole names and numbers, for a reason that is kept", "UnmaskRequest", [household_id])
    unmask["responses"] = {"200": json("the household", "Item"), **problems(404, 429, 503)}
    remind = asking("remind the gridworkers of a grid of stale records, once a week", "RevisitRequest", [])
    visit = {
        "summary": "走访: somebody checked just now who lives there",
        "parameters": [household_id],
        "responses": {"200": json("the new time", "Item"), **problems(404, 503)},
    }
    return {
        "/buildings": get(
            "楼: buildings with their counts",
            [scope, query("bbox", TEXT, "west,south,east,north"), query("q", TEXT, "part of the name"), limit], "Page",
        ),
        "/buildings/{building_code}": get(
            "one building with its doors", [path("building_code", "of the building")], "List", 404
        ),
        "/households/stale": get("records that nobody checked for long, by grid", [scope, days, limit], "List"),
        "/households/stale/remind": {"post": remind},
        "/households/{household_id}": get("户: who lives behind a door, masked", [household_id], "Item", 404),
        "/households/{household_id}/unmask": {"post": unmask},
        "/households/{household_id}/visit": {"post": visit},
        "/search": get(
            "搜索: places, divisions, people, events, numbers and coordinates, group by group",
            [query("q", TEXT, "what was typed: words, a number, coordinates, pinyin initials"), scope,
             query("limit", {"type": "integer", "minimum": 1, "maximum": 50}, "things of a group; 6 without it")],
            "Item",
        ),
    }  # fmt: skip
