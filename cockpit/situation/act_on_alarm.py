"""处警: what asking for something about alarms leads to: one act for each of them, or a refusal."""

from datetime import timedelta

from cockpit.domain.alarm import Alarm, AlarmAct, AlarmActKind
from cockpit.domain.alarm_moves import BY_NAME, AlarmMove, AlarmMoveName, find_alarm_refusal
from cockpit.domain.commands import ActOnAlarm
from cockpit.domain.event import Report
from cockpit.domain.facts import AlarmActed, Fact
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.situation.situation import Situation

#: a device's clock may run ahead of ours: what is done here comes after what is known
_AFTER = timedelta(milliseconds=1)


def act_on_alarm(situation: Situation, command: ActOnAlarm) -> list[Fact]:
    """An act for each alarm that the rules allow; none if it was decided. Raises ForbiddenError if they allow none.

    Of several alarms those that need nothing any more are passed over: whoever acknowledges a group means what is
    left of it.
    """
    move = BY_NAME[command.move]
    if "unit" in move.needs and not command.unit:
        raise ForbiddenError("alarm_needs_unit", "name the unit or person")
    facts: list[Fact] = []
    forbidden: ForbiddenError | None = None
    was_decided = False
    for alarm_id in dict.fromkeys(command.alarm_ids):
        alarm = situation.alarms.get(alarm_id)
        if alarm is not None and any(act.command_id == command.command_id for act in alarm.acts):
            was_decided = True
            continue
        try:
            facts.append(_acted(situation, alarm, move, command))
        except ForbiddenError as refusal:
            forbidden = forbidden or refusal
    if not facts and not was_decided:
        raise forbidden or ForbiddenError("alarm_is_unknown", "no alarm was named")
    return facts


def _acted(situation: Situation, alarm: Alarm | None, move: AlarmMove, command: ActOnAlarm) -> AlarmActed:
    if alarm is None or not Scope(command.scope).covers(alarm.place.code):
        raise ForbiddenError("alarm_is_unknown", f"no such alarm in scope {command.scope}")
    refusal = find_alarm_refusal(move, alarm)
    if refusal is not None:
        raise ForbiddenError(*refusal)
    if move.name is AlarmMoveName.ASSIGN and command.unit == alarm.unit_assigned:
        raise ForbiddenError("alarm_is_assigned", f"the alarm lies with {command.unit} already")
    if move.name is AlarmMoveName.SEPARATE and len(situation.alarm_groups.members.get(alarm.group_id, ())) < 2:
        raise ForbiddenError("alarm_is_alone", "the alarm is the only one of its group")
    # of two officers who both saw the same alarm the log lets the first in; the other is decided again
    fact_id = f"alarm_act:{alarm.alarm_id}:{len(alarm.acts)}"
    at = max(command.at, alarm.acts[-1].at + _AFTER) if alarm.acts else command.at
    act = AlarmAct(
        kind=move.does,
        at=at,
        about=alarm.raised_at or alarm.cleared_at or at,
        by=command.by,
        account=command.account,
        unit=command.unit if move.does is AlarmActKind.ASSIGNED else "",
        note=command.note,
        report=_report(alarm, command) if move.does is AlarmActKind.PROMOTED else None,
        command_id=command.command_id,
        fact_id=fact_id,
    )
    return AlarmActed(
        fact_id=fact_id, at=at, received_at=command.at, alarm_id=alarm.alarm_id, code=alarm.place.code, act=act
    )


def event_id_of(alarm: Alarm) -> str:
    """The event that an alarm becomes: the same one whoever promotes it, another one each time it is raised."""
    at = alarm.raised_at or alarm.cleared_at
    return f"{Source.IOT.value}:{alarm.alarm_id}:{round(at.timestamp()) if at else 0}"


def _report(alarm: Alarm, command: ActOnAlarm) -> Report:
    """What the event says. It began when somebody made it one: that is when its clocks begin."""
    return Report(
        event_id=event_id_of(alarm),
        source=Source.IOT,
        title=command.title or alarm.message or alarm.kind,
        reported_at=command.at,
        place=alarm.place,
        category=command.category,
        category_text="" if command.category else alarm.kind,
        description=command.note or alarm.message,
        severity=command.severity or alarm.severity,
        reporter=command.by,
        extra={
            "alarm_id": alarm.alarm_id, "device_id": alarm.device_id, "kind": alarm.kind, "value": alarm.value,
            "unit": alarm.unit, "group_id": alarm.group_id, "attached": list(command.attached),
        },
    )  # fmt: skip
