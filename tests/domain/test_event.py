"""事件: stage, level and times follow from the steps."""

from cockpit.domain.event import Step
from cockpit.domain.level import Level
from cockpit.domain.source import Source
from cockpit.domain.stage import Phase, Stage, phase_of
from tests.stories import NOON, event, minutes, step


def test_an_event_is_where_its_latest_step_put_it() -> None:
    told = event(
        step(Stage.ASSIGNED, NOON + minutes(2), unit="区城管局", level=Level.STREET),
        step(Stage.ACCEPTED, NOON + minutes(1), level=Level.COUNTY),
    )
    assert (told.stage, told.level, told.unit) == (Stage.ASSIGNED, Level.STREET, "区城管局")
    assert told.accepted_at == NOON + minutes(1)


def test_a_call_starts_at_the_county_and_a_patrol_at_the_community() -> None:
    assert event().level is Level.COUNTY
    assert event(source=Source.GRIDWORKER).level is Level.COMMUNITY


def test_a_reopened_event_is_neither_handled_nor_closed() -> None:
    told = event(step(Stage.CLOSED, NOON + minutes(1)), step(Stage.REOPENED, NOON + minutes(2)))
    assert told.is_open
    assert told.closed_at is None
    assert told.handled_at is None


def test_evaluating_does_not_change_when_an_event_was_closed() -> None:
    told = event(step(Stage.CLOSED, NOON + minutes(1)), step(Stage.EVALUATED, NOON + minutes(9)))
    assert told.closed_at == NOON + minutes(1)


def test_a_step_that_is_known_changes_nothing() -> None:
    accepted = step(Stage.ACCEPTED, NOON)
    told = event(accepted)
    assert told.with_step(accepted) is told


def test_what_an_event_waits_for() -> None:
    assert phase_of(Stage.REGISTERED) is Phase.TO_ASSIGN
    assert phase_of(Stage.RETURNED) is Phase.TO_ASSIGN
    assert phase_of(Stage.SUSPENDED) is Phase.HANDLING
    assert phase_of(Stage.FED_BACK) is Phase.TO_VERIFY
    assert phase_of(Stage.EVALUATED) is None
    assert phase_of(Stage.VOIDED) is None


def test_a_step_that_comes_after_the_end_is_kept_but_does_not_open_the_event_again() -> None:
    told = event(step(Stage.CLOSED, NOON + minutes(1)), step(Stage.HANDLING, NOON + minutes(2)))
    assert told.stage is Stage.CLOSED
    assert [s.stage for s in told.steps] == [Stage.CLOSED, Stage.HANDLING]


def here(stage: Stage, after: float) -> Step:
    return step(stage, NOON + minutes(after), command_id=f"c{after}")


def test_a_source_goes_forward_past_what_it_left_out() -> None:
    assert event(step(Stage.CLOSED, NOON + minutes(1))).stage is Stage.CLOSED
    assert event(step(Stage.FED_BACK, NOON + minutes(1)), step(Stage.CLOSED, NOON + minutes(2))).refused == ()


def test_a_source_never_leads_backwards() -> None:
    told = event(step(Stage.HANDLING, NOON + minutes(2)), step(Stage.ACCEPTED, NOON + minutes(3)))
    assert told.stage is Stage.HANDLING
    assert told.refused == ((1, Stage.HANDLING),)
    assert told.accepted_at is None


def test_what_is_worked_on_here_its_source_moves_only_as_a_person_might() -> None:
    assigned = (here(Stage.ACCEPTED, 1), here(Stage.ASSIGNED, 2))
    assert event(*assigned, step(Stage.ASSIGNED, NOON + minutes(3), unit="另一单位")).unit == ""
    assert event(*assigned, step(Stage.CLOSED, NOON + minutes(3))).stage is Stage.ASSIGNED
    assert event(*assigned, step(Stage.FED_BACK, NOON + minutes(3))).stage is Stage.FED_BACK
    assert event(*assigned, step(Stage.RETURNED, NOON + minutes(3))).stage is Stage.RETURNED


def test_what_was_granted_here_is_not_taken_back_by_what_a_source_tells_late() -> None:
    told = event(here(Stage.ACCEPTED, 10), here(Stage.ASSIGNED, 11), step(Stage.ACCEPTED, NOON + minutes(5)))
    assert told.refused == ()
    assert told.accepted_at == NOON + minutes(5)
    at_work = event(here(Stage.ACCEPTED, 10), here(Stage.ASSIGNED, 11), step(Stage.FED_BACK, NOON + minutes(5)))
    assert (at_work.stage, at_work.handled_at, at_work.refused) == (Stage.ASSIGNED, None, ())


def test_what_was_decided_here_comes_too_late_if_the_source_had_ended_the_event_before() -> None:
    told = event(here(Stage.ACCEPTED, 10), here(Stage.ASSIGNED, 11), step(Stage.CLOSED, NOON + minutes(5)))
    assert (told.stage, told.closed_at) == (Stage.CLOSED, NOON + minutes(5))
    assert len(told.refused) == 2


def test_a_step_that_arrives_late_takes_its_place_and_what_follows_is_judged_anew() -> None:
    handled = event(step(Stage.REJECTED, NOON + minutes(9)))
    assert handled.is_dismissed
    late = handled.with_step(step(Stage.HANDLING, NOON + minutes(5)))
    assert (late.stage, late.refused) == (Stage.HANDLING, ((1, Stage.HANDLING),))
