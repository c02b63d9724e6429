"""图层架: what each layer shows now: its imported version, or what came with the city or lies in another book.

Columns of what was not imported are made once, in the background, and kept until their book says something else.
"""

import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog

from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.thematic.definitions import LayerCatalogue
from cockpit.store.database import UNAVAILABLE
from cockpit.store.layer_columns import Columns, FeatureBatch, LayerColumns, LayerWriter
from cockpit.store.layer_columns.columns import UnreadableLayerError
from cockpit.store.layer_versions import LayerVersion

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 2.0
_MAKE_EVERY_S = 10.0


class Filling(Protocol):
    """Where the things of a layer come from that nobody imported; `mark` changes when they do."""

    @property
    def mark(self) -> str: ...
    def batches(self) -> Iterable[FeatureBatch]: ...


class VersionTable(Protocol):
    """Which imported version each layer shows (`store.layer_versions`)."""

    def in_use(self) -> Mapping[str, LayerVersion]: ...


@dataclass(frozen=True, slots=True)
class Shelved:
    """What a layer shows: `version` names it, `as_of` is when it was taken in."""

    version: str
    as_of: datetime
    columns: Columns


class LayerShelf:
    """All layers of this installation. Safe from any thread; asking never waits for columns to be made."""

    def __init__(
        self,
        catalogue: LayerCatalogue,
        root: Path,
        versions: VersionTable,
        *,
        fill: Callable[[ThematicLayer], Filling | None] = lambda _layer: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`root` is the data directory's folder of layers; `fill` knows the books."""
        self._catalogue, self._root, self._versions, self._fill = catalogue, root, versions, fill
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._in_use: Mapping[str, LayerVersion] = {}
        self._looked_at = float("-inf")
        self._open: dict[str, Shelved] = {}

    def layers(self) -> dict[str, ThematicLayer]:
        """The definitions by name, in the catalogue's order."""
        return self._catalogue.now().layers

    def find(self, name: str) -> Shelved | None:
        """What the layer shows; None while nothing is there, or not yet."""
        imported = self._shown().get(name)
        with self._lock:
            held = self._open.get(name)
        if imported is None:
            return held if held is not None and not held.version.startswith("v") else None
        version = f"v{imported.version}"
        if held is not None and held.version == version:
            return held
        return self._opened(name, version, self._root / name / imported.folder, imported.taken_at)

    def make(self, only: Collection[str] = ()) -> None:
        """Make what is missing of layers that nobody imported (of all, or `only` these); for a thread of its own."""
        with self._making:
            for layer in self.layers().values():
                if layer.name in self._shown() or (only and layer.name not in only):
                    continue
                try:
                    self._make(layer)
                except Exception as wrong:  # one book that cannot be read costs its own layer only
                    log.error("a layer cannot be filled", layer=layer.name, error=repr(wrong))

    def follow(self, stop: threading.Event) -> None:
        """Make, and look every few seconds whether a book says something else; until `stop`."""
        while not stop.is_set():
            self.make()
            stop.wait(_MAKE_EVERY_S)

    def _make(self, layer: ThematicLayer) -> None:
        filling = self._fill(layer)
        if filling is None:
            return
        version = f"book-{filling.mark}"
        with self._lock:
            held = self._open.get(layer.name)
        if held is not None and held.version == version:
            return
        folder = self._root / layer.name / version
        if not folder.is_dir():
            with LayerWriter(folder) as writer:
                for batch in filling.batches():
                    writer.add(batch)
                writer.publish()
        self._opened(layer.name, version, folder, datetime.fromtimestamp(folder.stat().st_mtime, UTC))
        for old in folder.parent.glob("book-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)

    def _opened(self, name: str, version: str, folder: Path, as_of: datetime) -> Shelved | None:
        try:
            shelved = Shelved(version, as_of, LayerColumns.open(folder))
        except UnreadableLayerError as gone:
            log.warning("a layer's files are not here", layer=name, folder=str(folder), error=str(gone))
            return None
        with self._lock:
            self._open[name] = shelved
        return shelved

    def _shown(self) -> Mapping[str, LayerVersion]:
        """Which versions are shown, looked up anew after some seconds; the last ones while the database is away."""
        with self._lock:
            due = self._monotonic() - self._looked_at >= _LOOK_EVERY_S
            if due:
                self._looked_at = self._monotonic()
        if due:
            try:
                self._in_use = self._versions.in_use()
            except UNAVAILABLE as away:
                log.warning("cannot be read anew", what="layer versions", error=str(away))
        return self._in_use
