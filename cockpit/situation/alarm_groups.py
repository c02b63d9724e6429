"""警情组: alarms near each other in place and time are one situation to look at, every member visible.

A new raising joins a group that is near and still alive, else it begins one. The more groups begin at once, the wider
"near" becomes: a power cut that 5,000 devices report in ten seconds stays a handful of groups, a smoke detector and the
one next door are a group of two on any day. Every alarm is in exactly one group.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from cockpit.domain.alarm import Alarm
from cockpit.domain.geo import distance_m

#: a group takes no more members when nothing was raised in it for so long
ALIVE_FOR = timedelta(minutes=10)
#: never more groups than this begin within `ALIVE_FOR`
MOST_AT_ONCE = 20
#: (groups that are alive, metres that are near then): the last row joins whatever comes to the nearest
_NEAR_M = ((8, 300.0), (14, 1_000.0), (MOST_AT_ONCE - 1, 3_000.0), (inf, inf))


@dataclass(slots=True)
class AlarmGroup:
    """One group: where and when it began, and when something was raised in it last."""

    group_id: str
    code: str
    lon: float | None
    lat: float | None
    begun_at: datetime
    last_at: datetime


def near_m(alive: int) -> float:
    """How far apart "near" is while so many groups are alive, in metres."""
    return next(metres for groups, metres in _NEAR_M if alive < groups)


class AlarmGroups:
    """The groups of a situation: those that are alive, and who is in which."""

    def __init__(self) -> None:
        self.alive: dict[str, AlarmGroup] = {}
        self.members: dict[str, set[str]] = {}

    def join(self, alarm: Alarm, at: datetime) -> str:
        """The group of an alarm that was raised at `at`; one of its own if none is near."""
        for group_id in [g.group_id for g in self.alive.values() if at - g.last_at > ALIVE_FOR]:
            del self.alive[group_id]
        beginning = [g for g in self.alive.values() if abs(at - g.last_at) <= ALIVE_FOR]
        near = near_m(len(beginning))
        apart, found = min(
            ((_apart_m(group, alarm), group) for group in beginning), key=lambda pair: pair[0], default=(inf, None)
        )
        if found is None or (apart > near and near != inf):
            return self.begin(alarm, at)
        found.last_at = max(found.last_at, at)
        return found.group_id

    def begin(self, alarm: Alarm, at: datetime) -> str:
        """A group of its own, which others may join."""
        group_id = f"{alarm.alarm_id}@{round(at.timestamp())}"
        place = alarm.place
        self.alive[group_id] = AlarmGroup(
            group_id=group_id, code=place.code, lon=place.lon, lat=place.lat, begun_at=at, last_at=at
        )
        return group_id

    def put(self, alarm_id: str, group_id: str, before: str = "") -> None:
        """Note who is in which group."""
        if before and before != group_id:
            self.drop(alarm_id, before)
        self.members.setdefault(group_id, set()).add(alarm_id)

    def drop(self, alarm_id: str, group_id: str) -> None:
        """An alarm leaves the fold or its group."""
        members = self.members.get(group_id, set())
        members.discard(alarm_id)
        if not members:
            self.members.pop(group_id, None)


def _apart_m(group: AlarmGroup, alarm: Alarm) -> float:
    """Metres between the alarm and where the group began; without a place only the same grid or division is near."""
    place = alarm.place
    if group.lon is None or group.lat is None or place.lon is None or place.lat is None:
        return 0.0 if group.code == place.code else 1e9
    return float(distance_m(group.lon, group.lat, place.lon, place.lat))
