"""Laws of the life cycle: what must hold whatever officers ask for and sources tell."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.commands import MoveEvent
from cockpit.domain.event import Event
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.facts import CommandRefused, Fact, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.moves import MOVES, MoveName
from cockpit.domain.officer import Officer
from cockpit.domain.overtime import Colour, clock_of, colour_of, turning_points
from cockpit.domain.rulings import find_refusal
from cockpit.domain.running_clock import ClockKind
from cockpit.domain.stage import Stage
from cockpit.domain.timing import DEFAULT
from cockpit.domain.turning import turns_of
from cockpit.situation.decide import decide
from cockpit.situation.situation import Situation
from cockpit.situation.view import event_row, millis
from tests.laws.test_the_fold import fold
from tests.stories import NOON, entered, limits, minutes, reported, stories

_ENDS = frozenset({Stage.EVALUATED, Stage.REJECTED, Stage.VOIDED})
_TOO_SOON = frozenset({MoveName.REJECT, MoveName.VOID})
_LATER = NOON + timedelta(days=30)

_asked = st.fixed_dictionaries(
    {
        "number": st.sampled_from((1, 1, 2, 3)),
        # any move, or the nth of those that are legal then and do not end it too soon
        "move": st.integers(0, 40) | st.integers(0, 40) | st.sampled_from(MoveName),
        "by": st.sampled_from("aaab"),
        "officer_level": st.sampled_from((Level.CITY, Level.CITY, *Level)),
        "wait": st.integers(0, 20),
        "other": st.integers(1, 3),
        "level": st.none() | st.none() | st.sampled_from(Level),
        "given": st.none() | limits(),
        "co_units": st.lists(st.sampled_from(("交警", "消防")), max_size=2).map(tuple),
        "told": st.none() | st.sampled_from(Stage),
    }
)


def worked(asked: list[dict[str, Any]], *, with_sources: bool) -> tuple[Situation, list[Fact], datetime]:
    """Three events after officers asked, and sources told, these things one after the other."""
    situation = fold([reported(1), reported(2, due_at=None), reported(3)])
    now, done = NOON, list[Fact]()
    for number, wish in enumerate(asked):
        now += minutes(wish["wait"])
        if with_sources and wish["told"] is not None:
            fold([entered(wish["number"], wish["told"], now)], situation)
        other = f"hotline_12345:{wish['other']}"
        event = situation.events[f"hotline_12345:{wish['number']}"]
        legal = _legal(event, wish, now) if isinstance(wish["move"], int) else [wish["move"]]
        if not legal:
            continue
        move = legal[wish["move"] % len(legal)] if isinstance(wish["move"], int) else wish["move"]
        command = MoveEvent(
            command_id=f"c{number}", by=wish["by"], account=wish["by"], scope="330110", at=now, move=move,
            event_id=f"hotline_12345:{wish['number']}", officer_level=wish["officer_level"], unit="区城管局", note="x",
            level=wish["level"], given=wish["given"], co_units=wish["co_units"], into=other, parent=other,
        )  # fmt: skip
        facts = decide(situation, command)
        done += facts
        fold(facts, situation)
    return situation, done, now


def _legal(event: Event, wish: dict[str, Any], now: datetime) -> list[MoveName]:
    officer = Officer(name=wish["by"], account=wish["by"], level=wish["officer_level"])
    moves = [move for move in MOVES if move.enters is not None and move.name not in _TOO_SOON]
    return [move.name for move in moves if find_refusal(move, event, officer, now, DEFAULT) is None]


def _goes_on(situation: Situation, event: Event) -> bool:
    """True if some officer can move the event on, once claims have lapsed."""
    officer = Officer(name="", account="z", level=Level.CITY)
    moves = [move for move in MOVES if move.enters is not None]
    return any(find_refusal(move, event, officer, _LATER, situation.timing) is None for move in moves)


@given(st.lists(_asked, max_size=40))
def test_no_way_leads_to_where_nothing_goes_on(asked: list[dict[str, Any]]) -> None:
    situation, _, _ = worked(asked, with_sources=True)
    for event in situation.events.values():
        assert event.stage in _ENDS or event.docket.merged_into or _goes_on(situation, event), event.stage
    # what was merged waits for its main event, and that is not merged itself
    mains = {e.docket.merged_into for e in situation.events.values()} - {""}
    assert not [main for main in mains if situation.events[main].docket.merged_into]


@given(st.lists(_asked, max_size=40))
def test_a_move_that_was_granted_takes_effect(asked: list[dict[str, Any]]) -> None:
    situation, done, _ = worked(asked, with_sources=False)
    assert all(not event.refused for event in situation.events.values())
    granted = [fact for fact in done if not isinstance(fact, CommandRefused)]
    assert len({fact.fact_id for fact in granted}) == len(granted)
    for fact in granted:
        if isinstance(fact, StageEntered):
            assert fact.step in situation.events[fact.event_id].steps


@given(st.lists(_asked, max_size=40))
def test_a_closed_event_has_no_running_clock(asked: list[dict[str, Any]]) -> None:
    situation, _, now = worked(asked, with_sources=True)
    for event in situation.events.values():
        if not event.is_open:
            assert all(clock.ended_at is not None for clock in clocks_of(event, situation.timing))
            assert turning_points(event, situation.timing).overtime_at is None
            assert event.is_dismissed or colour_of(event, now, situation.timing) is Colour.GREEN


@given(st.lists(_asked, max_size=40), st.integers(1, 5_000))
def test_a_pause_moves_no_deadline_forward(asked: list[dict[str, Any]], wait: int) -> None:
    situation, _, now = worked(asked, with_sources=True)
    timing = situation.timing
    for event in situation.events.values():
        before = clock_of(event, timing).overtime_at
        if before is None:
            continue
        at = max(now, event.last_at) + minutes(1)
        paused = event.with_step(_step(Stage.SUSPENDED, at)).with_step(_step(Stage.RESUMED, at + minutes(wait)))
        if paused.stage is Stage.HANDLING:
            assert (clock_of(paused, timing).overtime_at or before) >= before


def _step(stage: Stage, at: datetime) -> Any:
    return entered(1, stage, at, fact_id=f"{stage}{at}").step


def _command(command_id: str, move: MoveName, at: datetime, **said: Any) -> MoveEvent:
    return MoveEvent(
        command_id=command_id, by="a", scope="330110", at=at, move=move, officer_level=Level.CITY,
        **{"account": "a", "event_id": "hotline_12345:9", "unit": "x", "note": "x", **said},
    )  # fmt: skip


@given(st.none() | limits(), st.booleans(), st.lists(st.integers(1, 200), min_size=4, max_size=4))
def test_an_extension_adds_the_original_limit_and_nothing_else(given: Any, has_due_at: bool, waits: list[int]) -> None:
    situation = fold([reported(9, due_at=NOON + timedelta(days=900) if has_due_at else None)])
    at = NOON
    for number, (wait, move) in enumerate(zip(waits, (MoveName.ACCEPT, MoveName.ASSIGN), strict=False)):
        at += minutes(wait)
        fold(decide(situation, _command(f"c{number}", move, at, given=given)), situation)
    before = {c.kind: c for c in clocks_of(situation.events["hotline_12345:9"], situation.timing)}
    for number, (move, account) in enumerate(
        ((MoveName.EXTEND, "a"), (MoveName.APPROVE_EXTENSION, "a"), (MoveName.APPROVE_EXTENSION, "b"))
    ):
        at += minutes(0.01)
        fold(decide(situation, _command(f"e{number}", move, at, account=account)), situation)
    event = situation.events["hotline_12345:9"]
    after = {c.kind: c for c in clocks_of(event, situation.timing)}
    assert event.docket.granted == (1 if given or has_due_at else 0)
    for kind in ("handling", "source"):
        if kind in before:
            assert after[kind].allowed_s == 2 * before[kind].allowed_s
            assert after[kind].started_at == before[kind].started_at


@given(stories(), st.integers(-3 * 24 * 60, 3 * 24 * 60))
def test_the_colour_is_that_of_the_worst_clock_that_runs(facts: list[Fact], later: int) -> None:
    """The oracle asks each clock how much of it is used."""
    now = NOON + minutes(later)
    situation = fold(facts)
    for event in situation.events.values():
        if event.is_finished or event.is_dismissed or event.paused_since or event.handled_at:
            continue
        clocks = [
            c for c in clocks_of(event, DEFAULT) if c.ended_at is None and c.started_at <= now and c.allowed_s > 0
        ]
        used = [(c.used_s(now, DEFAULT.calendar), c.allowed_s) for c in clocks]
        over = any(
            u > a or (u == a and now > (c.overtime_at(DEFAULT.calendar) or now))
            for c, (u, a) in zip(clocks, used, strict=True)
        )
        at_risk = any(u >= a * DEFAULT.at_risk_share - 1e-6 for u, a in used)
        expected = Colour.OVERTIME if over else Colour.AT_RISK if at_risk else Colour.BLUE
        assert colour_of(event, now) is expected


@given(stories(), st.integers(-3 * 24 * 60, 3 * 24 * 60))
def test_a_browser_colours_a_row_as_the_server_colours_the_event(facts: list[Fact], later: int) -> None:
    """The rule of the page's own script, word for word."""
    now = NOON + minutes(later)
    for event in fold(facts).events.values():
        if event.is_dismissed:
            continue
        _, _, state, at_risk_ms, overtime_ms = event_row(event, DEFAULT)[:5]
        now_ms = millis(now) or 0
        expected = (
            Colour.GREEN if state == "closed"
            else Colour.PAUSED if state == "paused"
            else Colour.OVERTIME if overtime_ms is not None and now_ms > overtime_ms
            else Colour.AT_RISK if at_risk_ms is not None and now_ms >= at_risk_ms
            else Colour.BLUE
        )  # fmt: skip
        assert colour_of(event, now) is expected


@given(stories())
def test_what_turned_is_in_the_order_of_time_and_never_after_the_end(facts: list[Fact]) -> None:
    for event in fold(facts).events.values():
        turns = turns_of(event, DEFAULT)
        assert turns == sorted(turns)
        if event.closed_at is not None and event.is_finished:
            ended_at = max(event.closed_at, event.report.reported_at)
            assert all(turn.at <= ended_at or turn.clock is ClockKind.SOURCE for turn in turns)
