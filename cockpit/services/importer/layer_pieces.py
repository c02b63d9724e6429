"""What every reader of a layer's file gives: pieces of rows with their columns and, if there are any, their shapes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.services.importer.rows import Refusal


@dataclass(slots=True)
class LayerPiece:
    """Some rows. `lines` count rows as a person would; `shapes` (shapely) as in the file, None for a table."""

    lines: Sequence[int]
    columns: dict[str, Sequence[Any]]
    shapes: NDArray[np.object_] | None
    #: of `LayerSource.size`
    done: int
    refused: list[Refusal] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)


class LayerSource(Protocol):
    """A file that is open for reading. TableError whenever it turns out to be none."""

    @property
    def path(self) -> Path: ...
    @property
    def size(self) -> int: ...
    @property
    def columns(self) -> Sequence[str]: ...
    #: what the file itself says about its coordinates; empty if nothing
    @property
    def crs(self) -> str: ...
    @property
    def has_shapes(self) -> bool: ...
    def pieces(self, rows: int) -> Iterator[LayerPiece]: ...
    def close(self) -> None: ...
