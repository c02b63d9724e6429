"""专题图层 over the API: who sees which layer, counts that are exact for a scope, masks by role, shapes for a zoom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cockpit.api.layers import Layers
from cockpit.domain.resource import Resource
from cockpit.services.city import City
from cockpit.services.nearby.registry import Registry
from cockpit.services.resources import resources_of_city
from cockpit.services.thematic.definitions import LayerCatalogue, LayerFile, shipped_layers
from cockpit.services.thematic.fillings import fillings_of
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.services.thematic.shelf import LayerShelf
from cockpit.store.accounts import Role
from cockpit.store.layer_versions import LayerVersion
from tests.api.town import HERE_STREET, Caller, Town

MADE = ("hospital", "volunteer", "grid", "gridworker", "risk")


class Book:
    """A registry that does not change."""

    def __init__(self, things: list[Resource]) -> None:
        self._registry = Registry(things)

    def now(self) -> Registry:
        return self._registry


class NothingImported:
    def in_use(self) -> dict[str, LayerVersion]:
        return {}


@pytest.fixture(scope="module")
def shelf(yuhang: City, tmp_path_factory: pytest.TempPathFactory) -> LayerShelf:
    made = LayerShelf(
        LayerCatalogue(shipped_layers()), tmp_path_factory.mktemp("layers"), NothingImported(),
        fill=fillings_of(yuhang, Book(resources_of_city(yuhang))),
    )  # fmt: skip
    made.make(MADE)
    return made


@pytest.fixture
def town(bare_town: Town, shelf: LayerShelf) -> Iterator[Town]:
    yield bare_town.build(layers=Layers(shelf, ScopeShapes(bare_town.city), clock=bare_town.clock))


def items(caller: Caller, path: str, **asked: Any) -> list[dict[str, Any]]:
    answer = caller.get(path, **asked)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def layer(caller: Caller, name: str, **asked: Any) -> dict[str, Any]:
    return next(item for item in items(caller, "layers", **asked) if item["name"] == name)


def test_the_catalogue_lists_every_shipped_layer_with_its_group_owner_legend_and_count(town: Town) -> None:
    listed = items(town.caller(Role.ADMIN), "layers")
    assert {item["name"] for item in listed} == {file.stem for file in Path(shipped_layers()).glob("*.toml")}
    hospital = next(item for item in listed if item["name"] == "hospital")
    assert (hospital["title"], hospital["group_title"], hospital["owner"]) == ("医院", "组织", "区卫生健康局")
    assert (hospital["total"], hospital["by_kind"]) == (126, {"clinic": 112, "hospital": 14})
    assert hospital["as_of"] and hospital["version"].startswith("book-") and not hospital["stale"]
    assert [k["code"] for k in hospital["kinds"]] == [0, 1] and {k["title"] for k in hospital["kinds"]} == {
        "医院",
        "社区卫生服务站",
    }
    assert hospital["symbol"]["sizes"] and hospital["popup"][0] == {"field": "phone", "title": "电话", "form": "phone"}
    assert layer(town.caller(Role.ADMIN), "hospital", lang="en")["title"] == "Hospitals and clinics"


def test_a_layer_that_is_not_for_a_role_does_not_exist_for_it(town: Town) -> None:
    screen, duty = town.caller(Role.SCREEN), town.caller(Role.DUTY)
    assert "sensitive_goods_seller" in {item["name"] for item in items(duty, "layers")}
    assert "sensitive_goods_seller" not in {item["name"] for item in items(screen, "layers")}
    for path in ("", "/count", "/items", "/shapes"):
        assert screen.get(f"layers/sensitive_goods_seller{path}").status_code == 404
        assert duty.get(f"layers/no_such_layer{path}").json["rule"] == "unknown_layer"


def test_a_street_counts_and_lists_what_lies_in_it_and_nothing_else(town: Town) -> None:
    street, district = town.caller(Role.DUTY, HERE_STREET), town.caller(Role.DUTY)
    here = street.get("layers/volunteer/count").json
    assert 0 < here["total"] < district.get("layers/volunteer/count").json["total"] == 669
    assert here == district.get("layers/volunteer/count", scope=HERE_STREET).json
    assert here["total"] == sum(here["by_kind"].values()) == layer(street, "volunteer")["total"]
    listed = items(street, "layers/volunteer/items", limit=1000)
    assert len(listed) == here["total"]
    assert {town.city.locate(item["lon"], item["lat"])[:9] for item in listed} == {HERE_STREET}  # type: ignore[index]  # all lie in the city
    elsewhere = next(
        item
        for item in items(district, "layers/volunteer/items", limit=1000)
        if item["id"] not in {one["id"] for one in listed}
    )
    assert street.get("layers/volunteer/items", row=elsewhere["row"]).json["total"] == 0
    assert street.get("layers/volunteer/items", id=elsewhere["id"]).json["total"] == 0
    assert district.get("layers/volunteer/items", row=elsewhere["row"]).json["items"][0]["id"] == elsewhere["id"]


def test_pages_of_items_follow_each_other_and_filters_hold(town: Town) -> None:
    duty = town.caller(Role.DUTY)
    first = duty.get("layers/hospital/items", kinds="hospital", limit=10).json
    assert first["total"] == 14 and len(first["items"]) == 10
    rest = duty.get("layers/hospital/items", kinds="hospital", limit=10, after=first["next"]).json
    assert len(rest["items"]) == 4 and rest["next"] is None
    assert len({item["id"] for item in (*first["items"], *rest["items"])}) == 14
    west, south, east, north = 119.9, 30.2, 120.0, 30.4
    boxed = duty.get("layers/hospital/count", bbox=f"{west},{south},{east},{north}", kinds="clinic").json
    everywhere = items(duty, "layers/hospital/items", kinds="clinic", limit=1000)
    assert boxed["total"] == sum(west <= i["lon"] <= east and south <= i["lat"] <= north for i in everywhere)
    for wrong in ({"bbox": "1,2,3"}, {"limit": "0"}, {"after": "x"}, {"row": "-1"}):
        assert duty.get("layers/hospital/items", **wrong).status_code == 400
    assert duty.get("layers/hospital/count", kinds="no such kind").json["total"] == 0


def test_names_and_telephones_are_masked_as_the_definition_says(town: Town) -> None:
    [plain] = items(town.caller(Role.DUTY), "layers/gridworker/items", limit=1)
    [wall] = items(town.caller(Role.SCREEN), "layers/gridworker/items", row=plain["row"])
    assert plain["id"] == wall["id"] and len(plain["name"]) > 1
    assert wall["name"] == plain["name"][0] + "*" * (len(plain["name"]) - 1)
    assert wall["fields"]["phone"].count("*") >= plain["fields"]["phone"].count("*")
    assert wall["fields"]["grid_code"] == plain["fields"]["grid_code"]
    assert plain["more"] and not wall["more"], "what no popup shows is not for a wall"


def test_grids_come_as_shapes_simplified_for_the_zoom(town: Town) -> None:
    duty = town.caller(Role.DUTY)
    near = duty.get("layers/grid/shapes", bbox="119.95,30.26,120.0,30.3", zoom=17).json
    far = duty.get("layers/grid/shapes", bbox="119.95,30.26,120.0,30.3", zoom=9).json
    assert near["type"] == "FeatureCollection" and near["features"] and not near["more"]
    assert [f["id"] for f in near["features"]] == [f["id"] for f in far["features"]]

    def corners(told: dict[str, Any]) -> int:
        return str(told["features"]).count("], [")

    assert corners(far) < corners(near) / 3
    assert near["features"][0]["properties"].keys() == {"row", "name", "kind", "state", "owner"}
    assert duty.get("layers/hospital/shapes").json["features"] == [], "points are drawn from tiles"
    assert duty.get("layers/grid/shapes", limit=5).json["more"] is True


def test_a_layer_without_things_says_so(town: Town) -> None:
    duty = town.caller(Role.DUTY)
    empty = layer(duty, "dispute")
    assert (empty["total"], empty["version"], empty["as_of"], empty["stale"]) == (0, None, None, False)
    assert [k["code"] for k in empty["kinds"]] == [None] * 7
    assert duty.get("layers/dispute/items").json["items"] == []
    assert duty.get("layers/dispute/count").json["total"] == 0


def test_the_page_about_layers_has_every_key_of_a_definition() -> None:
    page = (Path(__file__).parents[2] / "docs/layers.md").read_text(encoding="utf-8")
    for name, told in LayerFile.model_fields.items():
        assert f"| `{name}` | {told.description} |" in page
