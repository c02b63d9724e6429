"""预计完成: when the last door will be done, from the doors that were done lately, with a range; or why nobody can say.

Doors are taken to be done as a Poisson process. The square root of such a count is spread by one half whatever the
count (Bartlett 1936), so the rate of n doors in t lies in ((√n ± z/2)²)/t; z = 1.28 leaves
a tenth outside on each side.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

#: what counts for the rate: helpers tire and easy doors come first, so old minutes say little
WINDOW = timedelta(minutes=5)
#: fewer doors or a shorter time say nothing
FEWEST_DONE = 8
SHORTEST = timedelta(seconds=60)
_Z = 1.28


class FinishWhy(StrEnum):
    """Why there is no range, or that none is needed."""

    PROJECTED = "projected"
    TOO_LITTLE = "too_little"
    STALLED = "stalled"
    DONE = "done"
    ENDED = "ended"


class Finish(NamedTuple):
    """`low` is the earliest of the range; all three are None unless `why` is projected or done."""

    why: FinishWhy
    rate_per_min: float | None = None
    low: datetime | None = None
    mid: datetime | None = None
    high: datetime | None = None


class Counted(NamedTuple):
    """The doors that the rate counts: done after `since`, until `until`."""

    since: datetime
    until: datetime
    household_ids: tuple[str, ...]


def finish_of(
    households: int,
    done_at: Collection[datetime],
    *,
    started_at: datetime,
    ended_at: datetime | None,
    now: datetime,
) -> Finish:
    """The projection at `now`; `done_at` has the instant of each household at which nothing is left to do."""
    left = households - len(done_at)
    if left <= 0 and done_at:
        last = max(done_at)
        return Finish(FinishWhy.DONE, _rate(len(done_at), last - started_at), last, last, last)
    if ended_at is not None:
        return Finish(FinishWhy.ENDED)
    since = _since(started_at, now)
    span, lately = now - since, sum(at > since for at in done_at)
    if lately < FEWEST_DONE or span < SHORTEST:
        has_stalled = lately == 0 and len(done_at) >= FEWEST_DONE
        return Finish(FinishWhy.STALLED if has_stalled else FinishWhy.TOO_LITTLE, _rate(lately, span))
    seconds = span.total_seconds()

    def at(rate_per_s: float) -> datetime:
        return now + timedelta(seconds=round(left / rate_per_s))

    root = sqrt(lately)
    return Finish(
        FinishWhy.PROJECTED,
        _rate(lately, span),
        at((root + _Z / 2) ** 2 / seconds),
        at(lately / seconds),
        at((root - _Z / 2) ** 2 / seconds),
    )


def counted_of(
    households: int, done_at: Mapping[str, datetime], *, started_at: datetime, ended_at: datetime | None, now: datetime
) -> Counted | None:
    """The doors behind `rate_per_min` of `finish_of`, their number over the time; None where there is no rate."""
    if done_at and len(done_at) >= households:
        return Counted(started_at, max(done_at.values()), tuple(done_at))
    if ended_at is not None:
        return None
    since = _since(started_at, now)
    return Counted(since, now, tuple(key for key, at in done_at.items() if at > since))


def _since(started_at: datetime, now: datetime) -> datetime:
    return max(started_at, now - WINDOW)


def _rate(done: int, span: timedelta) -> float | None:
    """Doors a minute; None before any time has passed."""
    seconds = span.total_seconds()
    return round(done * 60 / seconds, 2) if seconds > 0 else None
