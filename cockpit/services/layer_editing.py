"""图层修订: what each layer shows now, edits included, a moment after they were made and without writing it anew.

An edit holds until its layer is imported again: what a later survey says is newer.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import structlog

from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.thematic.shelf import Shelved
from cockpit.store.database import UNAVAILABLE
from cockpit.store.layer_columns import EditedColumns, Feature, FeatureEdit, LayerColumns
from cockpit.store.layer_edits import KeptEdit

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0


class Shelf(Protocol):
    """Layers as they were imported (`services.thematic.shelf`)."""

    def layers(self) -> dict[str, ThematicLayer]: ...
    def find(self, name: str) -> Shelved | None: ...


class EditTable(Protocol):
    """Where edits are kept (`store.layer_edits`)."""

    def put(self, layer: str, edit: FeatureEdit, *, at: datetime, by: str) -> int: ...
    def read(self, after: int = 0) -> list[KeptEdit]: ...


class EditedShelf:
    """The face of a shelf, with edits. Safe from any thread; other processes' edits are seen within a second."""

    def __init__(self, shelf: Shelf, table: EditTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._shelf, self._table, self._monotonic = shelf, table, monotonic
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._edits: dict[str, dict[str, KeptEdit]] = {}
        self._mark = 0
        self._looked_at = float("-inf")
        self._merged: dict[str, Shelved] = {}

    def layers(self) -> dict[str, ThematicLayer]:
        """The definitions by name, in the catalogue's order."""
        return self._shelf.layers()

    def find(self, name: str) -> Shelved | None:
        """What the layer shows; its version names the last edit as well."""
        self._look()
        shelved = self._shelf.find(name)
        if shelved is None:
            return None
        with self._lock:
            kept = [edit for edit in self._edits.get(name, {}).values() if edit.at > shelved.as_of]
            merged = self._merged.get(name)
        if not kept:
            return shelved
        version = f"{shelved.version}.{max(edit.number for edit in kept)}"
        if merged is not None and merged.version == version:
            return merged
        below = shelved.columns
        assert isinstance(below, LayerColumns)
        columns = EditedColumns(below, [edit.edit for edit in kept])
        merged = replace(shelved, version=version, columns=columns)
        with self._lock:
            self._merged[name] = merged
        return merged

    def edit(self, name: str, feature_id: str, feature: Feature | None, *, at: datetime, by: str) -> int:
        """Keep how a feature is now (None: there is none any more); the number of the edit."""
        number = self._table.put(name, FeatureEdit(id=feature_id, feature=feature), at=at, by=by)
        self._look(at_once=True)
        return number

    def _look(self, *, at_once: bool = False) -> None:
        with self._lock:
            if not at_once and self._monotonic() - self._looked_at < _LOOK_EVERY_S:
                return
            self._looked_at = self._monotonic()
        with self._reading:
            try:
                fresh = self._table.read(self._mark)
            except UNAVAILABLE as away:
                log.warning("cannot be read anew", what="edits of layers", error=str(away))
                return
            with self._lock:
                for kept in fresh:
                    self._edits.setdefault(kept.layer, {})[kept.edit.id] = kept
                    self._mark = kept.number
