"""The paths of `screenshots` in `openapi.json`."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, get, json, path, problems, query, ref
from cockpit.api.screenshots import ScreenshotRequest

SCREENSHOT_MODELS: list[Any] = [ScreenshotRequest]


def screenshot_paths() -> dict[str, Any]:
    """Pictures of pages."""
    scope = query("scope", TEXT, "a division or grid code within your own scope")
    its_id = path("picture_id", "id of the picture; with `.png` behind it the picture itself")
    body = {"required": True, "content": {"application/json": {"schema": ref("ScreenshotRequest")}}}
    return {
        "/screenshots": {
            **get("导出图片: pictures of pages that were asked for by your role, the newest first", [scope], "Page"),
            "post": {
                "summary": "have a picture of a page made, as you see it",
                "requestBody": body,
                "responses": {"202": json("its row", "Item"), **problems(400, 403, 429, 503)},
            },
        },
        "/screenshots/{picture_id}": get("one picture", [its_id], "Item"),
        "/screenshots/{picture_id}/retry": {
            "post": {
                "summary": "try a failed one once more",
                "parameters": [path("picture_id", "id of the picture")],
                "responses": {"202": json("it waits again", "Item"), **problems(404, 409)},
            }
        },
    }
