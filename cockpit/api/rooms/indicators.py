"""指标: figures with the records behind them, and the maps that are coloured by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.analyses import Analyses, analyses_blueprint
from cockpit.api.flow_maps import FlowMaps, flow_maps_blueprint
from cockpit.api.indicators import Indicators, indicators_blueprint
from cockpit.api.layers import Layers
from cockpit.api.openapi_indicators import indicator_paths
from cockpit.api.openapi_parts import AS_OF, PAGE, SCOPE
from cockpit.api.room import Core, RoomDocument
from cockpit.api.thematic_maps import ThematicMaps, thematic_maps_blueprint
from cockpit.services.drill_down import DrillDown
from cockpit.services.standards import StandardsBook
from cockpit.services.units import UnitBook


@dataclass(frozen=True, kw_only=True)
class IndicatorRoom:
    """`/indicators…` and the thematic and flow maps."""

    document: ClassVar[RoomDocument] = RoomDocument(lambda: indicator_paths(SCOPE, AS_OF, PAGE))

    drill: DrillDown
    units: UnitBook
    standards: StandardsBook
    #: the rate that a unit passes with, 0…1
    target_rate: float
    #: thematic layers that a map of figures may be laid over
    layers: Layers | None = None

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        indicators, city = Indicators(core.instants, self.drill), core.city
        yield indicators_blueprint(indicators)
        analyses = Analyses(indicators, standards=self.standards, target=self.target_rate)
        yield analyses_blueprint(analyses)
        yield thematic_maps_blueprint(ThematicMaps(indicators, city=city, layers=self.layers))
        yield flow_maps_blueprint(FlowMaps(indicators, city=city, units=self.units, standards=self.standards))
