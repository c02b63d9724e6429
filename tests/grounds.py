"""A small ground for analyses: some buildings on a straight street, clinics beside it, no other layer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.analyses.people import Ground
from cockpit.services.houses.dwellings import Dwellings
from cockpit.services.nearby.roads import RoadGraph
from cockpit.services.thematic.shelf import Shelved
from cockpit.store.layer_columns import Count, Feature
from tests.laws.test_drill_down import YUHANG
from tests.stories import GRIDS

#: degrees of longitude of about 100 m at 30.3° N
HUNDRED_M = 100 / 96_090
LON, LAT = 119.95, 30.30


@dataclass
class Homes:
    """Buildings with who lives there, as rows of code, longitude, latitude, doors, people."""

    rows: list[tuple[str, float, float, int, int]]
    told: Dwellings = field(init=False)

    def __post_init__(self) -> None:
        self.told = Dwellings.told(self.rows)

    def dwellings(self) -> Dwellings:
        return self.told


class Columns:
    """Some points of a layer."""

    def __init__(self, places: list[tuple[float, float]]) -> None:
        self._places = places

    def count(self) -> Count:
        return Count(len(self._places), {})

    def items(self, limit: int) -> list[Feature]:
        places = self._places[:limit]
        return [Feature(i, str(i), "", "", "normal", "", lon, lat) for i, (lon, lat) in enumerate(places)]


@dataclass
class Layers:
    """Layers by name, each some places."""

    places: dict[str, list[tuple[float, float]]]
    version: str = "1"

    def layers(self) -> dict[str, ThematicLayer]:
        return {}

    def find(self, name: str) -> Shelved | None:
        columns: Any = Columns(self.places[name]) if name in self.places else None
        return Shelved(self.version, datetime(2026, 1, 1, tzinfo=UTC), columns) if columns else None


def street(nodes: int = 60) -> RoadGraph:
    """A straight street eastwards, a crossing every hundred metres."""
    lons = LON + HUNDRED_M * np.arange(nodes)
    ends = np.column_stack([np.arange(nodes - 1), np.arange(1, nodes)])
    graph = RoadGraph(
        np.column_stack([lons, np.full(nodes, LAT)]), ends, np.full(nodes - 1, 100.0), ["street"] * (nodes - 1)
    )
    graph.make_ready()
    return graph


def ground(homes: list[tuple[str, float, float, int, int]] | None = None, layers: Layers | None = None) -> Ground:
    """Two buildings in two grids: one at the clinic's door, one four kilometres down the street."""
    rows = [(GRIDS[0], LON, LAT, 10, 25), (GRIDS[1], LON + 40 * HUNDRED_M, LAT, 4, 9)] if homes is None else homes
    return Ground(YUHANG, Homes(rows), layers or Layers({"hospital": [(LON, LAT)]}), street())
