"""What the OpenAPI document says of units as recipients, and of reminding by hand."""

from typing import Any

from cockpit.api.openapi_parts import KEY, TEXT, asking, get, path, query
from cockpit.api.order_reminders import RemindRequest

UNIT_MODELS: tuple[Any, ...] = (RemindRequest,)


def unit_paths() -> dict[str, Any]:
    """`/units` and `/orders/{order_id}/remind`."""
    asked = [
        query("scope", TEXT, "division or grid code within your own"),
        query("event_id", TEXT, "an event: who is responsible for it comes first"),
        query("q", TEXT, "words in the name"),
        query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
    ]
    remind = asking(
        "催办: remind the recipient of an open order, once a minute", "RemindRequest",
        [path("order_id", "of the order"), KEY],
    )  # fmt: skip
    return {
        "/units": get("部门: units that orders may go to, each with its duty phone", asked, "Page", 404),
        "/orders/{order_id}/remind": {"post": remind},
    }
