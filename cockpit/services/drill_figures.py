"""下钻数字: a division's indicators of a period with its children, what they were before, why one is unknown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.category import category_of
from cockpit.domain.outage import Outage, is_unknown
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.services.drill_down import DrillDown, Known, Split, mask_of, split
from cockpit.services.houses.inhabitants import Inhabitants
from cockpit.services.subjects.asked import OF_AN_END, Subjects, ends_at
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.indicators import INDICATORS, Columns, Indicator, Measure, Moment, Part, Subject
from cockpit.situation.listing import Place
from cockpit.situation.period import Filters, Period, PeriodRows, when_of
from cockpit.situation.table import SOURCES
from cockpit.situation.why import Why as Why

#: a trend has at most so many steps
_STEPS = 62
_NO_TIMES = np.zeros(0, dtype=np.float64)


class Comparison(StrEnum):
    """As long a period, earlier."""

    YESTERDAY = "yesterday"
    LAST_WEEK = "last_week"
    LAST_YEAR = "last_year"

    def back(self, period: Period, zone: ZoneInfo) -> timedelta:
        """How much earlier; the same date a year before, on a leap day the day before."""
        if self is not Comparison.LAST_YEAR:
            return timedelta(days=1 if self is Comparison.YESTERDAY else 7)
        since = period.since.astimezone(zone)
        day = since.day if (since.month, since.day) != (2, 29) else 28
        return since - since.replace(year=since.year - 1, day=day)


#: columns by their subject, and by the end that they are told of where that is a past one
Told = dict[tuple[Subject, datetime | None], SubjectRows]


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked at: where, which period, and narrowed down to what."""

    scope: Scope
    period: Period
    filters: Filters


@dataclass(frozen=True, slots=True)
class Step:
    """One day or some days of a trend."""

    period: Period
    measure: Measure
    reported: int
    why: Why | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What the events of a list are: counts that each add up to the length of the list."""

    total: int
    sources: list[tuple[Source, int]]
    #: category code (empty: none that is known here) → events, the most first
    categories: list[tuple[str, int]]
    #: by local weekday (Monday first) and hour of the report
    hours: list[list[int]]


@dataclass(frozen=True, slots=True)
class Drilled:
    """The columns of one question, and everything that is told from them."""

    known: Known
    question: Question
    zone: ZoneInfo
    children: list[str]
    #: of the period as it is known, and as it stood at the period's end
    wide: PeriodRows
    rows: PeriodRows
    subjects: Subjects | None = None
    #: the columns of other subjects, each told once: of this period, or of an end that is not the instant's
    _told: Told = field(default_factory=dict)
    inhabitants: Inhabitants | None = None
    _people: dict[tuple[str, ...], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, drill: DrillDown, known: Known, question: Question) -> "Drilled":
        """Look at a question."""
        wide = known.rows(question.scope, question.period).filtered(question.filters, drill.zone)
        rows = known.seen(wide, question.period)
        children = drill.children_of(question.scope)
        return cls(
            known, question, drill.zone, children, wide, rows, drill.subjects, inhabitants=drill.inhabitants
        )  # fmt: skip

    def figures(self, indicators: Sequence[Indicator] = INDICATORS) -> dict[str, Split]:
        """Every indicator with its children."""
        moment = self.question.period.moment
        found = self.split(self.rows, moment, self.children, [i for i in indicators if i.is_of_events])
        alike: dict[tuple[Subject, bool], list[Indicator]] = {}
        for indicator in indicators:
            if not indicator.is_of_events:
                alike.setdefault((indicator.subject, indicator.is_of_instant), []).append(indicator)
        for its in alike.values():
            found |= split(self.told(its[0]), moment, self.children, its)
        return found

    def split(
        self, rows: Columns, moment: Moment, codes: Sequence[str], indicators: Sequence[Indicator]
    ) -> dict[str, Split]:
        """Indicators over columns of the scope and over each of these divisions, with their inhabitants if they ask."""
        found = split(rows, moment, codes, indicators)
        return found | {i.name: found[i.name].over(self._people_of(codes)) for i in indicators if i.per_people}

    def lacks_book(self, indicator: Indicator | None) -> bool:
        """It counts per inhabitant, and nobody knows how many there are."""
        if indicator is None or not indicator.per_people:
            return False
        return self.inhabitants is None or not self.inhabitants.are_told()

    def _people_of(self, codes: Sequence[str]) -> list[int]:
        if self.inhabitants is None:
            return [0] * (len(codes) + 1)
        key = tuple(codes)
        if key not in self._people:
            self._people[key] = self.inhabitants.of(self.question.scope, codes, self.known.changes)
        return self._people[key]

    def columns(self, indicator: Indicator) -> PeriodRows | SubjectRows:
        """What an indicator is counted over."""
        return self.rows if indicator.is_of_events else self.told(indicator)

    def told(self, indicator: Indicator, step: Period | None = None) -> SubjectRows:
        """The columns of an indicator whose subject is no event, for a step of a trend those of its end.

        Without rows where it is not known.
        """
        at, question, subject = self.known.at, self.question, indicator.subject
        period = step if step is not None and subject in OF_AN_END else question.period
        is_end = ends_at(period, at)
        if self.subjects is None or (indicator.is_of_instant and not is_end and subject not in OF_AN_END):
            return SubjectRows.not_known(Why.NOT_KEPT)
        key = subject, None if is_end or subject not in OF_AN_END else period.until
        if key not in self._told:
            self._told[key] = self.subjects.rows(
                subject, question.scope, period, question.filters, at, self.known.past, self.known.changes
            )
        return self._told[key]

    def why(self, measure: Measure, *, whole: bool = False, of: Indicator | None = None) -> Why | None:
        """Why a measure of this question has no value; `whole` wants the period to lie in the data from end to end."""
        if of is not None and not of.is_of_events:
            return self._why_of_subject(of, self.question.period, measure, whole=whole)
        if self.lacks_book(of):
            return Why.NO_BOOK
        only = None if of is None else of.only
        return why_of(self.known, self.question.period, self.question.filters, measure, whole=whole, only=only)

    def _why_of_subject(
        self, indicator: Indicator, period: Period, measure: Measure, *, whole: bool = False
    ) -> Why | None:
        rows = self.told(indicator, period)
        if rows.why or indicator.name in rows.unknown:
            return rows.why or rows.unknown[indicator.name]
        if indicator.is_of_instant and indicator.subject not in OF_AN_END and not ends_at(period, self.known.at):
            return Why.NOT_KEPT
        if rows.begins_at is not None and (period.since if whole else period.until) < rows.begins_at:
            return Why.BEFORE_DATA
        if (why := rows.why_in(period)) is not None:
            return why
        silent = indicator.only and is_silent(self.known, period, indicator.only, measure)
        return Why.FEED_LOST if silent else Why.NO_SAMPLE if measure.value is None else None

    def outages(self, indicator: Indicator | None = None, period: Period | None = None) -> list[Outage]:
        """When a source that counts was lost in the period, or in a step of it: the figure lacks what it told then."""
        if indicator is not None and not indicator.is_of_events and indicator.only is None:
            return []
        source = self.question.filters.source or (indicator.only if indicator else None)
        return outages_of(self.known, period or self.question.period, source)

    def before(self, how: Comparison) -> "Drilled":
        """The same question about an earlier period, told from what is known now."""
        earlier = self.question.period.shifted(how.back(self.question.period, self.zone))
        question = Question(self.question.scope, earlier, self.question.filters)
        wide = self.known.rows(question.scope, earlier).filtered(question.filters, self.zone)
        rows = self.known.seen(wide, earlier)
        return Drilled(
            self.known, question, self.zone, self.children, wide, rows, self.subjects, inhabitants=self.inhabitants
        )  # fmt: skip

    def trend(self, indicator: Indicator) -> list[Step]:
        """The indicator of each day, or of groups of days where there are many."""
        found = []
        for period in self.question.period.steps(self.zone, most=_STEPS):
            rows, moment = self.known.seen(self.wide, period), period.moment
            columns = rows if indicator.is_of_events else self.told(indicator, period)
            measure = self.split(columns, moment, (), (indicator,))[indicator.name].whole
            reported = rows.rows["reported"]
            count = int(((reported >= moment.day) & (reported <= moment.now)).sum())
            found.append(Step(period, measure, count, self._why(period, measure, indicator)))
        return found

    def _why(self, period: Period, measure: Measure, indicator: Indicator) -> Why | None:
        if not indicator.is_of_events:
            return self._why_of_subject(indicator, period, measure)
        if self.lacks_book(indicator):
            return Why.NO_BOOK
        return why_of(self.known, period, self.question.filters, measure, only=indicator.only)

    def took(self, indicator: Indicator, places: Sequence[tuple[Place, int]]) -> dict[str, float]:
        """What each event of a percentile's list took, in seconds; empty for other indicators."""
        if indicator.taken is None or not places:
            return {}
        taken = indicator.taken(self.rows, self.question.period.moment)
        return {place.event_id: float(taken[row]) for place, row in places}

    def breakdown(self, indicator: Indicator, part: Part) -> Breakdown:
        """What the events of a list are. KeyError for a part that a count does not have."""
        if not indicator.is_of_events:
            told = self.told(indicator)
            its = told.picked(mask_of(told, indicator, part, self.question.period.moment))
            return Breakdown(len(its), [], [], _hours_of(its.rows.get("raised", _NO_TIMES), self.zone))
        rows = self.rows.picked(mask_of(self.rows, indicator, part, self.question.period.moment)).rows
        sources = np.bincount(rows["source"], minlength=len(SOURCES)).tolist()
        categories, counts = np.unique(rows["category"], return_counts=True)
        pairs = [(category_of(c), n) for c, n in zip(categories.tolist(), counts.tolist(), strict=True)]
        return Breakdown(
            len(rows["source"]),
            [(source, n) for source, n in zip(SOURCES, sources, strict=True) if n],
            sorted(pairs, key=lambda pair: (-pair[1], pair[0])),
            _hours_of(rows["reported"], self.zone),
        )


def _hours_of(times: NDArray[np.float64], zone: ZoneInfo) -> list[list[int]]:
    """How many of the times lie in each local hour of each weekday."""
    weekday, hour = when_of(times, zone)
    cells = np.bincount((weekday * 24 + hour)[weekday >= 0], minlength=7 * 24)
    return [[int(n) for n in day] for day in cells.reshape(7, 24)]


def outages_of(known: Known, period: Period, source: Source | None) -> list[Outage]:
    """When the source (any, without one) was lost in a period."""
    mine = [o for o in known.outages if source in (None, o.source)]
    return [o for o in mine if o.within(period.since, period.until) > 0]


def why_of(
    known: Known, period: Period, filters: Filters, measure: Measure, *, whole: bool = False, only: Source | None = None
) -> Why | None:
    """Why a measure has no value; None where it has one. `only`: the one source that its numerator is told by."""
    begins = known.begins_at
    if begins is not None and (period.since if whole else period.until) < begins:
        return Why.BEFORE_DATA
    source = filters.source or only
    if source and is_silent(known, period, source, measure):
        return Why.FEED_LOST
    return Why.NO_SAMPLE if measure.value is None else None


def is_silent(known: Known, period: Period, source: Source, measure: Measure) -> bool:
    """Whether the source was lost all through the period, or so that what it told is not to be relied on."""
    lost = known.lost.get(source)
    if lost is not None and lost <= period.since:
        return True
    return is_unknown(outages_of(known, period, source), period.since, period.until, measure.numerator)


def period_of(at: datetime, zone: ZoneInfo, since: datetime | None, until: datetime | None) -> Period:
    """From `since` (the local midnight before `until`) to `until` (the instant itself). ValueError if it is empty."""
    is_open = until is None or until >= at
    end = at if is_open or until is None else until
    if since is None:
        since = end.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if since == end and not is_open:
            since -= timedelta(days=1)
    if since > end or (since == end and not is_open):
        raise ValueError("the period is empty")
    return Period(since, end, is_open)
