"""`GET layers` 专题图层: the catalogue with counts, and of one layer its counts, its things and its shapes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import shapely
from flask import Blueprint, Response, request

from cockpit.api.asked import answer, bbox_asked, limit_asked, page_of, scope_asked
from cockpit.api.identity import principal
from cockpit.api.language import language
from cockpit.api.layer_items import layer_item, shape_item, thing_item
from cockpit.api.problem import ProblemError, clean
from cockpit.domain.scope import Scope
from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.layer_editing import Shelf
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.services.thematic.shapes import drawn
from cockpit.services.thematic.shelf import Shelved
from cockpit.store.layer_columns import Feature, Where

_DEFAULT_ITEMS, _DEFAULT_SHAPES, _MOST_SHAPES = 100, 2_000, 5_000
_EARTH = (-180.0, -90.0, 180.0, 90.0)
_MOST_FILTERS, _HIGHEST_ZOOM = 200, 22


class Layers:
    """Answers about layers, as the asking role may read them and for its scope."""

    def __init__(self, shelf: Shelf, scopes: ScopeShapes, *, clock: Callable[[], datetime]) -> None:
        self._shelf, self._scopes, self._clock = shelf, scopes, clock

    def listed(self) -> Response:
        """Every layer that the role may see, in the catalogue's order: group by group."""
        scope, now = scope_asked(), self._clock()
        seen = [layer for layer in self._shelf.layers().values() if layer.may_see(principal().role)]
        items: list[object] = [self._item(layer, scope, now) for layer in seen]
        return page_of(now, items, total=len(items), scope=scope.code)

    def one(self, name: str) -> Response:
        """One layer as the catalogue lists it."""
        return answer(self._item(self.seen(name), scope_asked(), self._clock()))

    def count(self, name: str) -> Response:
        """`?bbox&kinds&states&owners&scope`: exact, however large the layer is."""
        layer = self.seen(name)
        box, where, shelved = bbox_asked(), self.where_asked(), self._shelf.find(layer.name)
        if shelved is None:
            return answer({"total": 0, "by_kind": {}, "as_of": None, "version": None})
        count = shelved.columns.count(box, where)
        told = {"total": count.total, "by_kind": dict(count.by_kind)}
        return answer({**told, "as_of": shelved.as_of, "version": shelved.version})

    def items(self, name: str) -> Response:
        """`?bbox&kinds&states&owners&scope&limit&after`: its things; `?row=` that of a tile, `?id=` by id."""
        layer, where = self.seen(name), self.where_asked()
        shelved, now = self._shelf.find(layer.name), self._clock()
        if shelved is None:
            return page_of(now, [], total=0, version=None)
        row, thing_id = _number("row", -1), request.args.get("id", "")
        if row >= 0 or thing_id:
            found = self._found(shelved, row, thing_id, where)
            items: list[object] = [self._thing(layer, found)] if found is not None else []
            return page_of(shelved.as_of, items, total=len(items), version=shelved.version)
        box, limit = bbox_asked(), limit_asked(_DEFAULT_ITEMS)
        some = shelved.columns.items(box, where, limit, after_row=_number("after", -1))
        total = shelved.columns.count(box, where).total
        after = str(some[-1].row) if len(some) == limit else None
        listed: list[object] = [self._thing(layer, feature) for feature in some]
        return page_of(shelved.as_of, listed, total=total, after=after, version=shelved.version)

    def shapes(self, name: str) -> Response:
        """`?bbox&zoom&kinds&states&owners&scope&limit`: lines and areas that touch the box, as GeoJSON."""
        layer, where = self.seen(name), self.where_asked()
        shelved, role = self._shelf.find(layer.name), principal().role
        limit, zoom = _number("limit", _DEFAULT_SHAPES), _number("zoom", _HIGHEST_ZOOM)
        if not 1 <= limit <= _MOST_SHAPES:
            raise ProblemError(400, f"limit must be a number from 1 to {_MOST_SHAPES}", field="limit")
        found = shelved.columns.touching(bbox_asked() or _EARTH, where, limit) if shelved else []
        shapes = drawn([feature.shape for feature in found], min(zoom, _HIGHEST_ZOOM))
        features = [
            shape_item(layer, feature, shapely.to_geojson(shape), role=role)
            for feature, shape in zip(found, shapes, strict=True)
            if shape is not None
        ]
        version = shelved.version if shelved else None
        told = {"type": "FeatureCollection", "version": version, "more": len(found) == limit, "features": features}
        return answer(told)

    def seen(self, name: str) -> ThematicLayer:
        """The layer of that name, for a role that may see it; for others it does not exist. ProblemError 404."""
        layer = self._shelf.layers().get(name)
        if layer is None or not layer.may_see(principal().role):
            raise ProblemError(404, f"there is no layer {clean(name[:60])}", rule="unknown_layer")
        return layer

    def areas(self, name: str, most: int) -> tuple[int | str | None, dict[str, bytes]]:
        """The version of a layer and its areas as WKB by id, `most` of them; wherever they lie."""
        shelved = self._shelf.find(name)
        found = shelved.columns.touching(_EARTH, Where(), most) if shelved else []
        shapes = {feature.id: feature.shape for feature in found if feature.shape is not None}
        areas = {key: wkb for key, wkb in shapes.items() if shapely.get_dimensions(shapely.from_wkb(wkb)) == 2}
        return (shelved.version if shelved else None), areas

    def where_asked(self) -> Where:
        """The filters of the request, within the scope of who asks."""
        kinds, states, owners = (_set_of(name) for name in ("kinds", "states", "owners"))
        return Where(kinds=kinds, states=states, owners=owners, within=self._scopes.of(scope_asked()))

    def _item(self, layer: ThematicLayer, scope: Scope, now: datetime) -> dict[str, Any]:
        shelved = self._shelf.find(layer.name)
        count = shelved.columns.count(None, Where(within=self._scopes.of(scope))) if shelved else None
        return layer_item(layer, shelved, count, role=principal().role, lang=language(request), now=now)

    def _found(self, shelved: Shelved, row: int, thing_id: str, where: Where) -> Feature | None:
        try:
            found = shelved.columns.at_row(row) if row >= 0 else shelved.columns.item(thing_id)
        except IndexError:  # no such row, or what was in it has been removed
            return None
        if found is None or where.within is None:
            return found
        inside = shapely.intersects_xy(shapely.from_wkb(where.within), found.lon, found.lat)
        return found if inside else None

    def _thing(self, layer: ThematicLayer, feature: "Feature") -> dict[str, Any]:
        return thing_item(layer, feature, role=principal().role, lang=language(request))


def _set_of(name: str) -> frozenset[str]:
    text = request.args.get(name, "")
    found = frozenset(part for part in text.split(",") if part)
    if len(found) > _MOST_FILTERS:
        raise ProblemError(400, f"{name} names more than {_MOST_FILTERS}", field=name)
    return found


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise ProblemError(400, f"{name} must be a whole number", field=name)
    return int(text)


def layers_blueprint(layers: Layers) -> Blueprint:
    """`/api/v1/layers`."""
    blueprint = Blueprint("layers", __name__, url_prefix="/api/v1")
    for rule, name, answers in (
        ("/layers", "listed", layers.listed),
        ("/layers/<name>", "one", layers.one),
        ("/layers/<name>/count", "count", layers.count),
        ("/layers/<name>/items", "items", layers.items),
        ("/layers/<name>/shapes", "shapes", layers.shapes),
    ):
        blueprint.add_url_rule(rule, name, answers, methods=["GET"])
    return blueprint
