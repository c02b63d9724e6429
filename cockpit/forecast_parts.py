"""The parts of forecasts, joined: what a web process asks, and what `cockpit learn` learns."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from cockpit.domain.scope import number_of
from cockpit.parts import Parts

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.services.forecast.demand import DemandDesk
    from cockpit.services.forecast.open_events import OpenEvents

OVERTIME, DEMAND = "overtime", "demand"


def open_events_of(parts: Parts) -> "OpenEvents":
    """可能超时预测 from the newest model that was learned."""
    from cockpit.services.forecast.learning import ModelBook, Prophet
    from cockpit.services.forecast.open_events import OpenEvents
    from cockpit.store.forecasts import Forecasts

    book = ModelBook(OVERTIME, Forecasts(parts.engine, OVERTIME), Prophet.of_bytes)
    return OpenEvents(parts.projector, parts.history.folded, book.now)


def demand_desk_of(parts: Parts) -> "DemandDesk":
    """需求预测 from the newest model that was learned."""
    from cockpit.services.forecast.demand import DemandDesk
    from cockpit.services.forecast.demand_model import DemandModel
    from cockpit.services.forecast.learning import ModelBook
    from cockpit.store.forecasts import Forecasts

    book = ModelBook(DEMAND, Forecasts(parts.engine, DEMAND), DemandModel.from_bytes)
    return DemandDesk(parts.city, parts.rules.zone(), parts.calendar, book.now)


def learn_forecasts(parts: Parts, engine: "Engine", *, now: datetime, at_once: bool) -> str:
    """Learn both if it is time; what came of it in a line, empty if nothing did."""
    from cockpit.services.forecast.learning import learn_demand, learn_overtime
    from cockpit.store.forecasts import ForecastCases, Forecasts

    cases, told = ForecastCases(engine), []
    overtime = learn_overtime(cases, Forecasts(engine, OVERTIME), now=now, at_once=at_once)
    if overtime is not None:
        t = overtime.trial
        rule = min(t.brier_rule, t.brier_used, t.brier_tenths)
        told.append(f"overtime: Brier {t.brier:.3f}, the rule at its best {rule:.3f}, {t.questions} held-out questions")
    grids = np.array([number_of(code) for code in parts.city.divisions if len(code) == 15], dtype=np.int64)
    kept, zone = Forecasts(engine, DEMAND), parts.rules.zone()
    demand = learn_demand(cases, kept, grids, now=now, zone=zone, at_once=at_once)
    if demand is not None:
        d = demand.trial
        told.append(f"demand: squared error of a street's shift {d.shifts:.2f}, a week before {d.shifts_naive:.2f}")
    return "; ".join(told)
