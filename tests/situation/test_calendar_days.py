"""日历变更: a day that somebody made a workday or a day off, in the fold and as a command."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.commands import SetCalendarDay
from cockpit.domain.facts import CalendarDaySet, CommandRefused, Fact, StageEntered
from cockpit.domain.limit import parse_limit
from cockpit.domain.stage import Stage
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.decide import decide
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Rules, Situation
from cockpit.situation.table import FREE
from tests.laws.test_the_fold import fold
from tests.stories import NOON, RULES, entered, reported

#: the Friday after NOON's Thursday, and the Saturday after that
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)


def is_set(day: date, is_workday: bool, minutes: int = 0, note: str = "台风") -> CalendarDaySet:
    at = NOON + timedelta(minutes=minutes)
    return CalendarDaySet(
        fact_id=f"command:{day}:{minutes}", at=at, received_at=at, day=day, is_workday=is_workday, note=note,
        by="duty", command_id="c",
    )  # fmt: skip


def asked(day: date, is_workday: bool = False, scope: str = "330110", note: str = "台风") -> SetCalendarDay:
    return SetCalendarDay(
        command_id="c1", by="duty", scope=scope, at=NOON, day=day, is_workday=is_workday, note=note
    )  # fmt: skip


def test_the_newest_word_about_a_day_holds_whatever_came_first() -> None:
    words: list[Fact] = [is_set(FRIDAY, False), is_set(FRIDAY, True, 1), is_set(SATURDAY, True)]
    for facts in (words, words[::-1]):
        situation = fold(facts)
        assert situation.calendar.is_workday(FRIDAY)
        assert situation.calendar.is_workday(SATURDAY)
        assert situation.frozen().calendar == situation.calendar
    assert not fold(words[:1]).calendar.is_workday(FRIDAY)


def test_a_checkpoint_keeps_what_people_decided_and_takes_the_holidays_of_the_program() -> None:
    saved = checkpoint_of(fold([is_set(FRIDAY, False)]))
    newer = Rules(city_code="330110", calendar=WorkingCalendar(make_up_days=frozenset({SATURDAY})))
    situation = restored(saved, newer)
    assert not situation.calendar.is_workday(FRIDAY)
    assert situation.calendar.is_workday(SATURDAY)
    assert situation.calendar_days == restored(saved, RULES).calendar_days


def test_a_day_is_decided_for_the_whole_city_and_not_afterwards() -> None:
    [done] = decide(fold([]), asked(FRIDAY))
    assert isinstance(done, CalendarDaySet)
    assert (done.day, done.is_workday, done.by, done.note) == (FRIDAY, False, "duty", "台风")
    assert decide(fold([]), asked(NOON.date()))[0].fact_id == "command:c1"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (asked(FRIDAY, scope="330110005"), "calendar_is_the_citys"),
        (asked(NOON.date() - timedelta(days=1)), "calendar_day_is_past"),
        (asked(SATURDAY, note="同"), "calendar_day_is_the_same"),
    ],
)
def test_refusals_of_the_calendar_name_their_rule(command: SetCalendarDay, rule: str) -> None:
    [refused] = decide(fold([is_set(SATURDAY, False, note="同")]), command)
    assert isinstance(refused, CommandRefused)
    assert refused.rule == rule


def test_a_limit_that_runs_across_the_day_is_counted_anew_and_no_other() -> None:
    """Assigned on Thursday noon: four office hours are over on Thursday at 18:00, two working days on Monday noon."""
    situation = fold([
        fact
        for n, limit in ((1, "4时"), (2, "2日"), (3, "2急时"))
        for fact in (reported(n, due_at=None), assigned(n, limit))
    ])  # fmt: skip
    turned = {n: deadline(situation, n) for n in (1, 2, 3)}
    assert turned == {1: NOON + timedelta(hours=6), 2: NOON + timedelta(days=4), 3: NOON + timedelta(hours=2)}
    changed = evolve(situation, is_set(FRIDAY, False), "99-0")
    assert [c.key for c in changed] == ["hotline_12345:2"]
    assert {n: deadline(situation, n) for n in (1, 2, 3)} == {**turned, 2: NOON + timedelta(days=5)}
    evolve(situation, is_set(FRIDAY, True, 1), "100-0")
    assert deadline(situation, 2) == turned[2]


def assigned(number: int, limit: str) -> StageEntered:
    given = GivenLimit(limit=parse_limit(limit))
    return entered(number, Stage.ASSIGNED, NOON, assignment=Assignment(given=given), command_id="c")


def deadline(situation: Situation, number: int) -> datetime:
    table = situation.table
    [row] = [
        r for r, i in zip(table.rows, table.ids(table.rows["state"] != FREE), strict=True) if i.endswith(str(number))
    ]
    return datetime.fromtimestamp(float(row["overtime"]), UTC)
