"""`GET base_maps` and `GET base_tiles/…`: what may lie under the map, and its tiles by way of our own host."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import answer
from cockpit.api.problem import problem
from cockpit.services.base_maps import BaseMap, BaseMaps, TileSource
from cockpit.services.tile_proxy import TileError, TileProxy
from cockpit.services.tile_shift import tile_shift_around

_TILES = "/api/v1/base_tiles"


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseTiles:
    """The base maps, where their tiles come from, and the bounds of the city, within which tiles are laid exactly."""

    maps: BaseMaps
    proxy: TileProxy
    bounds: tuple[float, float, float, float]


def base_tiles_blueprint(tiles: BaseTiles) -> Blueprint:
    """`/api/v1/base_maps` and `/api/v1/base_tiles/SOURCE/z/x/y`."""
    blueprint = Blueprint("base_tiles", __name__)
    told = {"first": tiles.maps.first, "items": [_item(each, tiles.bounds) for each in tiles.maps.maps]}

    @blueprint.get("/api/v1/base_maps")
    def base_maps() -> Response:
        return answer(told)

    @blueprint.get(f"{_TILES}/<name>/<int:z>/<int:x>/<int:y>")
    def base_tile(name: str, z: int, x: int, y: int) -> Response:
        try:
            tile = tiles.proxy.tile(name, z, x, y)
        except TileError as error:
            return problem(error.status, str(error))
        response = Response(tile.body, mimetype=tile.mimetype)
        response.add_etag()
        response.headers["Cache-Control"] = "private, max-age=86400"
        response.make_conditional(request)
        return response

    return blueprint


def _item(each: BaseMap, bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    return {
        "name": each.name,
        "attribution": each.attribution,
        "look": each.look,
        "sources": [{"name": source.name, "url": _url(source), "max_zoom": source.deepest} for source in each.sources],
        "shift": tile_shift_around(bounds, each.crs),
    }


def _url(source: TileSource) -> str:
    """What a browser asks, with `{z} {x} {y}` in it."""
    return source.template if source.is_own_path else f"{_TILES}/{source.name}/{{z}}/{{x}}/{{y}}"
