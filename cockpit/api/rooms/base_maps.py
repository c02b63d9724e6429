"""底图: tiles of the maps under ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.base_tiles import BaseTiles, base_tiles_blueprint
from cockpit.api.openapi_base_maps import base_map_paths
from cockpit.api.room import Core, RoomDocument


@dataclass(frozen=True, kw_only=True)
class BaseMapRoom:
    """`/base-maps…`; without tiles there are none to ask for."""

    document: ClassVar[RoomDocument] = RoomDocument(base_map_paths)

    base_tiles: BaseTiles | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:  # noqa: ARG002 - every room is handed it
        if self.base_tiles is not None:
            yield base_tiles_blueprint(self.base_tiles)
