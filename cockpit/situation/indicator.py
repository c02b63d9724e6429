"""指标的样子: what an indicator is, its numbers at an instant, and the lists behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.source import Source
from cockpit.situation.table import Column, Mask


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


@dataclass(frozen=True, slots=True)
class Timed(Measure):
    """A percentile of durations: `numerator` events were measured, `taken_s` is what one of them took, in seconds."""

    taken_s: float | None = None

    @property
    def value(self) -> float | None:
        """Seconds; None where nothing was measured (无样本)."""
        return self.taken_s


def day_part(times: NDArray[np.float64], moment: Moment) -> Mask:
    """Which times lie between local midnight and now."""
    return np.asarray((times >= moment.day) & (times <= moment.now))


MaskOf = Callable[[Columns, Moment], Mask]
TakenOf = Callable[[Columns, Moment], Column]


class Group(StrEnum):
    """What indicators are found by."""

    OVERVIEW = "overview"  # 总览
    TIMES = "times"  # 响应用时
    DWELL = "dwell"  # 在手时长
    PLACES = "places"  # 重复与投诉
    HANDOVERS = "handovers"  # 层级流转
    ALARMS = "alarms"  # 报警
    FORCE = "force"  # 网格力量
    RECORDS = "records"  # 数据鲜活


class Subject(StrEnum):
    """What an indicator counts. Each has columns of its own, with `code` among them."""

    EVENTS = "events"
    HANDOVERS = "handovers"  # 层级流转: each border that an event crossed
    ALARMS = "alarms"  # 报警: each raising once
    GRIDWORKERS = "gridworkers"  # 花名册上的网格员
    GRIDS = "grids"
    WALKED_GRIDS = "walked_grids"  # 巡查: the grids, and when they were visited
    RECORDS = "records"  # 底数: doors and devices of the books


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator:
    """One definition (口径). `title` and `definition` are keys of the catalogue: `indicator.NAME`.

    With `taken` it is a percentile: the `percent` of what each event of the numerator took, in seconds, by nearest
    rank, so that the figure is always what one event of its list took.
    """

    name: str
    version: int
    numerator: MaskOf
    denominator: MaskOf | None = None
    better: Better = Better.NEITHER
    group: Group = Group.OVERVIEW
    taken: TakenOf | None = None
    percent: int = 50
    #: the one source that its numerator is told by; None for all
    only: Source | None = None
    #: a rate is shown per hundred, or per so many
    per: int = 100
    subject: Subject = Subject.EVENTS
    #: counted over the inhabitants of the book, whose names are protected: its denominator has no list
    per_people: bool = False
    #: it tells how things stand at an instant, and how they stood at the end of an earlier period is not kept
    is_of_instant: bool = False

    @property
    def is_of_events(self) -> bool:
        return self.subject is Subject.EVENTS

    @property
    def adds_up(self) -> bool:
        """True if a division's value is the sum of its children's. A rate's is not: its two lists add up instead."""
        return not self.is_rate and self.taken is None

    @property
    def is_rate(self) -> bool:
        return self.denominator is not None or self.per_people

    @property
    def parts(self) -> tuple[Part, ...]:
        """The lists that it has."""
        return tuple(Part) if self.denominator is not None else (Part.NUMERATOR,)

    @property
    def is_timed(self) -> bool:
        return self.taken is not None

    @property
    def unit(self) -> str:
        """What its value is counted in."""
        return "rate" if self.is_rate else "seconds" if self.is_timed else self.subject.value

    @property
    def why_not(self) -> str:
        """Why its value does not add up over divisions, as a key of the catalogue; empty where it does."""
        if self.per_people:
            return "indicator_adds.per_people"
        return "" if self.adds_up else "indicator_adds.percentile" if self.is_timed else "indicator_adds.rate"

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

    def measured(self, mask: Mask, table: Columns, moment: Moment) -> Timed:
        """The percentile over some rows of the numerator."""
        if self.taken is None:
            raise TypeError(f"{self.name} is no percentile")
        taken = self.taken(table, moment)[mask]
        if not len(taken):
            return Timed(0)
        rank = rank_of(self.percent, len(taken))
        return Timed(len(taken), None, float(np.partition(taken, rank)[rank]))


def rank_of(percent: int, count: int) -> int:
    """Which of so many ascending values is the percentile, by nearest rank (ISO 3534-1's smallest sufficient)."""
    return max(0, -(-percent * count // 100) - 1)
