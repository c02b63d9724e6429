"""专题图层: the catalogue, what lies on a layer, its tiles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.layer_tiles import LayerTiles, layer_tiles_blueprint
from cockpit.api.layers import Layers, layers_blueprint
from cockpit.api.openapi_layers import LAYER_SCHEMAS, layer_paths
from cockpit.api.room import Core, RoomDocument


@dataclass(frozen=True, kw_only=True)
class LayerRoom:
    """`/layers…`."""

    document: ClassVar[RoomDocument] = RoomDocument(layer_paths, schemas=LAYER_SCHEMAS)

    layers: Layers
    layer_tiles: LayerTiles | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:  # noqa: ARG002 - every room is handed it
        yield layers_blueprint(self.layers)
        if self.layer_tiles is not None:
            yield layer_tiles_blueprint(self.layer_tiles)
