"""事件: stage, level and times follow from the steps."""

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
