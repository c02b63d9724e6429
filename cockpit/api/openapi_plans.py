"""What the OpenAPI document says of plans and of the recommendation."""

from typing import Any

from cockpit.api.openapi_parts import KEY, TEXT, TIME, asking, get, json, path, problems, query, ref
from cockpit.api.plans import RunPlanRequest, TickRequest
from cockpit.api.recommendation import RecommendationRequest

PLAN_MODELS: tuple[Any, ...] = (RunPlanRequest, TickRequest, RecommendationRequest)


def plan_paths() -> dict[str, Any]:
    """`/plans…`."""
    plan_id = path("plan_id", "name of the plan's file")
    event_id = query("event_id", TEXT, "whether they fit this event, and why")
    return {
        "/plans": get("预案: those that fit best first; `broken` lists files that are none", [event_id], "Page"),
        "/plans/{plan_id}": get("one plan; with an event also whom it would send", [plan_id, event_id], "Item", 404),
        "/plans/{plan_id}/run": {
            "post": asking("一键指挥: mode, orders and notices of a plan, once", "RunPlanRequest", [plan_id, KEY])
        },
        "/recommendation": {
            "post": {
                "summary": "推荐: who could go where, decided for all incidents together; orders nobody",
                "requestBody": {
                    "content": {"application/json": {"schema": ref("RecommendationRequest")}},
                },
                "responses": {"200": json("two or three options with what each costs", "Item"), **problems(404)},
            }
        },
        "/plans/runs": get(
            "plans that were run, each with its checklist",
            [
                query("event_id", TEXT, "for this event"),
                query("scope", TEXT, "division or grid code within your own"),
                query("as_of", TIME, "an instant of the past"),
                query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page"),
            ],
            "Page",
        ),
        "/plans/runs/{run_id}/checklist": {
            "post": asking("tick an item", "TickRequest", [path("run_id", "`command_id` of the run"), KEY])
        },
    }
