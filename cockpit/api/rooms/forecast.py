"""预测: which open events become overtime, and how many reports a day brings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from cockpit.api.forecast import ForecastAnswers, forecast_blueprint
from cockpit.api.openapi_forecast import forecast_paths
from cockpit.api.openapi_parts import AS_OF, SCOPE
from cockpit.api.room import Core, RoomDocument
from cockpit.services.forecast.demand import DemandDesk
from cockpit.services.forecast.open_events import OpenEvents


@dataclass(frozen=True, kw_only=True)
class ForecastRoom:
    """`/forecast/…`."""

    document: ClassVar[RoomDocument] = RoomDocument(lambda: forecast_paths(SCOPE, AS_OF))

    forecast: OpenEvents
    demand: DemandDesk

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        yield forecast_blueprint(ForecastAnswers(core.instants, self.forecast, self.demand))
