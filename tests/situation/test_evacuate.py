"""疏散决定: who may begin, tap, help and end, and what is refused with which rule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cockpit.domain.command import Command
from cockpit.domain.evacuation import Helper, HouseholdState, Share
from cockpit.domain.evacuation_commands import ChangeHelpers, EndEvacuation, SplitDoors, StartEvacuation, TapHouseholds
from cockpit.domain.evacuation_facts import EvacuationEnded, EvacuationStarted, HouseholdTapped
from cockpit.domain.facts import CommandRefused, DayStarted, Fact
from cockpit.domain.stage import Stage
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.decide import decide
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.situation.split_doors import untouched_of
from tests.evacuations import EVENT, buildings, started, tap, tapped
from tests.stories import NOON, RULES, entered, minutes, reported

DOORS = [h.household_id for b in buildings(2, 3) for h in b.households]


def situation_after(*facts: Fact) -> Situation:
    situation = Situation(rules=RULES)
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation


def start(command_id: str = "e1", **given: Any) -> StartEvacuation:
    told: dict[str, Any] = {
        "by": "duty", "scope": "330110", "at": NOON + minutes(1), "event_id": EVENT, "outline": (),
        "buildings": buildings(2, 3), "helpers": (Helper("w1", "胡"),), "shares": (Share("w1", tuple(DOORS)),),
    }  # fmt: skip
    return StartEvacuation(command_id=command_id, **{**told, **given})


def taps(*made: Any, command_id: str = "t1", **given: Any) -> TapHouseholds:
    told: dict[str, Any] = {"by": "w1", "scope": "330110", "at": NOON + minutes(2), "evacuation_id": "e1"}
    return TapHouseholds(command_id=command_id, taps=made, **{**told, **given})


def end(**given: Any) -> EndEvacuation:
    return EndEvacuation(command_id="x1", by="duty", scope="330110", at=NOON + minutes(9), evacuation_id="e1", **given)


def rule_of(situation: Situation, command: Command) -> str:
    (fact,) = decide(situation, command)
    assert isinstance(fact, CommandRefused), fact
    return fact.rule


def done(situation: Situation, command: Command) -> list[Fact]:
    facts = decide(situation, command)
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return facts


def test_an_evacuation_begins_around_an_open_event_and_a_repeat_begins_nothing() -> None:
    situation = situation_after(reported())
    fact, turn = done(situation, start())
    assert isinstance(fact, EvacuationStarted)
    assert turn.fact_id == "doors:0"
    assert situation.evacuations.turn == 1
    assert fact.code == situation.events[EVENT].report.place.code
    assert decide(situation, start()) == []


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"event_id": "citizen:9"}, "unknown_event"),
        ({"scope": "330110113"}, "unknown_event"),
        ({"buildings": ()}, "no_households"),
        ({"buildings": buildings(200, 101)}, "too_many_households"),
        ({"helpers": ()}, "no_helpers"),
        ({"helpers": tuple(Helper(str(n), "") for n in range(501))}, "too_many_helpers"),
    ],
)
def test_what_cannot_be_evacuated_is_refused_with_its_rule(given: dict[str, Any], rule: str) -> None:
    assert rule_of(situation_after(reported()), start(**given)) == rule


def test_nothing_is_evacuated_for_an_event_that_is_over() -> None:
    over = entered(1, Stage.CLOSED, NOON + minutes(1))
    situation = situation_after(reported(), entered(1, Stage.FED_BACK, NOON), over)
    assert rule_of(situation, start()) == "event_is_finished"


def test_two_rings_that_overlap_share_no_household() -> None:
    situation = situation_after(reported(), started())
    assert rule_of(situation, start("e2")) == "evacuated_already"
    fact, _ = done(situation, start("e3", buildings=buildings(3, 3)))
    assert isinstance(fact, EvacuationStarted)
    assert fact.left_out == len(DOORS)
    assert [b.building_code for b in fact.buildings] == ["b02"]
    assert fact.shares == (Share("w1", ()),)
    done(situation, end())
    assert decide(situation, start("e4"))[0].fact_id == "command:e4"


def test_a_tap_is_one_fact_with_the_servers_time_and_keeps_what_the_phone_said() -> None:
    situation = situation_after(reported(), started())
    said = NOON - timedelta(hours=1)
    (fact,) = done(situation, taps(tap(1, DOORS[0], HouseholdState.TOLD, said_at=said)))
    assert isinstance(fact, HouseholdTapped)
    assert (fact.tap.at, fact.tap.said_at) == (NOON + minutes(2), said)
    again = replace(taps(tap(1, DOORS[0], HouseholdState.TOLD)), command_id="t2")
    assert decide(situation, again) == []


def test_only_who_helps_taps() -> None:
    situation = situation_after(reported(), started())
    made = tap(1, DOORS[0], HouseholdState.MOVED, subject="w9")
    assert rule_of(situation, taps(made, helper_id="w9")) == "not_a_helper"
    assert rule_of(situation, taps(made, evacuation_id="e9")) == "unknown_evacuation"
    assert rule_of(situation, taps(made, scope="330110113")) == "unknown_evacuation"
    helper = taps(replace(made, subject="w2"), helper_id="w2", scope="330110113")
    assert len(decide(situation, helper)) == 1


def test_a_tap_that_comes_after_the_end_counts_and_the_end_comes_once() -> None:
    situation = situation_after(reported(), started())
    (ended,) = done(situation, end())
    assert isinstance(ended, EvacuationEnded)
    assert rule_of(situation, replace(end(), command_id="x2")) == "evacuation_is_over"
    done(situation, taps(tap(1, DOORS[0], HouseholdState.MOVED)))
    assert situation.evacuations["e1"].count_of(HouseholdState.MOVED) == 1


def test_helpers_change_while_it_runs() -> None:
    situation = situation_after(reported(), started())
    change = ChangeHelpers(
        command_id="h1", by="duty", scope="330110", at=NOON + minutes(3), evacuation_id="e1",
        helpers=(Helper("w3", "王"),), shares=(Share("w3", tuple(DOORS)),),
    )  # fmt: skip
    done(situation, change)
    assert situation.evacuations["e1"].evacuation.has_helper("w3")
    assert not situation.evacuations["e1"].evacuation.has_helper("w1")
    assert decide(situation, change) == []
    assert rule_of(situation, replace(change, helpers=(), shares=(), command_id="h2")) == "no_helpers"


def test_of_two_who_change_the_helpers_from_the_same_board_the_second_overwrites_nothing() -> None:
    situation = situation_after(reported(), started())
    first = ChangeHelpers(
        command_id="h1", by="李", scope="330110", at=NOON + minutes(3), evacuation_id="e1", version=1,
        helpers=(Helper("w3", "王"),), shares=(Share("w3", tuple(DOORS)),),
    )  # fmt: skip
    others = {"helpers": (Helper("w4", "赵"),), "shares": (Share("w4", tuple(DOORS)),)}
    second = replace(first, command_id="h2", by="王", **others)
    done(situation, first)
    evacuation = situation.evacuations["e1"].evacuation
    assert (evacuation.version, evacuation.changed_by, evacuation.changed_at) == (2, "李", first.at)
    assert rule_of(situation, second) == "evacuation_changed"
    assert decide(situation, first) == []  # the same command again is no change
    done(situation, replace(second, version=2))
    assert situation.evacuations["e1"].evacuation.has_helper("w4")


def test_doors_that_were_given_away_make_an_older_change_of_helpers_stale() -> None:
    situation = situation_after(reported(), started())
    board = situation.evacuations["e1"]
    giver, taker = (share.helper_id for share in board.evacuation.shares)
    doors = untouched_of(board, giver)
    done(situation, SplitDoors(
        command_id="s1", by="李", scope="330110", at=NOON + minutes(2), evacuation_id="e1", from_ids=(giver,),
        shares=(Share(taker, tuple(doors)),),
    ))  # fmt: skip
    late = ChangeHelpers(
        command_id="h1", by="王", scope="330110", at=NOON + minutes(3), evacuation_id="e1", version=1,
        helpers=board.evacuation.helpers[:1], shares=(Share(giver, tuple(DOORS)),),
    )  # fmt: skip
    assert rule_of(situation, late) == "evacuation_changed"
    assert restored(checkpoint_of(situation), RULES).evacuations["e1"].evacuation == board.evacuation


def test_two_phones_that_say_different_things_are_both_kept_and_the_door_is_marked() -> None:
    moved = tap(1, DOORS[0], HouseholdState.MOVED)
    situation = situation_after(
        reported(), started(), tapped(moved), tapped(tap(1, DOORS[0], HouseholdState.REFUSED, subject="w2"))
    )
    board = situation.evacuations["e1"]
    assert board.state_of(DOORS[0]) is HouseholdState.REFUSED
    assert [made.state for made in board.taps] == [HouseholdState.MOVED, HouseholdState.REFUSED]
    assert list(board.disputed) == [DOORS[0]]
    evolve(situation, tapped(tap(2, DOORS[0], HouseholdState.REFUSED, subject="w1")), "9-0")
    assert not board.disputed


def test_who_must_be_carried_stays_on_the_list_until_they_are_out() -> None:
    situation = situation_after(reported(), started())
    board = situation.evacuations["e1"]
    known = [door.household.household_id for door in board.to_carry]
    assert known == ["b00-000", "b01-000"]
    evolve(situation, tapped(tap(1, "b00-001", HouseholdState.NEEDS_HELP)), "8-0")
    evolve(situation, tapped(tap(2, "b01-000", HouseholdState.MOVED)), "9-0")
    assert [door.household.household_id for door in board.to_carry] == ["b00-000", "b00-001"]


def test_what_ended_leaves_the_fold_with_the_day_and_what_runs_stays() -> None:
    situation = situation_after(reported(), started(), started("e2"))
    done(situation, end())
    tomorrow = NOON + timedelta(days=1)
    day = DayStarted(fact_id="day", at=tomorrow, received_at=tomorrow, day=tomorrow.date())
    changed = evolve(situation, day, "99-0")
    assert list(situation.evacuations) == ["e2"]
    assert ("evacuation", "e1") in changed


def test_a_copy_for_reading_stays_as_it_was() -> None:
    situation = situation_after(reported(), started())
    copy = situation.frozen()
    evolve(situation, tapped(tap(1, DOORS[0], HouseholdState.MOVED)), "9-0")
    assert copy.evacuations["e1"].done == 0
    assert copy.evacuations["e1"].state_of(DOORS[0]) is HouseholdState.NOT_REACHED
