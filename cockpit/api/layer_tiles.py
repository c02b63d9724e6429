"""`layers/{name}/tiles/…` 图层瓦片 and `PUT layers/{name}/items/{id}`: what a map draws, and edits of single things."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import Annotated

import shapely
from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from cockpit.api.commands import parsed
from cockpit.api.identity import Principal, require
from cockpit.api.layer_items import thing_item
from cockpit.api.layers import Layers
from cockpit.api.problem import ProblemError, answered, clean
from cockpit.api.signin import Audit
from cockpit.domain.plausibility import is_null_island
from cockpit.domain.role import Role
from cockpit.domain.scope import Scope
from cockpit.services.layer_editing import EditedShelf
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.services.thematic.shelf import Shelved
from cockpit.store.layer_columns import Feature, Where
from cockpit.store.layer_columns.tile import EMPTY

_EDITING = (Role.DUTY, Role.ADMIN)
#: bytes of tiles that are kept packed
_MOST_KEPT = 64 << 20
_PACKED_FROM = 200
_LONGEST_ID, _MOST_ATTRIBUTES = 200, 100

Word = Annotated[str, Field(max_length=200)]


class ItemEdit(BaseModel):
    """What is to be said of a thing from now on; what is left out stays. A new one needs `kind`, `lon` and `lat`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Annotated[str, Field(max_length=500)] | None = None
    kind: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    state: Word | None = None
    owner: Word | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    attributes: Annotated[dict[Word, str | float | bool | None], Field(max_length=_MOST_ATTRIBUTES)] | None = None

    @model_validator(mode="after")
    def _sound(self) -> "ItemEdit":
        if (self.lon is None) != (self.lat is None):
            raise PydanticCustomError("place", "lon and lat go together")
        if self.lon is not None and self.lat is not None and is_null_island(self.lon, self.lat):
            raise PydanticCustomError("place", "0/0 is no place")
        return self


class LayerTiles:
    """Tiles for the role and scope that asks, and edits by those who keep the registers."""

    def __init__(
        self,
        layers: Layers,
        shelf: EditedShelf,
        scopes: ScopeShapes,
        audit: Audit,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._layers, self._shelf, self._scopes, self._audit, self._clock = layers, shelf, scopes, audit, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], tuple[bytes, bytes]] = OrderedDict()
        self._bytes = 0

    def tile(self, name: str, z: int, x: int, y: int) -> Response:
        """`?kinds&states&owners&scope`; `?v=` the version that is drawn: a browser then asks once only."""
        layer, where = self._layers.seen(name), self._layers.where_asked()
        shelved = self._shelf.find(layer.name)
        if shelved is None:
            return Response(EMPTY, mimetype="application/octet-stream", headers={"Cache-Control": "private, no-cache"})
        key = (name, shelved.version, z, x, y, where)
        etag = f'"{blake2b(repr(key).encode("utf-8", "replace"), digest_size=12).hexdigest()}"'
        response = Response(mimetype="application/octet-stream")
        lasting = request.args.get("v") == shelved.version
        response.headers.update(
            {
                "ETag": etag, "Vary": "Accept-Encoding, Cookie, Authorization", "X-Layer-Version": shelved.version,
                "Cache-Control": "private, max-age=86400, immutable" if lasting else "private, no-cache",
            }
        )  # fmt: skip
        if request.headers.get("If-None-Match") == etag:
            response.status_code = 304
            return response
        plain, packed = self._told(key, shelved, where, z, x, y)
        if packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.headers["Content-Encoding"] = "gzip"
            response.set_data(packed)
        else:
            response.set_data(plain)
        return response

    def put(self, name: str, item_id: str) -> Response:
        """Change a thing, or make one."""
        asking, shelved, known = self._editing(name, item_id)
        told = parsed(ItemEdit)
        if known is None and (told.kind is None or told.lon is None):
            raise ProblemError(404, f"there is no {clean(item_id[:80])}; a new one needs kind, lon and lat")
        old = known or Feature(0, item_id, item_id, "", "", "", 0.0, 0.0)
        given = told.model_dump(exclude_none=True, exclude={"attributes"})
        attributes = {**old.attributes, **(told.attributes or {})}
        new = Feature(
            old.row, item_id, given.get("name", old.name), given.get("kind", old.kind), given.get("state", old.state),
            given.get("owner", old.owner), given.get("lon", old.lon), given.get("lat", old.lat), old.shape,
            {key: value for key, value in attributes.items() if value is not None},
        )  # fmt: skip
        self._check_place(asking, new)
        self._edit(asking, name, item_id, new, "layer_item_edited", given | {"attributes": told.attributes or {}})
        layer, now = self._layers.seen(name), self._shelf.find(name)
        found = now.columns.item(item_id) if now is not None else None
        item = thing_item(layer, found or new, role=asking.role)
        return answered(200 if known else 201, {**item, "version": (now or shelved).version})

    def delete(self, name: str, item_id: str) -> Response:
        """Take a thing off the layer."""
        asking, _, known = self._editing(name, item_id)
        if known is None:
            raise ProblemError(404, f"there is no {clean(item_id[:80])}")
        self._edit(asking, name, item_id, None, "layer_item_removed", {})
        return Response(status=204)

    def _editing(self, name: str, item_id: str) -> tuple[Principal, Shelved, Feature | None]:
        """Who asks, and the thing as it is, if it lies in their scope."""
        asking = require(*_EDITING)
        layer = self._layers.seen(name)
        if layer.taken_from != "import":
            raise ProblemError(409, f"the things of {layer.name} are kept in another book", rule="kept_elsewhere")
        if len(item_id) > _LONGEST_ID or not item_id.isprintable():
            raise ProblemError(400, f"an id has at most {_LONGEST_ID} characters", field="id")
        shelved = self._shelf.find(layer.name)
        if shelved is None:
            raise ProblemError(409, f"the layer {layer.name} has nothing yet", rule="empty_layer")
        known = shelved.columns.item(item_id)
        if known is not None:
            self._check_place(asking, known)
        return asking, shelved, known

    def _check_place(self, asking: Principal, feature: Feature) -> None:
        within = self._scopes.of(Scope(asking.scope.code))
        if within is not None and not shapely.intersects_xy(shapely.from_wkb(within), feature.lon, feature.lat):
            raise ProblemError(403, "the place lies outside your scope", rule="outside_scope")

    def _edit(
        self, asking: Principal, name: str, item_id: str, feature: Feature | None, what: str, said: dict[str, object]
    ) -> None:
        at = self._clock()
        self._shelf.edit(name, item_id, feature, at=at, by=asking.name)
        self._audit.record(at=at, who=asking.name, what=what, detail={"layer": name, "id": item_id, **said})

    def _told(
        self, key: tuple[object, ...], shelved: Shelved, where: Where, z: int, x: int, y: int
    ) -> tuple[bytes, bytes]:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            plain = shelved.columns.tile(z, x, y, where)
        except ValueError as wrong:
            raise ProblemError(404, str(wrong)) from wrong
        packed = gzip.compress(plain, compresslevel=1, mtime=0) if len(plain) >= _PACKED_FROM else b""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = plain, packed
                self._bytes += len(plain) + len(packed)
            while self._bytes > _MOST_KEPT:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= sum(map(len, gone))
        return plain, packed


def layer_tiles_blueprint(tiles: LayerTiles) -> Blueprint:
    """`/api/v1/layers/{name}/tiles/…` and `/api/v1/layers/{name}/items/{id}`."""
    blueprint = Blueprint("layer_tiles", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/layers/<name>/tiles/<int:z>/<int:x>/<int:y>", "tile", tiles.tile, methods=["GET"])
    blueprint.add_url_rule("/layers/<name>/items/<path:item_id>", "put", tiles.put, methods=["PUT"])
    blueprint.add_url_rule("/layers/<name>/items/<path:item_id>", "delete", tiles.delete, methods=["DELETE"])
    return blueprint
