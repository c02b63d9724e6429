"""What the OpenAPI document says of forecasts."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, get, query


def forecast_paths(scope: dict[str, Any], as_of: dict[str, Any]) -> dict[str, Any]:
    """`/forecast/…`: open events that may become overtime, and the reports that a day brings."""
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "how many; 20 without it")
    day = query("date", {**TEXT, "format": "date"}, "a local day; tomorrow without it")
    return {
        "/forecast/events": get(
            "最可能超时: probability, reason, last moment for a push", [scope, as_of, limit], "List"
        ),
        "/forecast/demand": get("需求预测: reports expected by hour", [scope, as_of, day], "Item"),
    }
