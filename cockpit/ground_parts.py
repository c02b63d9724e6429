"""Joins what 研判 knows of the ground: who lives where, what stands there, and the streets between."""

from cockpit.parts import Parts
from cockpit.services.analyses.people import Ground
from cockpit.services.layer_editing import EditedShelf
from cockpit.store.layer_edits import LayerEdits


def ground_of(parts: Parts) -> Ground:
    """Over the address base, the layers with their edits, and the roads of `附近`."""
    return Ground(
        parts.city, parts.houses, EditedShelf(parts.layer_shelf, LayerEdits(parts.engine)), parts.nearby.roads
    )
