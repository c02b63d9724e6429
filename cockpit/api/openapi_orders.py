"""What the OpenAPI document says of orders and of the notices that go with them."""

from typing import Any

from cockpit.api.openapi_parts import KEY, TEXT, TIME, asking, get, json, path, problems, query
from cockpit.api.orders import VERBS, OrdersRequest, OrderStepRequest, UndoRequest
from cockpit.domain.order import Rung
from cockpit.store.notices import NoticeState

ORDER_MODELS: tuple[type[Any], ...] = (OrdersRequest, OrderStepRequest, UndoRequest)


def order_paths() -> dict[str, Any]:
    """调度单: asked for, listed, and one path a rung."""
    order_id = path("order_id", "of the order")
    asked = [
        query("event_id", TEXT, "orders to this event"),
        query("recipient_id", TEXT, "orders of this recipient"),
        query("state", {"type": "string", "enum": [r.value for r in Rung]}, "the rung it stands on"),
        query("open", {"type": "boolean"}, "not ended"),
        query("scope", TEXT, "division or grid code within your own"),
        query("as_of", TIME, "an instant of the past"),
        query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
        query("cursor", TEXT, "`next` of the page before"),
    ]
    return {
        "/orders": {
            **get("调度单 of today, each with its ladder", asked, "Page"),
            "post": asking("下达: order recipients to an event; all of them or nobody", "OrdersRequest", [KEY]),
        },
        "/orders/{order_id}": get("one order", [order_id, query("as_of", TIME, "then")], "Item", 404),
        "/notices": get(
            "通知: what was told outside",
            [
                query("state", {"type": "string", "enum": [s.value for s in NoticeState]}, "what became of it"),
                *asked[4:5],
                *asked[6:],
            ],
            "Page",
        ),
        "/notices/{notice_id}/send": {
            "post": {
                "summary": "send once more what failed or is uncertain",
                "parameters": [path("notice_id", "of the notice")],
                "responses": {"202": json("asked", "Item"), **problems(404, 409)},
            }
        },
        "/orders/undo": {"post": asking("撤回 within ten seconds", "UndoRequest", [KEY])},
        **{
            f"/orders/{{order_id}}/{verb}": {
                "post": asking(f"say that the order is {rung.value}", "OrderStepRequest", [order_id, KEY])
            }
            for verb, rung in VERBS.items()
        },
    }
