"""折叠报警: what the facts about alarms change: the alarm itself, its group, the ledger, the past of its device."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from cockpit.domain.alarm import Alarm, AlarmActKind, Telling
from cockpit.domain.facts import AlarmActed, AlarmCleared, AlarmRaised
from cockpit.domain.raising import superseded
from cockpit.situation.alarm_ledger import counted
from cockpit.situation.situation import Changed, PastAlarm, Situation

#: ended alarms of one device that are remembered after their day
_PAST_KEPT = 10


def alarm_told(situation: Situation, fact: AlarmRaised) -> Iterable[Changed]:
    """A device raised its alarm or cleared it."""
    before = situation.alarms.get(fact.alarm_id)
    after = after_telling(before, fact)
    if after is before:
        return
    if after.raised_at is not None and (
        before is None or before.raised_at is None or after.raised_at > before.raised_at
    ):
        group_id = situation.alarm_groups.join(after, after.raised_at)
        situation.alarm_groups.put(after.alarm_id, group_id, after.group_id)
        after = replace(after, group_id=group_id)
    yield from _put(situation, before, after)


def alarm_acted(situation: Situation, fact: AlarmActed) -> Iterable[Changed]:
    """Somebody did something about an alarm."""
    before = situation.alarms.get(fact.alarm_id)
    if before is None:
        return
    after = after_act(before, fact)
    if after is before:
        return
    if fact.act.kind is AlarmActKind.SEPARATED:
        group_id = f"{after.alarm_id}@{round(fact.act.at.timestamp())}s"
        situation.alarm_groups.put(after.alarm_id, group_id, after.group_id)
        after = replace(after, group_id=group_id)
    yield from _put(situation, before, after)


def after_telling(before: Alarm | None, fact: AlarmRaised) -> Alarm:
    """The alarm after the device's word; `before` itself if the word is known."""
    known = before or Alarm(
        alarm_id=fact.alarm_id, device_id=fact.device_id, kind=fact.kind, severity=fact.severity, place=fact.place,
        value=fact.value, unit=fact.unit, message=fact.message, rule=str(fact.extra.get("rule", ""))[:100],
    )  # fmt: skip
    telling = Telling(
        at=fact.at, received_at=fact.received_at, is_raised=not isinstance(fact, AlarmCleared),
        severity=fact.severity, value=fact.value, message=fact.message,
    )  # fmt: skip
    return known.with_telling(telling, fact.place, fact.unit)


def after_act(before: Alarm, fact: AlarmActed) -> Alarm:
    """The alarm after an act; itself if the act is known."""
    return before.with_act(fact.act if fact.act.fact_id else replace(fact.act, fact_id=fact.fact_id))


def drop_alarms_before(situation: Situation, start: datetime) -> Iterable[Changed]:
    """What was over before `start` leaves the fold; its device remembers the newest."""
    for alarm in list(situation.alarms.values()):
        ended = alarm.ended_at
        if ended is None or ended >= start:
            continue
        del situation.alarms[alarm.alarm_id]
        situation.alarm_groups.drop(alarm.alarm_id, alarm.group_id)
        past = situation.past_alarms.get(alarm.device_id, ())
        line = PastAlarm(
            alarm.alarm_id, alarm.kind, alarm.severity, alarm.state, alarm.raised_at, ended, alarm.event_id
        )
        situation.past_alarms[alarm.device_id] = (*past, line)[-_PAST_KEPT:]
        yield Changed("alarm", alarm.alarm_id)
    for alarm_id, earlier in list(situation.rang_before.items()):
        kept = tuple(alarm for alarm in earlier if (alarm.ended_at or start) >= start)
        if not kept:
            del situation.rang_before[alarm_id]
        elif len(kept) < len(earlier):
            situation.rang_before[alarm_id] = kept


def _keep_earlier(situation: Situation, before: Alarm, after: Alarm) -> None:
    """An alarm rang again: what it rang before stays for its day. One that began earlier than it was thought to did
    not ring again."""
    known = situation.rang_before.get(after.alarm_id, ())
    kept = tuple(a for a in known if a.raised_at and after.raised_at and a.raised_at < after.raised_at)
    if over := superseded(before, after):
        kept = (*kept, over)
    if kept:
        situation.rang_before[after.alarm_id] = kept
    else:
        situation.rang_before.pop(after.alarm_id, None)


def _put(situation: Situation, before: Alarm | None, after: Alarm) -> Iterable[Changed]:
    situation.alarms[after.alarm_id] = after
    if before is not None and before.raised_at != after.raised_at:
        _keep_earlier(situation, before, after)
    counted(situation.alarm_ledger, before, after)
    yield Changed("alarm", after.alarm_id)
