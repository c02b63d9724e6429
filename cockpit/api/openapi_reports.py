"""The paths of `reports` in `openapi.json`."""

from typing import Any

from cockpit.api.figure_rules import FigureRuleRequest, VersionRequest
from cockpit.api.openapi_parts import KEY, TEXT, get, json, path, problems, query, ref
from cockpit.api.reports import ReportRequest

REPORT_MODELS: list[Any] = [ReportRequest, FigureRuleRequest, VersionRequest]


def report_paths() -> dict[str, Any]:
    """What readers of figures ask."""
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    kind = query("kind", TEXT, "daily, weekly or monthly")
    its_id = path("report_id", "id of the report; with `.pdf`, `.html` or `.json` behind it the report itself")
    body = {"required": True, "content": {"application/json": {"schema": ref("ReportRequest")}}}
    one = path("report_id", "id of the report")
    what = path(
        "name",
        "a list (docs/reports.md) with its form: events, records, alarms, orders, devices, forecast …",
    )
    return {
        "/figure-alerts": get(
            "数字预警: figures that crossed a limit or are unusual, each with the list behind it",
            [scope, query("open", TEXT, "true: those that last; false: those that ended")],
            "Page",
        ),
        **_figure_rule_paths(),
        "/exports/{name}": get(
            "导出: a list as `.csv` or `.xlsx`; all else is asked as of the list itself", [what, scope], "Item"
        ),
        "/reports": {
            **get("报告: what was asked for and what became of it, the newest first", [scope, kind], "Page"),
            "post": {
                "summary": "ask for the report of the day, week or month that a date lies in",
                "requestBody": body,
                "responses": {"202": json("its row; the same one that is under way is not asked for twice", "Item"),
                              **problems(400, 403)},
            },
        },
        "/reports/{report_id}": get("one report", [its_id], "Item"),
        "/reports/{report_id}/retry": {
            "post": {
                "summary": "try a failed one once more",
                "parameters": [one],
                "responses": {"202": json("it waits again", "Item"), **problems(404, 409)},
            }
        },
    }  # fmt: skip


def _figure_rule_paths() -> dict[str, Any]:
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    its_id = path("rule_id", "id of the rule")
    version = query("version", TEXT, "the version that was read")
    body, told = (_body(model) for model in ("FigureRuleRequest", "VersionRequest"))
    return {
        "/figure-rules": {
            **get("数字预警规则: each with what the last look at it found; those of the file as well", [scope], "Page"),
            "post": {
                "summary": "make a rule on a figure; it is looked at at once", "parameters": [KEY], "requestBody": body,
                "responses": {"201": json("the rule", "Item"), **problems(409)},
            },
        },
        "/figure-rules/preview": {
            "post": {
                "summary": "how often a rule would have sounded over the past eight weeks; nothing is kept",
                "requestBody": body, "responses": {"200": json("when, and what it was", "Item"), **problems()},
            }
        },
        "/figure-rules/{rule_id}": {
            "put": {
                "summary": "the rule anew; `version` is that which was read", "parameters": [its_id],
                "requestBody": body, "responses": {"200": json("the rule", "Item"), **problems(404, 409)},
            },
            "delete": {
                "summary": "it holds no more; its answer's `version` takes that back", "parameters": [its_id, version],
                "responses": {"200": json("the rule as it was", "Item"), **problems(404, 409)},
            },
        },
        "/figure-rules/{rule_id}/restore": {
            "post": {
                "summary": "take a deletion back", "parameters": [its_id], "requestBody": told,
                "responses": {"200": json("the rule", "Item"), **problems(404, 409)},
            }
        },
    }  # fmt: skip


def _body(model: str) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": ref(model)}}}
