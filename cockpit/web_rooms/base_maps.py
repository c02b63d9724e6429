"""底图: joins the base maps of a web process from its settings."""

import time

from cockpit.api.base_tiles import BaseTiles
from cockpit.api.rooms.base_maps import BaseMapRoom
from cockpit.data_dir import DataDir
from cockpit.services.tile_proxy import TileProxy
from cockpit.web_parts import WebParts


def base_map_room(web: WebParts) -> BaseMapRoom:
    """The base maps, and the proxy with its tiles in the data directory."""
    settings = web.settings
    maps = settings.base_maps()
    proxy = TileProxy(
        maps.sources,
        DataDir(settings.data_dir).cache / "tiles",
        most_bytes=settings.tile_cache_mb << 20,
        fresh_for_s=settings.tile_cache_days * 86_400,
        clock=time.time,
        monotonic=time.monotonic,
    )
    return BaseMapRoom(base_tiles=BaseTiles(maps=maps, proxy=proxy, bounds=web.parts.city.bounds))
