"""需求预测: how many reports a day is expected to bring to the divisions below a scope, hour by hour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from cockpit.domain.scope import Scope
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.services.city import City
from cockpit.services.forecast.demand_model import SHIFT_H, DemandModel, DemandTrial, weekday_of
from cockpit.services.forecast.learning import Held
from cockpit.services.forecast.spells import Floats, Ints
from cockpit.situation.period import child_of

#: a model says something about so many days from its own on
_REACH_DAYS = 8


class WhyNaive(StrEnum):
    """Why there is nothing that was learned."""

    NOTHING_LEARNED = "nothing_learned"  # fewer than four weeks of reports
    NOT_BETTER = "not_better"  # the same hour a week before is as good: it is shown instead
    TOO_FAR = "too_far"  # the day lies before what was learned, or too far behind it


@dataclass(frozen=True, slots=True)
class DemandLine:
    """One division: reports expected by hour, and what the same weekday brought last."""

    code: str
    hours: list[float]
    last_week: int

    @property
    def total(self) -> float:
        return sum(self.hours)

    @property
    def shifts(self) -> list[float]:
        """By shift of eight hours, from midnight on."""
        return [sum(self.hours[h : h + SHIFT_H]) for h in range(0, len(self.hours), SHIFT_H)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a day is expected to bring: the divisions below, what lies in none of them, and all together."""

    day: date
    why: WhyNaive | None
    whole: DemandLine | None
    children: list[DemandLine]
    rest: DemandLine | None
    trial: DemandTrial | None
    number: int
    trained_at: datetime | None
    is_workday: bool


class DemandDesk:
    """Answers for any scope and day; safe from any thread."""

    def __init__(
        self, city: City, zone: ZoneInfo, calendar: WorkingCalendar, book: Callable[[], Held[DemandModel] | None]
    ) -> None:
        self._city, self._zone, self._calendar, self._book = city, zone, calendar, book

    def tomorrow(self, now: datetime) -> date:
        return now.astimezone(self._zone).date() + timedelta(days=1)

    def of(self, scope: Scope, day: date) -> Demand:
        """A day of a scope. Without anything learned it has no numbers and says why."""
        held, is_workday = self._book(), self._calendar.is_workday(day)
        if held is None:
            return _nothing(day, WhyNaive.NOTHING_LEARNED, is_workday)
        model = held.model
        if not 0 <= day.toordinal() - model.day < _REACH_DAYS:
            return _nothing(day, WhyNaive.TOO_FAR, is_workday)
        weekday = weekday_of(day, is_workday=is_workday)
        naive = model.naive(day.weekday())
        cells = model.expected(weekday) if model.trial.is_better else naive
        low, high = scope.span
        inside = (model.places >= low) & (model.places < high) if scope.code else np.ones(len(model.places), dtype=bool)
        codes = self._city.children_of(scope.in_city(self._city.code).code)
        places, cells, naive = model.places[inside], cells[inside], naive[inside]
        lines = _lines(codes, child_of(places, codes) if codes else np.zeros(len(places), dtype=np.int64), cells, naive)
        return Demand(
            day=day, why=None if model.trial.is_better else WhyNaive.NOT_BETTER,
            whole=DemandLine(scope.code, cells.sum(axis=0).tolist(), int(naive.sum())),
            children=lines[:-1], rest=lines[-1], trial=model.trial, number=held.number, trained_at=held.trained_at,
            is_workday=is_workday,
        )  # fmt: skip


def _lines(codes: Sequence[str], child: Ints, cells: Floats, naive: Floats) -> list[DemandLine]:
    hours = np.zeros((len(codes) + 1, cells.shape[1]))
    before = np.zeros(len(codes) + 1)
    np.add.at(hours, child, cells)
    np.add.at(before, child, naive.sum(axis=1))
    return [DemandLine(code, row.tolist(), int(n)) for code, row, n in zip((*codes, ""), hours, before, strict=True)]


def _nothing(day: date, why: WhyNaive, is_workday: bool) -> Demand:
    return Demand(
        day=day, why=why, whole=None, children=[], rest=None, trial=None, number=0, trained_at=None,
        is_workday=is_workday,
    )  # fmt: skip
