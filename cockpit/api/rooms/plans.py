"""预案: plans and what is recommended, marks on the plot, and moving people out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Blueprint

from cockpit.api.evacuation_split import EvacuationSplit, evacuation_split_blueprint
from cockpit.api.evacuations import Evacuations, evacuations_blueprint
from cockpit.api.openapi_evacuations import EVACUATION_MODELS, evacuation_paths
from cockpit.api.openapi_plans import PLAN_MODELS, plan_paths
from cockpit.api.openapi_plots import PLOT_MODELS, plot_paths
from cockpit.api.plans import Plans, plans_blueprint
from cockpit.api.plots import Plots, plots_blueprint
from cockpit.api.recommendation import Recommendation, recommendation_blueprint
from cockpit.api.room import Core, RoomDocument
from cockpit.services.advising import Adviser
from cockpit.services.evacuating import Evacuating
from cockpit.services.plan_files import PlanBook
from cockpit.services.plan_running import PlanRunner


def _paths() -> Mapping[str, Any]:
    return {**plan_paths(), **plot_paths(), **evacuation_paths()}


@dataclass(frozen=True, kw_only=True)
class PlanRoom:
    """`/plans…`, `/recommendation`, `/plots…`, `/evacuations…`."""

    document: ClassVar[RoomDocument] = RoomDocument(_paths, (*PLAN_MODELS, *PLOT_MODELS, *EVACUATION_MODELS))

    plans: PlanBook
    plan_runner: PlanRunner
    adviser: Adviser
    evacuating: Evacuating

    def blueprints(self, core: Core) -> Iterator[Blueprint]:
        instants, commands = core.instants, core.commands
        yield plans_blueprint(Plans(instants, commands, plans=self.plans, runner=self.plan_runner))
        yield recommendation_blueprint(Recommendation(self.adviser, clock=core.clock))
        yield plots_blueprint(Plots(instants, commands, city=core.city))
        yield evacuations_blueprint(Evacuations(instants, commands, self.evacuating))
        yield evacuation_split_blueprint(EvacuationSplit(instants, commands, self.evacuating))
