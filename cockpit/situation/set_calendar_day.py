"""日历变更: whether somebody may decide that a day is a workday or a day off."""

from cockpit.domain.commands import SetCalendarDay
from cockpit.domain.facts import CalendarDaySet, Fact
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Situation


def set_calendar_day(situation: Situation, command: SetCalendarDay) -> list[Fact]:
    if not Scope(command.scope).covers(situation.rules.city_code):
        raise ForbiddenError("calendar_is_the_citys", "the working calendar holds for the whole city")
    today = command.at.astimezone(situation.rules.zone()).date()
    if command.day < today:
        raise ForbiddenError("calendar_day_is_past", f"{command.day} is over: limits that ran then stay as counted")
    known = situation.calendar_days.get(command.day)
    if known is not None and known.is_workday is command.is_workday and known.note == command.note:
        raise ForbiddenError("calendar_day_is_the_same", f"{command.day} is set so already")
    return [
        CalendarDaySet(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            day=command.day,
            is_workday=command.is_workday,
            note=command.note,
            by=command.by,
            command_id=command.command_id,
        )
    ]
