"""报警: what a device says is wrong, what is done about it, and when it is over.

A device's words (tellings) and people's acts are kept; where the alarm stands follows from them. Tellings compare by
the device's own clock among themselves only: an act names the raising that it is about, so a device whose clock is
wrong neither loses an acknowledgement nor keeps an old one.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cockpit.domain.event import Place, Report
from cockpit.domain.severity import Severity


class AlarmState(StrEnum):
    RAISED = "raised"  # 待确认
    ACKNOWLEDGED = "acknowledged"  # 已确认
    ASSIGNED = "assigned"  # 已派
    CLEARED = "cleared"  # 已解除
    FALSE = "false"  # 误报


#: somebody must still look at these
OPEN = frozenset({AlarmState.RAISED, AlarmState.ACKNOWLEDGED, AlarmState.ASSIGNED})
#: a device that still says so this long after somebody closed its alarm raises it anew
REOPENS_AFTER = timedelta(minutes=15)
#: a device that repeats itself every second does not fill the memory; the raising itself is always kept
TELLINGS_KEPT = 40


class AlarmActKind(StrEnum):
    """What a person (or a rule) did about an alarm, in the past tense."""

    ACKNOWLEDGED = "acknowledged"  # 确认
    ASSIGNED = "assigned"  # 派单
    CLEARED = "cleared"  # 人工解除
    JUDGED_FALSE = "judged_false"  # 判为误报
    PROMOTED = "promoted"  # 转事件
    SEPARATED = "separated"  # 移出警情组


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What the device said once."""

    at: datetime
    received_at: datetime
    is_raised: bool
    severity: Severity
    value: float | None = None
    message: str = ""

    @property
    def order(self) -> tuple[datetime, bool]:
        """By the device's clock; raised and cleared at one instant is cleared."""
        return self.at, not self.is_raised


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmAct:
    """One act: who, when, and about which raising."""

    kind: AlarmActKind
    at: datetime
    #: `Alarm.raised_at` when it was decided, by the device's clock
    about: datetime
    by: str = ""
    account: str = ""
    #: the unit or person that it was assigned to
    unit: str = ""
    note: str = ""
    #: what the event says that it was promoted to
    report: Report | None = None
    command_id: str = ""
    fact_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One alarm of one device. Its id may come again: the newest raising is told, older ones are in its history."""

    alarm_id: str
    device_id: str
    kind: str
    severity: Severity
    place: Place
    raised_at: datetime | None = None
    cleared_at: datetime | None = None
    value: float | None = None
    unit: str = ""
    message: str = ""
    #: the rule of ours that raised it; empty where the device itself did
    rule: str = ""
    #: where people's acts have brought it since it was raised
    standing: AlarmState = AlarmState.RAISED
    #: the group of alarms near in place and time (警情组) that it was raised into
    group_id: str = ""
    tellings: tuple[Telling, ...] = ()
    acts: tuple[AlarmAct, ...] = ()

    @property
    def state(self) -> AlarmState:
        """False outlasts everything of its raising; then the device's own clearing counts."""
        if self.standing is AlarmState.FALSE:
            return AlarmState.FALSE
        if self.cleared_at is not None and (self.raised_at is None or self.cleared_at >= self.raised_at):
            return AlarmState.CLEARED
        return self.standing

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def current_acts(self) -> tuple[AlarmAct, ...]:
        """What was done since it was raised last."""
        return tuple(a for a in self.acts if self.raised_at is None or a.about >= self.raised_at)

    @property
    def told_at(self) -> datetime | None:
        """The device's newest word, by its own clock."""
        return self.tellings[-1].at if self.tellings else self.raised_at

    @property
    def last_at(self) -> datetime | None:
        """When anything was last heard or done about it."""
        known = [t.received_at for t in self.tellings[-1:]] + [a.at for a in self.acts[-1:]]
        return max(known, default=self.cleared_at or self.raised_at)

    @property
    def ended_at(self) -> datetime | None:
        """When it was over, by whoever ended it; None while it is open."""
        if self.is_open:
            return None
        closings = [a.at for a in self.current_acts if a.kind in _CLOSING]
        return max([*closings, *([self.cleared_at] if self.cleared_at else [])], default=self.raised_at)

    @property
    def event_id(self) -> str:
        """The event that it was promoted to; empty if to none."""
        found = [a.report.event_id for a in self.current_acts if a.report is not None]
        return found[-1] if found else ""

    @property
    def unit_assigned(self) -> str:
        found = [a.unit for a in self.current_acts if a.kind is AlarmActKind.ASSIGNED]
        return found[-1] if found else ""

    def find_act(self, kind: AlarmActKind) -> AlarmAct | None:
        """The newest act of a kind since it was raised."""
        return next((a for a in reversed(self.current_acts) if a.kind is kind), None)

    def with_telling(self, telling: Telling, place: Place, unit: str = "") -> "Alarm":
        """The alarm after the device's word, in whatever order its words arrive; itself if the word is known."""
        if any(t.order == telling.order for t in self.tellings):
            return self
        tellings = list(self.tellings)
        insort(tellings, telling, key=lambda t: t.order)
        is_newest = telling.is_raised and not any(t.is_raised and t.at > telling.at for t in tellings)
        told = replace(self, place=place, unit=unit or self.unit) if is_newest else self
        return _standing(replace(told, tellings=tuple(tellings)))

    def known_by(self, at: datetime) -> "Alarm":
        """The alarm by what was heard and done until then; itself if it had not been raised."""
        tellings = tuple(t for t in self.tellings if t.received_at <= at)
        if not any(t.is_raised for t in tellings):
            return self
        return _standing(replace(self, tellings=tellings, acts=tuple(a for a in self.acts if a.at <= at)))

    def with_act(self, act: AlarmAct) -> "Alarm":
        """The alarm after an act; itself if the act is known."""
        if any(a.fact_id == act.fact_id for a in self.acts):
            return self
        acts = tuple(sorted((*self.acts, act), key=lambda a: (a.at, a.fact_id)))
        return _standing(replace(self, acts=acts))


_CLOSING = frozenset({AlarmActKind.CLEARED, AlarmActKind.JUDGED_FALSE})
_STANDING = {
    AlarmActKind.ACKNOWLEDGED: AlarmState.ACKNOWLEDGED,
    AlarmActKind.ASSIGNED: AlarmState.ASSIGNED,
    AlarmActKind.CLEARED: AlarmState.CLEARED,
    AlarmActKind.JUDGED_FALSE: AlarmState.FALSE,
}
_RANK = {state: rank for rank, state in enumerate(AlarmState)}
_GRAVITY = {Severity.I: 4, Severity.II: 3, Severity.III: 2, Severity.IV: 1}


def _standing(alarm: Alarm) -> Alarm:
    """What follows from tellings and acts: the raising that holds, its end, its words and where it stands."""
    raised_at, cleared_at = _raising(alarm.tellings)
    if raised_at is not None:
        raised_at = _raised_anew(alarm, raised_at)
    raisings = [t for t in alarm.tellings if t.is_raised]
    # a clearing that came first, and nothing else: the device's words of that
    newest = raisings[-1] if raisings else alarm.tellings[-1] if alarm.tellings else None
    acts = [a for a in alarm.acts if raised_at is None or a.about >= raised_at]
    # an acknowledgement that comes after an assignment takes nothing back; a reopening is a raising of its own
    reached = [_STANDING[a.kind] for a in acts if a.kind in _STANDING]
    if newest is not None:
        alarm = replace(alarm, severity=newest.severity, value=newest.value, message=newest.message)
    return replace(
        alarm,
        raised_at=raised_at,
        cleared_at=cleared_at,
        standing=max(reached, key=_RANK.__getitem__, default=AlarmState.RAISED),
        tellings=_kept(alarm.tellings, raised_at),
    )


def _raising(tellings: Iterable[Telling]) -> tuple[datetime | None, datetime | None]:
    """The begin of the last run of raised tellings, and the newest clearing after it."""
    raised_at: datetime | None = None
    cleared_at: datetime | None = None
    for telling in tellings:
        if not telling.is_raised:
            cleared_at = telling.at
        elif raised_at is None or cleared_at is not None:
            raised_at, cleared_at = telling.at, None
    return raised_at, cleared_at


def _raised_anew(alarm: Alarm, raised_at: datetime) -> datetime:
    """A device that goes on after somebody closed its alarm is heard again: when it gets worse, or after a while."""
    for act in alarm.acts:
        if act.about < raised_at or act.kind not in _CLOSING:
            continue
        known = [t for t in alarm.tellings if t.is_raised and t.at >= raised_at]
        worst = max((_GRAVITY[t.severity] for t in known if t.received_at <= act.at), default=0)
        for telling in known:
            if telling.received_at <= act.at:
                continue
            if telling.received_at > act.at + REOPENS_AFTER or _GRAVITY[telling.severity] > worst:
                raised_at = telling.at
                break
    return raised_at


def _kept(tellings: tuple[Telling, ...], raised_at: datetime | None) -> tuple[Telling, ...]:
    """Without the oldest beyond what is kept; the raising itself stays."""
    kept = list(tellings)
    while len(kept) > TELLINGS_KEPT:
        del kept[1 if kept[0].at == raised_at else 0]
    return tuple(kept)
