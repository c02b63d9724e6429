"""指标: named, versioned definitions, each with its list of records for numerator and denominator.

An indicator is a pair of masks over the event columns; its number is the length of its list because both
come from the same mask. Definitions follow FIELD §4 as GB/T 30428 systems count them: an event *should be
handled* once its handling has ended or its deadline has passed, so that work which is in time and still
running does not lower a rate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope
from cockpit.situation.situation import Situation
from cockpit.situation.table import DISMISSED, FINISHED, OPEN, EventTable, Mask


class Columns(Protocol):
    """Events as the columns of `situation.table.ROW`: the fold's own, or those of a period (`situation.period`)."""

    @property
    def rows(self) -> Any: ...


class Better(StrEnum):
    """Which way an indicator should go."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Part(StrEnum):
    """A list behind a number; `missed` is what a rate lacks: in the denominator and not in the numerator."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant and the beginning of what counts until it (for a day, the local midnight), in seconds since 1970."""

    now: float
    day: float

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo) -> "Moment":
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now.timestamp(), midnight.timestamp())


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator's numbers at an instant; a count has no denominator."""

    numerator: int
    denominator: int | None = None

    @property
    def value(self) -> float | None:
        """The rate 0…1, or the count; None for a rate without a sample (无样本)."""
        if self.denominator is None:
            return float(self.numerator)
        return self.numerator / self.denominator if self.denominator else None


def day_part(times: NDArray[np.float64], moment: Moment) -> Mask:
    """Which times lie between local midnight and now."""
    return np.asarray((times >= moment.day) & (times <= moment.now))


MaskOf = Callable[[Columns, Moment], Mask]


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator:
    """One definition (口径). `title` and `definition` are keys of the catalogue: `indicator.NAME`."""

    name: str
    version: int
    numerator: MaskOf
    denominator: MaskOf | None = None
    better: Better = Better.NEITHER

    @property
    def adds_up(self) -> bool:
        """True if a division's value is the sum of its children's. A rate's is not: its two lists add up instead."""
        return self.denominator is None

    @property
    def is_rate(self) -> bool:
        return self.denominator is not None

    @property
    def worth_a_look(self) -> Part:
        """The list that tells what is wrong: what a rate misses, or what makes it bad."""
        return Part.MISSED if self.is_rate and self.better is Better.HIGHER else Part.NUMERATOR

    def part(self, part: Part, table: Columns, moment: Moment) -> Mask:
        """The rows behind a number or a part of it. KeyError for a part that a count does not have."""
        if part is Part.NUMERATOR:
            return self.numerator(table, moment)
        if self.denominator is None:
            raise KeyError(part)
        whole = self.denominator(table, moment)
        return whole if part is Part.DENOMINATOR else whole & ~self.numerator(table, moment)


def _alive(t: Columns) -> Mask:
    return np.asarray(t.rows["state"] != DISMISSED)


def _reported(t: Columns, m: Moment) -> Mask:
    return day_part(t.rows["reported"], m)


def _reported_alive(t: Columns, m: Moment) -> Mask:
    return _reported(t, m) & _alive(t)


def _accepted(t: Columns, m: Moment) -> Mask:
    return np.asarray(day_part(t.rows["accepted"], m) & _alive(t))


def _accepted_in_time(t: Columns, m: Moment) -> Mask:
    return np.asarray(_accepted(t, m) & (t.rows["accepted"] - t.rows["reported"] <= 15 * 60))


def _handled(t: Columns, m: Moment) -> Mask:
    # what was handled was somebody's to handle, also where the source told only the end and no assignment before it
    return np.asarray(day_part(t.rows["handled"], m) & _alive(t))


def _in_time(t: Columns) -> Mask:
    r = t.rows
    return np.asarray(np.isnan(r["deadline"]) | (r["handled"] <= r["deadline"]))


def _handled_in_time(t: Columns, m: Moment) -> Mask:
    return _handled(t, m) & _in_time(t)


def _unhandled_overtime(t: Columns, m: Moment) -> Mask:
    r = t.rows
    return np.asarray(
        (r["state"] == OPEN) & np.isnan(r["handled"]) & (m.now > r["overtime"]) & ~np.isnan(r["assigned"])
    )


def _should_be_handled(t: Columns, m: Moment) -> Mask:
    return _handled(t, m) | _unhandled_overtime(t, m)


def _closed(t: Columns, m: Moment) -> Mask:
    return np.asarray(day_part(t.rows["closed"], m) & (t.rows["state"] == FINISHED))


def _closed_in_time(t: Columns, m: Moment) -> Mask:
    return _closed(t, m) & _in_time(t)


def _closed_late(t: Columns, m: Moment) -> Mask:
    return _closed(t, m) & ~_in_time(t)


def _should_be_closed(t: Columns, m: Moment) -> Mask:
    return np.asarray(_closed(t, m) | ((t.rows["state"] == OPEN) & ~np.isnan(t.rows["handled"])))


def _overtime(t: Columns, m: Moment) -> Mask:
    return np.asarray((t.rows["state"] == OPEN) & (m.now > t.rows["overtime"]))


def _at_risk(t: Columns, m: Moment) -> Mask:
    return np.asarray((t.rows["state"] == OPEN) & (m.now >= t.rows["at_risk"])) & ~_overtime(t, m)


def _rate(name: str, numerator: MaskOf, of: MaskOf, *, version: int = 1, better: Better = Better.HIGHER) -> Indicator:
    return Indicator(name=name, version=version, numerator=numerator, denominator=of, better=better)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(name="reported_today", version=1, numerator=_reported),
    Indicator(name="accepted_today", version=1, numerator=_accepted),
    Indicator(name="handled_today", version=2, numerator=_handled),
    Indicator(name="closed_today", version=1, numerator=_closed),
    _rate("handling_rate", _handled, _should_be_handled, version=2),
    _rate("on_time_handling_rate", _handled_in_time, _should_be_handled, version=2),
    _rate("timely_acceptance_rate", _accepted_in_time, _accepted),
    _rate("closing_rate", _closed, _should_be_closed),
    _rate("on_time_closing_rate", _closed_in_time, _should_be_closed),
    _rate("late_closing_rate", _closed_late, _should_be_closed, better=Better.LOWER),
    Indicator(name="overtime", version=1, numerator=_overtime, better=Better.LOWER),
    Indicator(name="at_risk", version=1, numerator=_at_risk, better=Better.LOWER),
)
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}


def measures(table: EventTable, within: Mask, moment: Moment) -> dict[str, Measure]:
    """All indicators over the rows `within` a scope."""
    return {i.name: measure_of(i, table, within, moment) for i in INDICATORS}


def measure_of(indicator: Indicator, table: EventTable, within: Mask, moment: Moment) -> Measure:
    numerator = int((indicator.numerator(table, moment) & within).sum())
    if indicator.denominator is None:
        return Measure(numerator)
    return Measure(numerator, int((indicator.denominator(table, moment) & within).sum()))


def records_of(
    situation: Situation, indicator: Indicator, scope: Scope, now: datetime, *, part: str = "numerator"
) -> list[str]:
    """The event ids behind a number (指标反查): as many as the number says. Raises KeyError for a missing part."""
    return situation.table.ids(mask_of(situation, indicator, scope, now, part=part))


def mask_of(situation: Situation, indicator: Indicator, scope: Scope, now: datetime, *, part: str) -> Mask:
    """The rows of the situation's table behind a number. Raises KeyError for a missing part."""
    table = situation.table
    moment = Moment.of(now, situation.rules.zone())
    return indicator.part(Part(part), table, moment) & table.within(scope)
