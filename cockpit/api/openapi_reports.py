"""The paths of `reports` in `openapi.json`."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, get, json, path, problems, query, ref
from cockpit.api.reports import ReportRequest

REPORT_MODELS: list[Any] = [ReportRequest]


def report_paths() -> dict[str, Any]:
    """What readers of figures ask."""
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    kind = query("kind", TEXT, "daily, weekly or monthly")
    its_id = path("report_id", "id of the report; with `.pdf`, `.html` or `.json` behind it the report itself")
    body = {"required": True, "content": {"application/json": {"schema": ref("ReportRequest")}}}
    one = path("report_id", "id of the report")
    what = path("name", "a list with its form: events, records, alarms, orders, findings, devices, notices or on-duty")
    return {
        "/figure-alerts": get(
            "数字预警: figures that crossed a limit or are unusual, each with the list behind it",
            [scope, query("open", TEXT, "true: those that last; false: those that ended")],
            "Page",
        ),
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
