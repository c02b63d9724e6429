"""报警: every raising of a period as columns, from the journal, and what the fold of the instant has open."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.alarm import Alarm, AlarmActKind, AlarmState
from cockpit.domain.scope import number_of
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.period import Period
from cockpit.situation.situation import Situation
from cockpit.situation.why import Why

#: (from, to, known at) → every raising then (`services.past_alarms`)
RaisedBetween = Callable[[datetime, datetime, datetime], list[Alarm]]
#: an instant of the past or None for now → the situation, held while it is read
SituationOf = Callable[[datetime | None], AbstractContextManager[Situation]]


class AlarmRows:
    """Tells the raisings of a period. Safe from any thread."""

    def __init__(
        self, situation_of: SituationOf, raised_between: RaisedBetween,
        begins_at: Callable[[], datetime | None], *, within_s: float,
    ) -> None:  # fmt: skip
        """`begins_at`: the first fact that was ever kept. `within_s`: so soon after we heard it somebody is to act."""
        self._situation_of, self._raised_between, self._begins_at = situation_of, raised_between, begins_at
        self._within = timedelta(seconds=within_s)

    def told(self, period: Period, at: datetime, past: datetime | None) -> SubjectRows:
        """What was raised in the period or stands open, as it was known at the instant `at`."""
        begins = self._begins_at()
        if period.until < min(begins or at, at):
            return SubjectRows.not_known(Why.BEFORE_DATA)
        until = period.until + timedelta(microseconds=1) if period.is_open else period.until
        found = {_key(a): a for a in self._raised_between(period.since, until, at)}
        with self._situation_of(past) as situation:
            held = [a for a in situation.alarms.values() if a.raised_at is not None]
        # what the fold has is newer than the journal
        found |= {_key(a): a for a in held if a.is_open or period.since <= (a.raised_at or at) < until}
        return replace(alarm_rows(found.values(), self._within), begins_at=begins)


def alarm_rows(alarms: Iterable[Alarm], within: timedelta) -> SubjectRows:
    """Raisings as columns, the newest first in their list."""
    all_of = [alarm for alarm in alarms if alarm.raised_at is not None]
    heard = [_heard_at(alarm) for alarm in all_of]
    columns = Columns(
        code=np.array([number_of(a.place.code) for a in all_of], dtype=np.int64),
        raised=_times(a.raised_at for a in all_of),
        due=_times(at + within if at else None for at in heard),
        acted=_times(_acted_at(a) for a in all_of),
        false=_times(_act_at(a, AlarmActKind.JUDGED_FALSE) for a in all_of),
        promoted=_times(_act_at(a, AlarmActKind.PROMOTED) for a in all_of),
        ended=_times(a.ended_at for a in all_of),
    )
    return SubjectRows(columns, -columns["raised"], lambda row: _id_of(all_of[row]), all_of.__getitem__)


def _key(alarm: Alarm) -> tuple[str, datetime | None]:
    return alarm.alarm_id, alarm.raised_at


def _id_of(alarm: Alarm) -> str:
    """Of the raising: an alarm that rang twice has two lines."""
    return f"{alarm.alarm_id}@{alarm.raised_at.timestamp() if alarm.raised_at else 0:.3f}"


def _heard_at(alarm: Alarm) -> datetime | None:
    """When we had the raising, by our clock: a device's own may be wrong."""
    told = (t.received_at for t in alarm.tellings if t.is_raised and t.at == alarm.raised_at)
    return next(told, alarm.raised_at)


def _acted_at(alarm: Alarm) -> datetime | None:
    """The first act about this raising; taking it out of its group is none."""
    return next((a.at for a in alarm.current_acts if a.kind is not AlarmActKind.SEPARATED), None)


def _act_at(alarm: Alarm, kind: AlarmActKind) -> datetime | None:
    if kind is AlarmActKind.JUDGED_FALSE and alarm.state is not AlarmState.FALSE:
        return None
    return next((a.at for a in alarm.current_acts if a.kind is kind), None)


def _times(times: Iterable[datetime | None]) -> NDArray[np.float64]:
    return np.array([np.nan if at is None else at.timestamp() for at in times], dtype=np.float64)
