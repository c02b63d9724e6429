"""底图: joins the base maps of a web process from its settings."""

import time

from cockpit.api.base_tiles import BaseTiles
from cockpit.data_dir import DataDir
from cockpit.services.city import City
from cockpit.services.tile_proxy import TileProxy
from cockpit.settings import Settings


def base_tiles_of(settings: Settings, city: City) -> BaseTiles:
    """The base maps, and the proxy with its tiles in the data directory."""
    maps = settings.base_maps()
    proxy = TileProxy(
        maps.sources,
        DataDir(settings.data_dir).cache / "tiles",
        most_bytes=settings.tile_cache_mb << 20,
        fresh_for_s=settings.tile_cache_days * 86_400,
        clock=time.time,
        monotonic=time.monotonic,
    )
    return BaseTiles(maps=maps, proxy=proxy, bounds=city.bounds)
