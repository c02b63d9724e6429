"""对账: the figures that are kept from change to change, told again from what they were made of.

Two things are kept: the columns of the past (files, then every change since) and the fold (a checkpoint, then every
fact since). Both are made anew here, from records and journal, and asked for the same figures. What is written while
somebody looks counts for neither side.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.drill_down import DrillDown, Known
from cockpit.services.drill_figures import Drilled, Question
from cockpit.services.past_events import PastEvents
from cockpit.services.record_columns import READ, Segment
from cockpit.situation.indicators import OF_EVENTS, Indicator, Measure
from cockpit.situation.period import Filters, Period
from cockpit.situation.situation import Situation

#: a figure of so many days until each instant is compared
_DAYS = timedelta(days=30)
#: the whole city is told again from so many records at most, else a sample of its communities
_ALL = 100_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what it was made of. `code`: a division; empty for what lies in none of those asked."""

    indicator: str
    code: str
    at: datetime
    kept: Measure
    anew: Measure


@dataclass(slots=True)
class Compared:
    """How much was compared, and what differs."""

    indicators: int = 0
    codes: set[str] = field(default_factory=set)
    instants: set[datetime] = field(default_factory=set)
    #: records or facts that were read again
    told: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StillFold:
    """A fold that nobody changes."""

    situation: Situation

    @property
    def lock(self) -> AbstractContextManager[None]:
        """Nobody to wait for."""
        return nullcontext()


def sample_of(city: City, number: int, count: int) -> list[str]:
    """`count` communities, others for each number: together the numbers lead through the whole city."""
    codes = sorted(code for code in city.divisions if len(code) == 12)
    count = min(count, len(codes))
    return [codes[(number * count + i) % len(codes)] for i in range(count)]


def compare_past(drill: DrillDown, now: datetime, communities: Sequence[str]) -> Compared:
    """The columns of the past beside the records, at four instants: the newest that anything tells of, a month, a
    year and two years earlier. All divisions where there are few records, else these communities and their grids."""
    past, city = drill.past, drill.city
    (kept, revision), found = past.told(), Compared()
    rows = sum(len(segment) for segment in kept)
    codes = [city.code, *communities] if rows <= _ALL else list(communities)
    scopes = [Scope("")] if rows <= _ALL else [s for c in codes for s in (Scope(c), *city.changes.formerly(Scope(c)))]
    read = [row for some in past.records.list_past_in([s.span for s in scopes], READ, until=revision) for row in some]
    written = np.array(past.records.numbers_since(revision, until=past.records.revision()), dtype=np.int64)
    anew = Segment.of(read).without(written)
    still = tuple(segment.without(written) for segment in kept)
    found.told = len(read)
    newest = _newest(past, now)
    for at in (newest - timedelta(days=days) for days in (0, 30, 365, 730)):
        sides = [drill.known(at, at, segments=segments) for segments in (still, (anew,))]
        _compare(drill, sides[0], sides[1], codes, found)
    return found


def compare_fold(
    kept: Situation, anew: Situation, at: datetime, past: PastEvents, city: City, communities: Sequence[str]
) -> Compared:
    """A fold that was kept beside the one that the journal tells, at its own instant."""
    found = Compared()
    drills = [DrillDown(fold=StillFold(s), folded=partial(_always, s), past=past, city=city) for s in (kept, anew)]
    sides = [drill.known(at, at, segments=()) for drill in drills]
    _compare(drills[0], sides[0], sides[1], [city.code, *communities], found)
    return found


def _always(situation: Situation, _at: datetime) -> Situation:
    return situation


def counted_here() -> list[Indicator]:
    """The indicators whose figures are kept: those of events."""
    return list(OF_EVENTS)


def _compare(drill: DrillDown, kept: Known, anew: Known, codes: Sequence[str], found: Compared) -> None:
    """Every indicator of a month and of the day, for divisions and what lies below each."""
    indicators = counted_here()
    found.indicators = len(indicators)
    found.instants.add(kept.at)
    for code in codes:
        for since in (kept.at - _DAYS, kept.at - timedelta(days=1)):
            question = Question(Scope(code), Period(since, kept.at, is_open=True), Filters())
            mine, its = (Drilled.of(drill, known, question).figures(indicators) for known in (kept, anew))
            below = drill.children_of(Scope(code))
            found.codes.update((code, *below))
            for indicator in indicators:
                one, other = mine[indicator.name], its[indicator.name]
                pairs = zip(
                    (code, *below, ""),
                    (one.whole, *one.children, one.rest),
                    (other.whole, *other.children, other.rest),
                    strict=True,
                )
                found.differences += [
                    Difference(indicator.name, where, kept.at, a, b) for where, a, b in pairs if a != b
                ]


def _newest(past: PastEvents, now: datetime) -> datetime:
    """When the newest of what the columns tell became past; now where they tell nothing."""
    newest = [ms for segment in past.segments() for ms in _last_ms(segment)]
    return min(now, datetime.fromtimestamp(max(newest) / 1000, now.tzinfo)) if newest else now


def _last_ms(segment: Segment) -> Iterator[int]:
    for name in ("reported", "ended", "settled"):
        told = segment.columns[name]
        told = told[told < np.iinfo(np.int64).max]
        if len(told):
            yield int(told.max()) + 999
