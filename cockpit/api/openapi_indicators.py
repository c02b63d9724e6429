"""What the OpenAPI document says of indicators."""

from typing import Any

from cockpit.api.openapi_parts import TEXT, TIME, get, path, query
from cockpit.domain.source import Source
from cockpit.services.division_figures import MapLevel
from cockpit.services.drill_figures import Comparison
from cockpit.services.grid_overlay import PatchKind
from cockpit.situation.indicators import REGISTRY, Group, Part


def indicator_paths(scope: dict[str, Any], as_of: dict[str, Any], page: list[dict[str, Any]]) -> dict[str, Any]:
    """`/indicators…`: figures, their lists, their course and what they consist of."""
    names = [i.name for i in REGISTRY]
    name = {**path("name", "of the indicator"), "schema": {"type": "string", "enum": names}}
    part = query(
        "part",
        {"type": "string", "enum": [p.value for p in Part]},
        "which list; missed is what the denominator has and the numerator has not",
    )
    asked = [
        scope,
        as_of,
        query("from", TIME, "the period begins; the local midnight without it"),
        query("to", TIME, "the period ends before; now or as_of without it"),
        query("source", {"type": "string", "enum": [s.value for s in Source]}, "events of one source"),
        query("category", TEXT, "events of a category and what is in it"),
        query("weekday", {"type": "integer", "minimum": 0, "maximum": 6}, "reported on this weekday, 0 is Monday"),
        query("hour", {"type": "integer", "minimum": 0, "maximum": 23}, "reported in this local hour"),
    ]
    near = [
        query("radius", {"type": "integer", "enum": [100, 200, 400]}, "metres between neighbours; 100"),
        query("fewest", {"type": "integer", "minimum": 2}, "so many make a place; chosen without it"),
    ]
    limit = page[0]
    by = query("by", {"type": "string", "enum": ["children"]}, "each division below as well, and what lies in none")
    groups = [*(group.value for group in Group), "all"]
    group = query("group", {"type": "string", "enum": groups}, "which indicators; the overview without it")
    some = query("names", TEXT, "these indicators, a comma between; without it those of the group")
    step = query("step", TEXT, "day, week, month or quarter")
    usual = query("usual", {"type": "boolean"}, "what each day usually is, told from the same weekday of past weeks")
    compare = query("compare", TEXT, "comma between: " + " ".join(c.value for c in Comparison))
    return {
        "/indicators": get("指标", [*asked, group, some, by, compare], "Indicators"),
        "/indicators/{name}/records": get("指标反查", [name, part, *asked, *page], "Page", 404),
        "/indicators/{name}/trend": get(
            "by days, or by whole weeks, months or quarters", [name, *asked, step, usual], "List", 404
        ),
        "/indicators/{name}/units": get(
            "部门达标: units by a rate, as it is and adjusted for how hard their kinds are",
            [name, *asked, limit],
            "Page",
            404,
        ),
        "/thematic/repeats": get("重复点位: the same kind at the same place again and again", [*asked, limit], "Page"),
        "/thematic/choropleth": get(
            "分级设色: one indicator over all divisions of a level; they and `rest` add up to it",
            [
                *asked,
                query("indicator", {"type": "string", "enum": names}, "reported_today without it"),
                query("level", {"type": "string", "enum": [level.value for level in MapLevel]}, "the next one below"),
            ],
            "List",
        ),
        "/thematic/density": get(
            "热力图: reports of each grid in equal parts of the period",
            [*asked, query("slots", {"type": "integer", "minimum": 1, "maximum": 96}, "how many parts; 24")],
            "List",
        ),
        "/thematic/flows": get("流向: from each division to who carries its events; they add up", asked, "Item"),
        "/thematic/flows/records": get(
            "the events behind one flow",
            [query("link", TEXT, "FROM>TO of the flows; any is every end"), *asked, *page],
            "Page",
            404,
        ),
        "/thematic/clusters": get("聚集点: where reports lie close together", [*near, *asked], "List"),
        "/thematic/clusters/records": get(
            "the events of one cluster",
            [query("cluster", TEXT, "its number, scattered or unplaced"), *near, *asked, *page],
            "Page",
            404,
        ),
        "/grids/overlay": get(
            "网格叠加: gaps and double ownership where an imported layer of areas lies over the grids",
            [
                scope,
                query("layer", TEXT, "name of a layer of areas"),
                query("kind", {"type": "string", "enum": [kind.value for kind in PatchKind]}, "only these"),
            ],
            "Page",
            404,
            409,
        ),
        "/indicators/{name}/breakdown": get("by source, category and hour", [name, part, *asked], "Item", 404),
    }
