"""报警: every raising of a period as columns: those of today from the fold, as the wall counts them, earlier ones from
the columns of the past."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.alarm import Alarm
from cockpit.domain.raising import Raising
from cockpit.services.past_raisings import Found
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.period import Period
from cockpit.situation.raisings import raisings_of
from cockpit.situation.situation import Situation
from cockpit.situation.why import Why

#: an instant of the past or None for now → the situation, held while it is read
SituationOf = Callable[[datetime | None], AbstractContextManager[Situation]]
Held = Sequence[tuple[Alarm, Raising]]


class Past(Protocol):
    """What was ever raised (`services.past_raisings`)."""

    def known(self, since: datetime, before: datetime, at: datetime) -> Found: ...


class AlarmRows:
    """Tells the raisings of a period. Safe from any thread."""

    def __init__(
        self, situation_of: SituationOf, past: Past, begins_at: Callable[[], datetime | None], *, within_s: float
    ) -> None:
        """`begins_at`: the first fact that was ever kept. `within_s`: so soon after we heard it somebody is to act."""
        self._situation_of, self._past, self._begins_at = situation_of, past, begins_at
        self._within = timedelta(seconds=within_s)

    def told(self, period: Period, at: datetime, past: datetime | None) -> SubjectRows:
        """What was raised in the period or stands open, as it was known at the instant `at`."""
        begins = self._begins_at()
        if period.until < min(begins or at, at):
            return SubjectRows.not_known(Why.BEFORE_DATA)
        with self._situation_of(past) as situation:
            held = raisings_of(situation)
            zone = situation.rules.zone()
        midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        found = self._past.known(period.since, midnight, at)
        return replace(joined(found, held, midnight, self._within), begins_at=begins)


def alarm_rows(held: Held, within: timedelta) -> SubjectRows:
    """Raisings of a fold as columns, the newest first in their list."""
    columns = _columns([_told([raising for _, raising in held])], within)
    return SubjectRows(columns, -columns["raised"], lambda row: _id(held[row][0].alarm_id, held[row][1].told_ms),
                       lambda row: held[row][0])  # fmt: skip


def joined(found: Found, held: Held, midnight: datetime, within: timedelta) -> SubjectRows:
    """Raisings of the past beside those of a fold. Of what was raised before `midnight` the fold knows what it still
    holds, and that newer than the columns; of the day itself it knows all."""
    since_ms = midnight.timestamp() * 1000
    earlier = {(a.alarm_id, r.told_ms) for a, r in held if r.raised_ms < since_ms}
    told = found.columns["told_ms"]
    candidates = np.flatnonzero(np.isin(told, [ms for _, ms in earlier])) if earlier else ()
    replaced = [row for row in map(int, candidates) if (found.ids[row], int(told[row])) in earlier]
    kept = np.delete(np.arange(len(found)), replaced)
    pasts = {name: column[kept] for name, column in found.columns.items()}
    columns = _columns([pasts, _told([raising for _, raising in held])], within)
    first = len(kept)
    known: dict[int, Alarm] = {}

    def id_of(row: int) -> str:
        if row >= first:
            return _id(held[row - first][0].alarm_id, held[row - first][1].told_ms)
        return _id(found.ids[int(kept[row])], int(pasts["told_ms"][row]))

    def prepare(rows: Sequence[int]) -> None:
        wanted = {int(kept[row]): row for row in rows if row < first and row not in known}
        known.update({wanted[row]: alarm for row, alarm in found.alarms(list(wanted)).items()})

    def record_of(row: int) -> Alarm:
        if row >= first:
            return held[row - first][0]
        prepare([row])
        return known[row]

    return SubjectRows(columns, -columns["raised"], id_of, record_of, prepare=prepare)


def _told(raisings: Iterable[Raising]) -> dict[str, NDArray[np.int64]]:
    rows = [[Found.NEVER if ms is None else ms for ms in raising] for raising in raisings]
    numbers = np.array(rows, dtype=np.int64).reshape(len(rows), len(Raising._fields))
    return dict(zip(Raising._fields, numbers.T, strict=True))


def _columns(pieces: Sequence[dict[str, NDArray[np.int64]]], within: timedelta) -> Columns:
    """As the masks of the indicators take them (`situation.indicator_alarms`)."""

    def of(name: str) -> NDArray[Any]:
        return np.concatenate([piece[name] for piece in pieces])

    heard = _seconds(of("heard_ms"))
    return Columns(
        code=of("code_number"),
        raised=_seconds(of("raised_ms")),
        due=heard + within.total_seconds(),
        acted=_seconds(of("acted_ms")),
        false=_seconds(of("false_ms")),
        promoted=_seconds(of("promoted_ms")),
        ended=_seconds(np.minimum(of("closed_ms"), of("cleared_ms"))),
    )


def _id(alarm_id: str, told_ms: int) -> str:
    """Of the raising: an alarm that rang twice has two lines."""
    return f"{alarm_id}@{told_ms / 1000:.3f}"


def _seconds(times: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(times == Found.NEVER, np.nan, times / 1000)
