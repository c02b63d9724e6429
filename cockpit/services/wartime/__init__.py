"""战时现场: what a wall shows around one incident, gathered once a second from fold, surroundings and registers."""

from cockpit.services.wartime.scene import (
    Camera,
    Checklist,
    ChecklistItem,
    EvacuationPace,
    Milestone,
    Near,
    Outline,
    Scene,
)
from cockpit.services.wartime.scenes import Around, LookAround, Scenes

__all__ = [
    "Around", "Camera", "Checklist", "ChecklistItem", "EvacuationPace", "LookAround", "Milestone", "Near", "Outline",
    "Scene", "Scenes",
]  # fmt: skip
