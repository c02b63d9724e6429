"""What the OpenAPI document says of thematic layers."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, get, object_of, path, query

_NUMBER = {"type": "integer", "minimum": 0}
LAYER_SCHEMAS: dict[str, Any] = {
    "LayerCount": object_of({"total": _NUMBER, "by_kind": {"type": "object", "additionalProperties": _NUMBER}}),
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
        "/layers/{name}/shapes": get(
            "lines and areas as GeoJSON, simplified for a zoom",
            [name, box, query("zoom", _NUMBER, "of the map"), *filters, scope, limit], "LayerShapes", 404,
        ),
    }  # fmt: skip
