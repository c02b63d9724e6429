"""What the OpenAPI document says of thematic layers."""

from typing import Any

from cockpit.api.layer_tiles import ItemEdit
from cockpit.api.openapi_parts import TEXT, get, json, object_of, path, problems, query, ref

_NUMBER = {"type": "integer", "minimum": 0}
LAYER_SCHEMAS: dict[str, Any] = {
    "LayerCount": object_of({"total": _NUMBER, "by_kind": {"type": "object", "additionalProperties": _NUMBER}}),
    "LayerItemEdit": ItemEdit.model_json_schema(),
    "LayerShapes": object_of(
        {"type": TEXT, "more": {"type": "boolean"}, "features": {"type": "array", "items": {"type": "object"}}}
    ),
}


def layer_paths() -> dict[str, Any]:
    """`/layers` and what lies below it."""
    scope = query("scope", TEXT, "division or grid code within your own")
    name = path("name", "of the layer")
    box = query("bbox", TEXT, "west,south,east,north in WGS-84 degrees")
    limit = query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, "items of a page")
    filters = [query(word, TEXT, f"only these {word}, with commas") for word in ("kinds", "states", "owners")]
    return {
        "/layers": get("专题图层: the catalogue, with counts, legend and as-of time", [scope], "Page"),
        "/layers/{name}": get("one layer as the catalogue lists it", [name, scope], "Item", 404),
        "/layers/{name}/count": get(
            "how many, exactly: {total, by_kind}", [name, box, *filters, scope], "LayerCount", 404
        ),
        "/layers/{name}/items": get(
            "the things themselves, as your role may read them",
            [name, box, *filters, scope, limit, query("after", _NUMBER, "`next` of the page before"),
             query("row", _NUMBER, "the thing of this row of a tile"), query("id", TEXT, "the thing of this id")],
            "Page", 404,
        ),
        "/layers/{name}/items/{id}": {
            "put": {
                "summary": "change one thing or make one; it shows at once, until its layer is imported again",
                "parameters": [name, path("id", "of the thing")],
                "requestBody": {"required": True, "content": {"application/json": {"schema": ref("LayerItemEdit")}}},
                "responses": {
                    "200": json("as it is now", "Item"), "201": json("it is new", "Item"), **problems(404, 409),
                },
            },
            "delete": {
                "summary": "take one thing off the layer",
                "parameters": [name, path("id", "of the thing")],
                "responses": {"204": {"description": "it is gone"}, **problems(404, 409)},
            },
        },
        "/layers/{name}/tiles/{z}/{x}/{y}": {
            "get": {
                "summary": "a web-mercator tile: single places, or cells with counts (docs/layer-columns.md)",
                "parameters": [
                    name, *(path(part, "of the tile, XYZ") for part in "zxy"), *filters, scope,
                    query("v", TEXT, "the version that is drawn: the answer then holds for ever"),
                ],
                "responses": {
                    "200": {"description": "the tile", "content": {"application/octet-stream": {"schema": TEXT}}},
                    "304": {"description": "it is the one that you have"}, **problems(404),
                },
            }
        },
        "/layers/{name}/shapes": get(
            "lines and areas as GeoJSON, simplified for a zoom",
            [name, box, query("zoom", _NUMBER, "of the map"), *filters, scope, limit], "LayerShapes", 404,
        ),
    }  # fmt: skip
