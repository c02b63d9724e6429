"""事件的时钟: which limits run for an event, and which of them colours it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cockpit.domain.act import Act, ActKind
from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.event import Event, Step, event_of
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.limit import parse_limit
from cockpit.domain.overtime import Colour, clock_of, colour_of, is_late
from cockpit.domain.running_clock import ClockKind
from cockpit.domain.stage import Stage
from cockpit.domain.timing import DEFAULT, Timing
from tests.stories import NOON, minutes, report

LIMIT = GivenLimit(limit=parse_limit("2急时"), condition="情形1", version="v1")


def here(stage: Stage, after: float, **given: Any) -> Step:
    """A step that somebody took in the cockpit."""
    at = NOON + minutes(after)
    return Step(stage=stage, at=at, fact_id=f"here:{stage}:{after}", command_id=f"c:{stage}:{after}", **given)


def told(stage: Stage, after: float, **given: Any) -> Step:
    """A step that a source told."""
    return Step(stage=stage, at=NOON + minutes(after), fact_id=f"told:{stage}:{after}", **given)


def unlimited(*steps: Step, acts: tuple[Act, ...] = (), **given: Any) -> Event:
    return event_of(report(due_at=None, **given), steps, acts)


def colours(event: Event, *afters: float, timing: Timing = DEFAULT) -> list[str]:
    return [colour_of(event, NOON + minutes(after), timing).value for after in afters]


def running(event: Event) -> set[str]:
    return {clock.kind.value for clock in clocks_of(event, DEFAULT) if clock.ended_at is None}


def test_what_only_a_source_tells_is_measured_by_the_sources_limit_alone() -> None:
    event = event_of(report(), (told(Stage.ACCEPTED, 30), told(Stage.ASSIGNED, 60)))
    assert running(event) == {"source"}
    assert colours(event, 79, 80, 100, 101) == ["blue", "at_risk", "at_risk", "overtime"]


def test_a_report_without_any_limit_is_blue_for_ever() -> None:
    event = unlimited(told(Stage.ACCEPTED, 300), told(Stage.ASSIGNED, 600))
    assert clocks_of(event, DEFAULT) == ()
    assert colours(event, 1_000_000) == ["blue"]


def test_a_report_under_a_standard_wants_to_be_accepted_within_a_quarter_of_an_hour() -> None:
    event = unlimited(given=LIMIT, arrived_at=NOON)
    assert colours(event, 11, 12, 15, 15.1) == ["blue", "at_risk", "at_risk", "overtime"]
    accepted = unlimited(told(Stage.ACCEPTED, 14), given=LIMIT, arrived_at=NOON)
    assert colours(accepted, 60) == ["blue"], "what the source does next it measures itself"


def test_the_quarter_of_an_hour_begins_when_the_report_has_arrived() -> None:
    assert colours(unlimited(given=LIMIT, arrived_at=NOON + minutes(60)), 70, 75, 76) == ["blue", "at_risk", "overtime"]
    assert colours(unlimited(given=LIMIT, arrived_at=NOON - minutes(60)), 11) == ["blue"]


def test_an_event_with_the_sources_own_limit_has_no_acceptance_clock() -> None:
    assert running(event_of(report(given=LIMIT, arrived_at=NOON))) == {"source"}


def test_what_is_worked_here_wants_to_be_assigned_within_a_quarter_of_an_hour() -> None:
    event = unlimited(here(Stage.ACCEPTED, 100))
    assert colours(event, 111, 112, 116) == ["blue", "at_risk", "overtime"]
    returned = unlimited(here(Stage.ACCEPTED, 100), here(Stage.ASSIGNED, 105), here(Stage.RETURNED, 200))
    assert colours(returned, 199, 211, 212, 216) == ["blue", "blue", "at_risk", "overtime"]


def test_the_handling_runs_from_the_assignment_by_the_limit_it_gives() -> None:
    assigned = here(Stage.ASSIGNED, 10, assignment=Assignment(given=LIMIT))
    event = unlimited(here(Stage.ACCEPTED, 5), assigned, here(Stage.HANDLING, 20))
    assert running(event) == {"handling"}
    assert colours(event, 105, 106, 130, 131) == ["blue", "at_risk", "at_risk", "overtime"]
    late = event.with_step(here(Stage.FED_BACK, 131))
    assert is_late(late)
    assert colours(late, 140) == ["overtime"]
    assert not is_late(event.with_step(here(Stage.FED_BACK, 130)))


def test_a_new_assignment_begins_a_new_limit() -> None:
    first = here(Stage.ASSIGNED, 10, assignment=Assignment(given=LIMIT))
    second = here(Stage.ASSIGNED, 200, assignment=Assignment(given=LIMIT))
    event = unlimited(here(Stage.ACCEPTED, 5), first, here(Stage.RETURNED, 190), second)
    assert clock_of(event).overtime_at == NOON + minutes(320)
    assert [clock.ended_at for clock in clocks_of(event, DEFAULT) if clock.kind is ClockKind.HANDLING] == [
        NOON + minutes(190), None,
    ]  # fmt: skip


def test_the_worst_of_all_clocks_counts_and_the_handling_alone_is_judged() -> None:
    """The source allows 100 minutes, the condition 120 from the assignment; acceptance was far too late."""
    assigned = here(Stage.ASSIGNED, 50, assignment=Assignment(given=LIMIT))
    event = event_of(report(), (here(Stage.ACCEPTED, 40), assigned))
    assert running(event) == {"source", "handling"}
    assert clock_of(event).overtime_at == NOON + minutes(100), "whichever is over first"
    assert colours(event, 60, 80, 101) == ["blue", "at_risk", "overtime"]
    closed = event.with_step(here(Stage.FED_BACK, 99)).with_step(here(Stage.CLOSED, 500))
    assert not is_late(closed)


def test_an_officer_may_name_the_very_instant() -> None:
    assigned = here(Stage.ASSIGNED, 10, assignment=Assignment(due_at=NOON + minutes(20)))
    assert colours(unlimited(assigned), 17, 18, 21) == ["blue", "at_risk", "overtime"]


def test_office_hours_count_for_working_limits() -> None:
    """Assigned on Friday at 17:00 local time with four working hours: an hour today, three on Monday morning."""
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    given = GivenLimit(limit=parse_limit("4时"))
    step = Step(stage=Stage.ASSIGNED, at=friday, fact_id="a", command_id="c", assignment=Assignment(given=given))
    event = event_of(report(due_at=None, reported_at=friday - minutes(5)), (step,))
    assert clock_of(event).overtime_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert colour_of(event, friday + timedelta(days=2)) is Colour.BLUE


def test_each_called_unit_has_its_own_quarter_of_an_hour() -> None:
    assigned = here(Stage.ASSIGNED, 0, assignment=Assignment(co_units=("交警", "消防")))
    event = unlimited(assigned)
    assert colours(event, 11, 12, 16) == ["blue", "at_risk", "overtime"]
    one = Act(kind=ActKind.REPORTED_IN, at=NOON + minutes(5), unit="交警", fact_id="r1")
    assert colours(event.with_act(one), 16) == ["overtime"], "the other has not come"
    both = event.with_act(one).with_act(Act(kind=ActKind.REPORTED_IN, at=NOON + minutes(20), unit="消防", fact_id="r2"))
    assert colours(both, 21) == ["blue"]
    assert colours(event.with_step(told(Stage.FED_BACK, 30)), 31) == ["blue"], "nobody is waited for any more"


def test_a_unit_called_about_an_event_of_a_source_is_waited_for_too() -> None:
    called = Act(kind=ActKind.CALLED, at=NOON + minutes(10), unit="交警", fact_id="c1")
    event = event_of(report(), (told(Stage.ASSIGNED, 1),), (called,))
    assert running(event) == {"source", "call"}
    assert colours(event, 26) == ["overtime"]


def test_all_clocks_stand_still_while_an_event_is_suspended() -> None:
    assigned = here(Stage.ASSIGNED, 0, assignment=Assignment(given=LIMIT, co_units=("交警",)))
    event = unlimited(assigned, here(Stage.SUSPENDED, 10))
    assert colours(event, 10_000) == ["paused"]
    resumed = event.with_step(here(Stage.RESUMED, 1_000))
    assert clock_of(resumed).overtime_at == NOON + minutes(120 + 990)
    assert colours(resumed, 1_001, 1_002, 1_006) == ["blue", "at_risk", "overtime"], "the call had five minutes left"


@pytest.mark.parametrize("off", ["accept_within_s", "assign_within_s"])
def test_a_clock_whose_setting_is_0_is_none(off: str) -> None:
    event = unlimited(given=LIMIT, arrived_at=NOON) if off == "accept_within_s" else unlimited(here(Stage.ACCEPTED, 0))
    assert colours(event, 60) == ["overtime"]
    assert colours(event, 60, timing=Timing(**{off: 0})) == ["blue"]


def test_an_event_that_was_closed_before_it_was_reported_is_closed() -> None:
    event = event_of(report(), (told(Stage.CLOSED, -30),))
    assert colours(event, 0, 500) == ["green", "green"]
    assert not is_late(event)
    assert running(event) == set()


def test_a_deadline_before_the_report_is_red_from_the_beginning() -> None:
    event = event_of(report(due_at=NOON - minutes(10)), (here(Stage.ACCEPTED, 1),))
    assert colours(event, 0, 2) == ["overtime", "overtime"]
