"""What the OpenAPI document says of base maps and their tiles."""

from typing import Any

from cockpit.api.openapi_parts import get, path, problems


def base_map_paths() -> dict[str, Any]:
    """`/base_maps` and `/base_tiles/…`."""
    numbers = [path("z", "zoom"), path("x", "column"), path("y", "row, from the north")]
    picture: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    tile = {"description": "the tile", "content": {"image/png": picture, "image/jpeg": picture}}
    return {
        "/base_maps": get("底图: what may lie under the map, and which of them a screen opens with", [], "List"),
        "/base_tiles/{source}/{z}/{x}/{y}": {
            "get": {
                "summary": "a tile of a configured source, fetched by the server and kept there",
                "parameters": [path("source", "name of a source"), *numbers],
                "responses": {"200": tile, **problems(404, 502, 503)},
            }
        },
    }
