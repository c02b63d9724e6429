"""今日报警: the raisings that the fold has, and how many of them were raised today or stand open."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from cockpit.domain.alarm import Alarm
from cockpit.domain.raising import Raising, raising_of
from cockpit.domain.scope import Scope
from cockpit.situation.indicator import Moment
from cockpit.situation.situation import Situation


class Rang(NamedTuple):
    """The numbers of 物联告警: the indicators `alarm_raised` and `alarm_open` of the day."""

    today: int
    open: int


def rang_in(situation: Situation, scope: Scope, moment: Moment) -> Rang:
    """How many raisings of a scope lie between local midnight and now, and how many are open now."""
    today = still = 0
    for alarm, raising in raisings_of(situation):
        raised, ended = raising.raised_ms / 1000, raising.ended_ms
        if raised > moment.now or not scope.covers(alarm.place.code):
            continue
        today += raised >= moment.day
        still += ended is None or ended / 1000 > moment.now
    return Rang(today, still)


def raisings_of(situation: Situation) -> list[tuple[Alarm, Raising]]:
    """Every raising that the fold has: open ones, and those of today that are over. Each is told once and kept."""
    known = situation.raisings
    found: dict[tuple[str, datetime], tuple[Alarm, Raising]] = {}
    for alarm in _held(situation):
        if alarm.raised_at is None:
            continue
        key = alarm.alarm_id, alarm.raised_at
        told = known.get(key)
        found[key] = told if told is not None and told[0] is alarm else (alarm, raising_of(alarm))
    situation.raisings = found
    return list(found.values())


def _held(situation: Situation) -> Iterable[Alarm]:
    for earlier in situation.rang_before.values():
        yield from earlier
    yield from situation.alarms.values()
