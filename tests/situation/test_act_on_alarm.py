"""处警: acts about alarms, two officers at once, groups, and what is told about it."""

from typing import Any

import pytest

from cockpit.domain.alarm import AlarmState
from cockpit.domain.alarm_moves import ALARM_MOVES, AlarmMoveName
from cockpit.domain.commands import ActOnAlarm
from cockpit.domain.facts import AlarmActed, AlarmCleared, CommandRefused, EventActed, EventReported, Fact
from cockpit.services.alarm_watch import follow_ups
from cockpit.situation.decide import decide
from cockpit.situation.situation import Situation
from tests.laws.test_the_fold import fold
from tests.stories import NOON, alarm, minutes, place


def ask(move: str, number: int = 1, minute: float = 1, **given: Any) -> ActOnAlarm:
    defaults: dict[str, Any] = {
        "command_id": f"{move}{number}{minute}", "by": "王", "scope": "330110", "at": NOON + minutes(minute),
        "alarm_ids": (str(number),), "move": AlarmMoveName(move),
    }  # fmt: skip
    return ActOnAlarm(**{**defaults, **given})


def did(situation: Situation, move: str, **given: Any) -> list[Fact]:
    facts = decide(situation, ask(move, **given))
    fold(facts, situation)
    return facts


def rule(facts: list[Fact]) -> str:
    [refused] = facts
    assert isinstance(refused, CommandRefused)
    return refused.rule


def test_an_alarm_goes_from_raised_to_assigned_to_cleared() -> None:
    situation = fold([alarm()])
    for n, (move, state) in enumerate((("acknowledge", "acknowledged"), ("assign", "assigned"), ("clear", "cleared"))):
        did(situation, move, minute=n + 1, unit="区消防救援大队")
        assert situation.alarms["1"].state == state
    assert situation.alarms["1"].unit_assigned == "区消防救援大队"


@pytest.mark.parametrize(
    ("before", "move", "forbidden"),
    [
        ((), "acknowledge", ""),
        (("acknowledge",), "acknowledge", "alarm_is_acknowledged"),
        (("clear",), "acknowledge", "alarm_is_over"),
        (("clear",), "clear", "alarm_is_over"),
        (("clear",), "false", ""),
        (("false",), "false", "alarm_is_false"),
        (("false",), "promote", "alarm_is_false"),
        (("promote",), "promote", "alarm_is_promoted"),
        (("assign",), "assign", "alarm_is_assigned"),
        ((), "separate", "alarm_is_alone"),
    ],
)
def test_refusals_name_their_rule(before: tuple[str, ...], move: str, forbidden: str) -> None:
    situation = fold([alarm()])
    for n, earlier in enumerate(before):
        did(situation, earlier, minute=n + 1, unit="甲")
    facts = did(situation, move, minute=9, unit="甲")
    assert (rule(facts) if forbidden else "") == forbidden


def test_an_alarm_of_another_street_is_unknown_and_an_assignment_needs_somebody() -> None:
    situation = fold([alarm()])
    assert rule(did(situation, "clear", scope="330110012")) == "alarm_is_unknown"
    assert rule(did(situation, "assign", minute=2)) == "alarm_needs_unit"


def test_of_two_officers_at_once_one_wins_and_the_other_is_told() -> None:
    situation = fold([alarm()])
    first = decide(situation, ask("acknowledge", command_id="a", by="王"))
    second = decide(situation, ask("acknowledge", command_id="b", by="李"))
    assert [f.fact_id for f in first] == [f.fact_id for f in second]  # the log lets one of them in
    fold(first, situation)
    assert rule(decide(situation, ask("acknowledge", command_id="b", by="李"))) == "alarm_is_acknowledged"
    assert decide(situation, ask("acknowledge", command_id="a", by="王")) == []


def test_acknowledging_a_group_passes_over_what_needs_it_no_more() -> None:
    situation = fold([alarm(1), alarm(2), alarm(3)])
    did(situation, "acknowledge", number=2)
    facts = did(situation, "acknowledge", minute=2, alarm_ids=("1", "2", "3"))
    assert [f.alarm_id for f in facts if isinstance(f, AlarmActed)] == ["1", "3"]
    assert {a.state for a in situation.alarms.values()} == {AlarmState.ACKNOWLEDGED}


def test_a_promoted_alarm_becomes_one_event_and_its_devices_clearing_is_noted_there() -> None:
    situation = fold([alarm(message="3 幢烟感")])
    did(situation, "promote", category="event.04.96", attached=({"kind": "camera", "id": "c1"},))
    [reported] = follow_ups(situation, situation.alarms["1"], NOON + minutes(2))
    assert isinstance(reported, EventReported)
    assert reported.report.event_id == f"iot:1:{NOON.timestamp():.0f}" == situation.alarms["1"].event_id
    assert reported.report.extra["attached"] == [{"kind": "camera", "id": "c1"}]
    fold([reported, alarm(1, NOON + minutes(5), AlarmCleared)], situation)
    [noted] = follow_ups(situation, situation.alarms["1"], NOON + minutes(6))
    assert isinstance(noted, EventActed)
    assert "已恢复" in noted.act.note
    fold([noted], situation)
    assert not list(follow_ups(situation, situation.alarms["1"], NOON + minutes(7)))
    event = situation.events[reported.report.event_id]
    assert event.acts[-1].note == noted.act.note


def test_judging_a_promoted_alarm_false_is_noted_at_its_event() -> None:
    situation = fold([alarm()])
    did(situation, "promote")
    fold(follow_ups(situation, situation.alarms["1"], NOON), situation)
    did(situation, "false", minute=3, note="蒸汽")
    [noted] = follow_ups(situation, situation.alarms["1"], NOON)
    assert isinstance(noted, EventActed)
    assert noted.act.note.endswith("蒸汽")


def test_the_ledger_counts_each_raising_once_and_what_it_was_worth() -> None:
    situation = fold([alarm(1)])
    did(situation, "promote")
    did(situation, "false", minute=2)
    fold([alarm(1, NOON + minutes(3), AlarmCleared), alarm(1, NOON + minutes(4))], situation)
    line = situation.alarm_ledger["dev-1", "smoke"]
    assert (line.raised, line.judged_false, line.promoted, line.false_share) == (2, 1, 1, 0.5)


def test_alarms_near_in_place_and_time_are_one_group_and_one_can_be_taken_out() -> None:
    far = place("330110113200001", lon=119.5)
    situation = fold([alarm(1), alarm(2, NOON + minutes(1)), alarm(3, place=far), alarm(4, NOON + minutes(30))])
    groups = {a: situation.alarms[a].group_id for a in situation.alarms}
    assert groups["1"] == groups["2"]
    assert len({groups["1"], groups["3"], groups["4"]}) == 3
    did(situation, "separate", number=2)
    assert situation.alarms["2"].group_id != groups["1"]
    assert situation.alarm_groups.members[groups["1"]] == {"1"}


def test_every_state_of_the_table_is_one_that_the_moves_reach() -> None:
    reached = {move.to_state for move in ALARM_MOVES} - {None}
    assert reached == set(AlarmState) - {AlarmState.RAISED}
