"""专题图层 in a web process: the answers about layers, their tiles, and edits of their things."""

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from cockpit.api.layer_tiles import LayerTiles
from cockpit.api.layers import Layers
from cockpit.parts import Parts
from cockpit.services.layer_editing import EditedShelf
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.store.audit import AuditTrail
from cockpit.store.layer_edits import LayerEdits


class LayerServices(TypedDict):
    """What of `ApiServices` is about layers."""

    layers: Layers
    layer_tiles: LayerTiles


def layer_services(parts: Parts, clock: Callable[[], datetime]) -> LayerServices:
    """All of them over one shelf, so that an edit shows wherever its layer does."""
    scopes, shelf = ScopeShapes(parts.city), EditedShelf(parts.layer_shelf, LayerEdits(parts.engine))
    layers = Layers(shelf, scopes, clock=clock)
    tiles = LayerTiles(layers, shelf, scopes, AuditTrail(parts.engine), clock=clock)
    return LayerServices(layers=layers, layer_tiles=tiles)
