"""底图: what may lie under the map beside the shipped ground: 天地图, and a tile layer of the installation's own.

A template holds `{z} {x} {y}` (XYZ) or `{TileMatrix} {TileCol} {TileRow}` (WMTS), `{-y}` for rows counted from the
south, `{s}` for one of several hosts and `{key}` for what only the server knows. Browsers never see a template that
leads to another host: they ask `base_tiles/SOURCE/z/x/y`, see `services.tile_proxy`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, urlsplit

_SLOTS = {"TileMatrix": "z", "TileCol": "x", "TileRow": "y"}
_KNOWN = frozenset({"z", "x", "y", "-y", "s", "key"})
_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/LAYER_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=LAYER&STYLE=default"
    "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
)
_TIANDITU_HOSTS = tuple("01234567")
#: 矢量 and 影像, each with its names (注记) over it
_TIANDITU_MAPS: tuple[tuple[str, tuple[str, str], "Look"], ...] = (
    ("tianditu_vec", ("vec", "cva"), "light"),
    ("tianditu_img", ("img", "cia"), "imagery"),
)
_DEEPEST_TIANDITU, _DEEPEST = 18, 22

#: how a map is darkened, so that marks are seen on it: a light one is turned over, imagery is dimmed
Look = Literal["light", "imagery", "dark"]


class BaseMapError(ValueError):
    """A template that no tile can be asked for with; the words say why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TileSource:
    """One layer of tiles. `key` stays on the server, also in what is printed of this."""

    name: str
    template: str
    hosts: Sequence[str] = ("",)
    key: str = field(default="", repr=False)
    deepest: int = _DEEPEST

    def address(self, z: int, x: int, y: int) -> str:
        """Where tile (x, y) of zoom z is; its host follows from the tile, so that caches outside meet it again."""
        values = {
            "z": str(z), "x": str(x), "y": str(y), "-y": str((1 << z) - 1 - y),
            "s": self.hosts[(x + y) % len(self.hosts)], "key": quote(self.key, safe=""),
        }  # fmt: skip
        return re.sub(r"\{(-?\w+)\}", lambda slot: values[slot[1]], self.template)

    @property
    def is_own_path(self) -> bool:
        """True for a path on our own host: browsers ask it themselves."""
        return self.template.startswith("/")


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseMap:
    """One base map: its sources from below. Its title is `base_map.NAME` of the catalogue."""

    name: str
    sources: tuple[TileSource, ...]
    crs: str = "wgs84"
    attribution: str = ""
    look: Look = "light"


@dataclass(frozen=True, kw_only=True, slots=True)
class BaseMaps:
    """The base maps of an installation and which of them a screen opens with; empty: the shipped ground."""

    maps: tuple[BaseMap, ...] = ()
    first: str = ""

    @property
    def sources(self) -> Mapping[str, TileSource]:
        return {source.name: source for each in self.maps for source in each.sources}


def base_maps_of(
    *,
    tile_url: str = "",
    tile_key: str = "",
    tile_hosts: str = "",
    tile_crs: str = "wgs84",
    tile_attribution: str = "",
    tile_look: Look = "light",
    tianditu_key: str = "",
    first: str = "",
) -> BaseMaps:
    """The base maps that settings name. Raises BaseMapError for a template or a `first` that cannot be.

    Without `first` a screen opens with the tiles of `tile_url` if there are any, else with the shipped ground.
    """
    maps = []
    if tile_url:
        hosts = tuple(host.strip() for host in tile_hosts.split(",") if host.strip()) or ("",)
        source = TileSource(name="own", template=_checked(tile_url), hosts=hosts, key=tile_key)
        maps.append(BaseMap(name="own", sources=(source,), crs=tile_crs, attribution=tile_attribution, look=tile_look))
    if tianditu_key:
        maps += [_tianditu(name, layers, look, tianditu_key) for name, layers, look in _TIANDITU_MAPS]
    chosen = first or ("own" if tile_url else "")
    if chosen == "none":
        chosen = ""
    if chosen and chosen not in {each.name for each in maps}:
        raise BaseMapError(f"base map {chosen!r} is not configured here")
    return BaseMaps(maps=tuple(maps), first=chosen)


def _tianditu(name: str, layers: tuple[str, str], look: Look, key: str) -> BaseMap:
    """天地图 is drawn in CGCS2000, which is WGS-84 to within centimetres."""
    sources = tuple(
        TileSource(
            name=f"tianditu_{layer}",
            template=_TIANDITU.replace("LAYER", layer),
            hosts=_TIANDITU_HOSTS,
            key=key,
            deepest=_DEEPEST_TIANDITU,
        )
        for layer in layers
    )
    return BaseMap(name=name, sources=sources, attribution="天地图", look=look)


def _checked(template: str) -> str:
    """`template` with WMTS names as ours."""
    said = re.sub(r"\{(\w+)\}", lambda slot: "{" + _SLOTS.get(slot[1], slot[1]) + "}", template.strip())
    slots = set(re.findall(r"\{(-?\w+)\}", said))
    if unknown := slots - _KNOWN:
        raise BaseMapError(f"tile_url: nothing is known to fill {{{sorted(unknown)[0]}}} with")
    if not {"z", "x"} <= slots or not slots & {"y", "-y"}:
        raise BaseMapError("tile_url must hold {z}, {x} and {y} (or {TileMatrix}, {TileCol} and {TileRow})")
    if said.startswith("/") and not said.startswith("//"):
        return said
    told = urlsplit(said)
    host = re.sub(r"\{s\}", "", told.netloc)
    if told.scheme not in ("http", "https") or not host or "{" in host or "@" in host:
        raise BaseMapError("tile_url must be an http(s) address whose host is fixed, or a path of this host")
    return said
