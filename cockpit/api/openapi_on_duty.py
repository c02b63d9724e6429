"""What the OpenAPI document says of who is on duty."""

from typing import Any

from cockpit.api.openapi_parts import PAGE, SCOPE, get


def on_duty_paths() -> dict[str, Any]:
    """`/gridworkers/…`."""
    return {
        "/gridworkers/on-duty": get("在岗: on duty, and what says so", [SCOPE, *PAGE], "Page"),
        "/gridworkers/unplaced": get("无定位: on duty, and nobody knows where", [SCOPE, *PAGE], "Page"),
    }
