"""超时: the colour of an event at an instant."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.overtime import Colour, clock_of, colour_of, is_late, turning_points
from cockpit.domain.stage import Stage
from tests.stories import NOON, event, minutes, step

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "colour"),
    [
        (minutes(0), Colour.BLUE),
        (minutes(80) - SECOND, Colour.BLUE),
        (minutes(80), Colour.AT_RISK),
        (minutes(100), Colour.AT_RISK),
        (minutes(100) + SECOND, Colour.OVERTIME),
    ],
)
def test_an_event_turns_at_80_percent_and_after_its_deadline(after: timedelta, colour: Colour) -> None:
    assert colour_of(event(), NOON + after) is colour


def test_an_event_without_a_limit_stays_blue() -> None:
    assert colour_of(event(due_at=None), NOON + timedelta(days=400)) is Colour.BLUE


def test_a_closed_event_is_green_even_when_it_closed_late() -> None:
    closed = event(step(Stage.FED_BACK, NOON + minutes(101)), step(Stage.CLOSED, NOON + minutes(102)))
    assert colour_of(closed, NOON + minutes(200)) is Colour.GREEN
    assert is_late(closed)


def test_an_event_handled_at_its_deadline_is_in_time() -> None:
    handled = event(step(Stage.FED_BACK, NOON + minutes(100)))
    assert not is_late(handled)
    assert colour_of(handled, NOON + minutes(500)) is Colour.BLUE


def test_an_event_handled_late_is_overtime_until_it_is_closed() -> None:
    handled = event(step(Stage.FED_BACK, NOON + minutes(101)))
    assert colour_of(handled, NOON + minutes(102)) is Colour.OVERTIME


def test_rework_sets_the_clock_going_again() -> None:
    reworked = event(step(Stage.FED_BACK, NOON + minutes(50)), step(Stage.REWORK, NOON + minutes(60)))
    assert colour_of(reworked, NOON + minutes(90)) is Colour.AT_RISK


def test_a_pause_moves_the_deadline_by_its_length() -> None:
    paused = event(step(Stage.SUSPENDED, NOON + minutes(10)))
    assert colour_of(paused, NOON + minutes(1000)) is Colour.PAUSED
    resumed = event(step(Stage.SUSPENDED, NOON + minutes(10)), step(Stage.RESUMED, NOON + minutes(40)))
    assert resumed.stage is Stage.HANDLING
    assert clock_of(resumed).overtime_at == NOON + minutes(130)


@given(
    st.integers(1, 5_000), st.integers(0, 10_000), st.lists(st.integers(0, 5_000), max_size=6, unique=True).map(sorted)
)
def test_colour_follows_used_and_allowed_whatever_the_pauses(allowed: int, later: int, edges: list[int]) -> None:
    """The oracle counts seconds one minute at a time, pauses out."""
    now_min = later
    steps = [
        step(Stage.SUSPENDED if i % 2 == 0 else Stage.RESUMED, NOON + minutes(at), fact_id=f"{i}")
        for i, at in enumerate(edges)
        if at <= now_min
    ]
    told = event(*steps, due_at=NOON + minutes(allowed))
    paused = len(steps) % 2 == 1
    spans = zip(edges[0::2], edges[1::2], strict=False)
    used = now_min - sum(b - a for a, b in spans if b <= now_min)
    expected = (
        Colour.PAUSED if paused
        else Colour.OVERTIME if used > allowed
        else Colour.AT_RISK if used >= allowed * 0.8
        else Colour.BLUE
    )  # fmt: skip
    assert colour_of(told, NOON + minutes(now_min)) is expected


def test_finished_events_turn_no_more() -> None:
    assert turning_points(event(step(Stage.CLOSED, NOON + minutes(10)))).overtime_at is None


def test_an_event_that_was_due_before_it_was_reported_is_overtime_at_once() -> None:
    assert colour_of(event(due_at=NOON - minutes(1)), NOON) is Colour.OVERTIME
    assert colour_of(event(due_at=NOON), NOON) is Colour.AT_RISK
