"""The paths of `outward/subscriptions` and of the stream of facts in `openapi.json`."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, get, json, path, problems, query, ref
from cockpit.api.outward import ReplayRequest, SubscriptionRequest

OUTWARD_MODELS: list[Any] = [SubscriptionRequest, ReplayRequest]


def outward_paths() -> dict[str, Any]:
    """What administrators ask."""
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    its_id = path("subscription_id", "id of the subscription")
    body = {"required": True, "content": {"application/json": {"schema": ref("SubscriptionRequest")}}}
    after = query("after", TEXT, "id of the event after which to begin; 0: everything the stream holds")
    again = {"content": {"application/json": {"schema": ref("ReplayRequest")}}}
    return {
        "/stream/facts": get("facts of the scope as they happen, text/event-stream", [scope, after], "Item", 503),
        "/outward/subscriptions": {
            **get("对外推送: subscriptions, how far each has come, its last error", [scope], "Page"),
            "post": {
                "summary": "subscribe a system to the facts of a scope, from now on",
                "requestBody": body,
                "responses": {"201": json("made; `secret` only if it was made here", "Item"), **problems(503)},
            },
        },
        "/outward/subscriptions/{subscription_id}": {
            "delete": {
                "summary": "end a subscription, and forget what it has not acknowledged",
                "parameters": [its_id],
                "responses": {"204": {"description": "ended"}, **problems(404)},
            }
        },
        "/outward/subscriptions/{subscription_id}/replay": {
            "post": {
                "summary": "send again what is dead, and with `since` everything from then on; wakes a stopped one",
                "parameters": [its_id],
                "requestBody": again,
                "responses": {"202": json("sent as soon as it can be", "Item"), **problems(404)},
            }
        },
    }
