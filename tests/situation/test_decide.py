"""决定: what a command leads to."""

from cockpit.domain.commands import SwitchMode
from cockpit.domain.facts import CommandRefused, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.decide import decide
from cockpit.situation.view import mode_of
from tests.laws.test_the_fold import fold
from tests.stories import NOON, entered, reported


def switch(mode: Mode, event_id: str | None = None, scope: str = "330110") -> SwitchMode:
    return SwitchMode(command_id="c1", by="duty", scope=scope, at=NOON, mode=mode, event_id=event_id)


def rule_of(situation_facts: list, command: SwitchMode) -> str | None:  # type: ignore[type-arg]
    [fact] = decide(fold(situation_facts), command)
    return fact.rule if isinstance(fact, CommandRefused) else None


def test_wartime_is_switched_on_around_an_open_event_of_the_scope() -> None:
    situation = fold([reported(1)])
    [fact] = decide(situation, switch(Mode.WARTIME, "hotline_12345:1"))
    assert isinstance(fact, ModeChanged)
    state = mode_of(fold([fact], situation), Scope("330110005"))
    assert state is not None
    assert state.mode is Mode.WARTIME


def test_refusals_name_their_rule() -> None:
    closed = [reported(1), entered(1, Stage.CLOSED, NOON)]
    assert rule_of([], switch(Mode.WARTIME)) == "wartime_needs_event"
    assert rule_of([], switch(Mode.WARTIME, "hotline_12345:1")) == "unknown_event"
    assert rule_of(closed, switch(Mode.WARTIME, "hotline_12345:1")) == "event_is_finished"
    assert rule_of([reported(1)], switch(Mode.WARTIME, "hotline_12345:1", "330110009")) == "unknown_event"
    assert rule_of([], switch(Mode.PEACETIME)) == "mode_is_the_same"


def test_a_command_has_one_outcome_even_if_it_is_decided_again_in_another_situation() -> None:
    situation = fold([reported(1)])
    [granted] = decide(situation, switch(Mode.WARTIME, "hotline_12345:1"))
    [refused] = decide(fold([granted], situation), switch(Mode.WARTIME, "hotline_12345:1"))
    assert isinstance(refused, CommandRefused)
    assert refused.fact_id == granted.fact_id


def test_deciding_twice_gives_the_same_facts() -> None:
    situation = fold([reported(1)])
    command = switch(Mode.WARTIME, "hotline_12345:1")
    assert decide(situation, command) == decide(situation, command)
