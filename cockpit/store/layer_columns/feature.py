"""图层要素: what goes into a layer's columns and what comes out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

#: west, south, east, north in WGS-84 degrees, edges included
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts of which few differ: text number `codes[i]` of `words` for row i."""

    words: Sequence[str]
    codes: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureBatch:
    """Some features to be written; all columns are equally long. `lon` and `lat` are a shape's representative place."""

    ids: Sequence[str]
    names: Sequence[str] | Coded
    kinds: Sequence[str] | Coded
    states: Sequence[str] | Coded
    owners: Sequence[str] | Coded
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    #: WKB in WGS-84, None for points
    shapes: Sequence[bytes | None] | None = None
    attributes: Sequence[Mapping[str, object] | None] | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature as it is kept; `row` is its number in this version of the layer."""

    row: int
    id: str
    name: str
    kind: str
    state: str
    owner: str
    lon: float
    lat: float
    shape: bytes | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which features: of these kinds, states and owners (an empty set: any), `within` a polygon (WKB, WGS-84)."""

    kinds: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    within: bytes | None = None


EVERYTHING = Where()


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are; kinds without any are not named."""

    total: int
    by_kind: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RefusedFeature:
    """A feature that is left out because its id was there before; `number` counts all that were added, from 0."""

    number: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSummary:
    """What was published. `refused` lists the first thousand of the `refused_total`."""

    total: int
    by_kind: Mapping[str, int]
    by_state: Mapping[str, int]
    by_owner: Mapping[str, int]
    #: None if there is nothing
    box: Box | None
    refused: tuple[RefusedFeature, ...] = ()
    refused_total: int = 0
