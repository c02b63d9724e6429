"""警情组列表: the groups with something open in them, as an officer should look at them."""

from cockpit.domain.alarm import Alarm, AlarmState
from cockpit.domain.scope import Scope
from cockpit.situation.situation import Situation


def open_groups(situation: Situation, scope: Scope) -> list[tuple[str, list[Alarm]]]:
    """(group id, its members of the scope) of every group with an open member, as an officer should look at them."""
    of_group: dict[str, list[Alarm]] = {}
    for alarm in situation.alarms.values():
        if alarm.group_id and scope.covers(alarm.place.code):
            of_group.setdefault(alarm.group_id, []).append(alarm)
    found = [(group_id, members) for group_id, members in of_group.items() if any(a.is_open for a in members)]
    return sorted(found, key=lambda pair: _attention(pair[1]))


def _attention(members: list[Alarm]) -> tuple[bool, str, float]:
    """What nobody has acknowledged first, then the gravest (I before IV), then the newest."""
    waiting = [a for a in members if a.state is AlarmState.RAISED]
    worst = min(a.severity.value for a in (waiting or [a for a in members if a.is_open]))
    newest = max((a.raised_at.timestamp() for a in members if a.raised_at), default=0.0)
    return not waiting, worst, -newest
