"""专题图层 and the maps of figures that may be laid over them, joined for a web process."""

from cockpit.api.layer_tiles import LayerTiles
from cockpit.api.layers import Layers
from cockpit.api.rooms.indicators import IndicatorRoom
from cockpit.api.rooms.layers import LayerRoom
from cockpit.services.layer_editing import EditedShelf
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.store.audit import AuditTrail
from cockpit.store.layer_edits import LayerEdits
from cockpit.web_parts import WebParts, now


def layer_room(web: WebParts) -> LayerRoom:
    """Answers, tiles and edits over one shelf, so that an edit shows wherever its layer does."""
    parts = web.parts
    scopes, shelf = ScopeShapes(parts.city), EditedShelf(parts.layer_shelf, LayerEdits(parts.engine))
    layers = Layers(shelf, scopes, clock=now)
    return LayerRoom(layers=layers, layer_tiles=LayerTiles(layers, shelf, scopes, AuditTrail(parts.engine), clock=now))


def indicator_room(web: WebParts, layers: LayerRoom) -> IndicatorRoom:
    parts = web.parts
    return IndicatorRoom(
        drill=web.drill,
        units=parts.units,
        standards=parts.standards,
        target_rate=web.settings.target_rate,
        layers=layers.layers,
    )
