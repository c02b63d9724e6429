"""图层瓦片 and edits over the API: tiles for a role and scope, kept by their version; an edit shows at once."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cockpit.api.layer_tiles import LayerTiles
from cockpit.api.layers import Layers
from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.layer_editing import EditedShelf
from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.services.thematic.shelf import Shelved
from cockpit.store.accounts import Role
from cockpit.store.audit import AuditTrail
from cockpit.store.layer_columns import SIZES, LayerColumns, quadrant
from cockpit.store.layer_edits import LayerEdits
from tests.api.town import ELSEWHERE, HERE, HERE_STREET, NOON, Caller, Town
from tests.store.layer_columns.plain import Thing, read_tile, written

TAKEN = NOON - timedelta(days=1)


class OneVersion:
    """A shelf that shows one version of street lamps, taken in a day ago."""

    def __init__(self, columns: LayerColumns) -> None:
        self.columns, self.as_of, self.version = columns, TAKEN, "v1"

    def layers(self) -> dict[str, ThematicLayer]:
        return LayerCatalogue(shipped_layers()).now().layers

    def find(self, name: str) -> Shelved | None:
        return Shelved(self.version, self.as_of, self.columns) if name == "street_lamp" else None


@pytest.fixture
def shelf(tmp_path: Path) -> OneVersion:
    here = [Thing(f"lamp-{n}", f"路灯 {n}", "led", "normal", "路灯所", HERE[0], HERE[1]) for n in range(3)]
    there = [Thing("lamp-far", "远处", "led", "normal", "路灯所", *ELSEWHERE)]
    return OneVersion(written(tmp_path / "v1", [*here, *there]))


@pytest.fixture
def town(bare_town: Town, shelf: OneVersion) -> Iterator[Town]:
    scopes = ScopeShapes(bare_town.city)
    edited = EditedShelf(shelf, LayerEdits(bare_town.engine))
    layers = Layers(edited, scopes, clock=bare_town.clock)
    audit = AuditTrail(bare_town.engine)
    tiles = LayerTiles(layers, edited, scopes, audit, clock=bare_town.clock)
    yield bare_town.build(layers=layers, layer_tiles=tiles)


def tile_of(place: tuple[float, float], z: int = 14) -> str:
    x, y = quadrant.steps_of(np.array([place[0]]), np.array([place[1]]))
    return f"layers/street_lamp/tiles/{z}/{int(x[0]) >> 31 - z}/{int(y[0]) >> 31 - z}"


def total(caller: Caller, place: tuple[float, float] = HERE, **asked: Any) -> int:
    answer = caller.get(tile_of(place, 9), **asked)
    assert answer.status_code == 200
    return read_tile(answer.data).total


def test_a_tile_is_what_the_columns_say_and_a_street_sees_its_own(town: Town) -> None:
    duty, street = town.caller(Role.DUTY), town.caller(Role.DUTY, HERE_STREET)
    assert total(duty) == 4 and total(street) == 3
    assert total(street, ELSEWHERE) == 3, "at this scale it is the same tile"
    assert read_tile(street.get(tile_of(ELSEWHERE)).data).total == 0
    assert total(duty, kinds="led", states="normal") == 4 and total(duty, kinds="sodium") == 0


def test_a_tile_is_told_once_as_long_as_its_version_is_the_same(town: Town) -> None:
    duty = town.caller(Role.DUTY)
    first = duty.get(tile_of(HERE))
    again = duty.call("GET", tile_of(HERE), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["X-Layer-Version"] == "v1" and "no-cache" in first.headers["Cache-Control"]
    assert "immutable" in duty.get(tile_of(HERE), v="v1").headers["Cache-Control"]
    assert "immutable" not in duty.get(tile_of(HERE), v="v0").headers["Cache-Control"]
    street = town.caller(Role.DUTY, HERE_STREET)
    other = street.call("GET", tile_of(HERE, 9), headers={"If-None-Match": duty.get(tile_of(HERE, 9)).headers["ETag"]})
    assert other.status_code == 200, "another scope is another tile"


def test_a_tile_is_packed_for_who_can_unpack_it(town: Town, shelf: OneVersion, tmp_path: Path) -> None:
    many = [Thing(f"l{n}", "", "led", "normal", "", HERE[0] + n / 1e5, HERE[1]) for n in range(300)]
    shelf.columns = written(tmp_path / "v2", many, sizes=SIZES)
    duty = town.caller(Role.DUTY)
    plain = duty.get(tile_of(HERE, 9)).data
    packed = duty.call("GET", tile_of(HERE, 9), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain


def test_tiles_that_are_none_and_layers_that_are_not_for_a_role_are_refused(town: Town) -> None:
    duty = town.caller(Role.DUTY)
    assert duty.get("layers/street_lamp/tiles/3/8/0").status_code == 404
    assert duty.get("layers/street_lamp/tiles/40/0/0").status_code == 404
    assert duty.get("layers/no_such/tiles/3/0/0").json["rule"] == "unknown_layer"
    assert town.caller(Role.SCREEN).get("layers/sensitive_goods_seller/tiles/3/0/0").status_code == 404
    assert read_tile(duty.get("layers/dispute/tiles/3/0/0").data).total == 0, "nothing yet is an empty tile"


def test_an_edit_shows_at_once_in_tiles_counts_and_items_and_is_written_down(town: Town) -> None:
    duty = town.caller(Role.DUTY)
    before = duty.get(tile_of(HERE))
    changed = duty.call("PUT", "layers/street_lamp/items/lamp-1", json={"state": "damaged", "attributes": {"高": 9}})
    assert changed.status_code == 200
    assert (changed.json["state"], changed.json["kind"], changed.json["version"]) == ("damaged", "led", "v1.1")
    assert duty.get("layers/street_lamp/count", states="damaged").json["total"] == 1
    assert total(duty, states="damaged") == 1 and total(duty, states="normal") == 3
    after = duty.call("GET", tile_of(HERE), headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    row = read_tile(duty.get(tile_of(HERE), states="damaged").data).wide[0]
    [item] = duty.get("layers/street_lamp/items", row=row).json["items"]
    assert (item["id"], item["more"]) == ("lamp-1", {"高": 9})
    assert duty.call("DELETE", "layers/street_lamp/items/lamp-0").status_code == 204
    assert duty.get("layers/street_lamp/items", id="lamp-0").json["items"] == []
    made = duty.call(
        "PUT", "layers/street_lamp/items/lamp-new", json={"kind": "new kind", "lon": HERE[0], "lat": HERE[1]}
    )
    assert made.status_code == 201 and total(duty, kinds="new kind") == 1
    kinds = {kind["key"]: kind["code"] for kind in duty.get("layers/street_lamp").json["kinds"]}
    assert read_tile(duty.get(tile_of(HERE), kinds="new kind").data).kind == [kinds["new kind"]]
    what = [record.what for record in AuditTrail(town.engine).list_latest(3)]
    assert what == ["layer_item_edited", "layer_item_removed", "layer_item_edited"]


def test_who_keeps_no_register_edits_nothing_and_nobody_edits_outside_his_scope(town: Town) -> None:
    for role in (Role.SCREEN, Role.LEADER, Role.GRIDWORKER):
        assert town.caller(role).call("PUT", "layers/street_lamp/items/lamp-1", json={"state": "x"}).status_code == 403
    street = town.caller(Role.DUTY, HERE_STREET)
    far = street.call("PUT", "layers/street_lamp/items/lamp-far", json={"state": "damaged"})
    assert (far.status_code, far.json["rule"]) == (403, "outside_scope")
    away = street.call("PUT", "layers/street_lamp/items/lamp-1", json={"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]})
    assert away.json["rule"] == "outside_scope"
    assert street.call("DELETE", "layers/street_lamp/items/lamp-far").status_code == 403
    duty = town.caller(Role.DUTY)
    assert duty.call("PUT", "layers/street_lamp/items/nobody", json={"state": "x"}).status_code == 404
    assert duty.call("PUT", "layers/street_lamp/items/lamp-1", json={"lon": 500, "lat": 0}).json["field"] == "lon"
    assert duty.call("PUT", "layers/street_lamp/items/lamp-1", json={"lon": 120}).status_code == 400
    assert duty.call("PUT", "layers/hospital/items/h", json={"state": "x"}).json["rule"] == "kept_elsewhere"
    assert duty.get("layers/street_lamp/count").json["total"] == 4


def test_an_edit_holds_until_its_layer_is_imported_again(town: Town, shelf: OneVersion) -> None:
    duty = town.caller(Role.DUTY)
    duty.call("DELETE", "layers/street_lamp/items/lamp-0")
    assert total(duty) == 3
    shelf.version, shelf.as_of = "v2", datetime(2027, 1, 1, tzinfo=UTC)
    assert total(duty) == 4
