"""流转: what an officer may do about an event, and which rule forbids the rest."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cockpit.domain.act import ActKind, Degree
from cockpit.domain.assignment import GivenLimit
from cockpit.domain.commands import MoveEvent
from cockpit.domain.event import Event
from cockpit.domain.facts import CommandRefused, EventActed, StageEntered
from cockpit.domain.level import Level
from cockpit.domain.limit import parse_limit
from cockpit.domain.moves import MoveName
from cockpit.domain.overtime import Colour, colour_of
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.situation.decide import decide
from cockpit.situation.situation import Situation
from tests.laws.test_the_fold import fold
from tests.stories import NOON, entered, minutes, place, reported

EVENT = "hotline_12345:1"
M = MoveName


class Desk:
    """Officers at a desk: each asks in turn, a minute later each time unless told otherwise."""

    def __init__(self, *facts: Any, **given: Any) -> None:
        self.situation: Situation = fold(facts or [reported(1, **given)])
        self.now = NOON
        self.asked = 0

    def ask(self, move: MoveName, *, by: str = "李", at: datetime | None = None, **said: Any) -> str | None:
        """Ask for a move: the rule that refuses it, None if it was made."""
        self.asked += 1
        self.now = at or self.now + minutes(1)
        defaults = {"event_id": EVENT, "officer_level": Level.CITY, "account": by, "scope": "330110"}
        command = MoveEvent(
            command_id=f"c{self.asked}", by=by, at=self.now, move=move, **{**defaults, **said}
        )  # fmt: skip
        facts = decide(self.situation, command)
        assert len(facts) == 1
        fold(facts, self.situation)
        return facts[0].rule if isinstance(facts[0], CommandRefused) else None

    def make(self, *moves: MoveName) -> "Desk":
        """Make moves that must be legal, each with what it needs."""
        for move in moves:
            assert self.ask(move, unit="区城管局", note="说明") is None, move
        return self

    def event(self, number: int = 1) -> Event:
        return self.situation.events[f"hotline_12345:{number}"]


def test_an_event_goes_through_all_seven_stages() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN, M.START, M.FEED_BACK, M.CLOSE, M.EVALUATE)
    stages = [Stage.ACCEPTED, Stage.ASSIGNED, Stage.HANDLING, Stage.FED_BACK, Stage.CLOSED, Stage.EVALUATED]
    assert [step.stage for step in desk.event().steps] == stages
    assert desk.event().unit == "区城管局"
    assert all(step.by == "李" for step in desk.event().steps)


def test_an_event_is_handed_through_four_levels() -> None:
    desk = Desk(reported(1, source=Source.CITIZEN, event_id=EVENT))
    assert desk.event().level is Level.COMMUNITY
    desk.make(M.ACCEPT, M.ESCALATE)
    assert desk.event().level is Level.STREET
    desk.make(M.ESCALATE, M.ESCALATE)
    assert desk.event().level is Level.CITY
    assert desk.ask(M.ESCALATE) == "at_the_top"
    assert desk.ask(M.HAND_DOWN, level=Level.STREET) is None
    assert (desk.event().level, desk.event().stage) == (Level.STREET, Stage.ACCEPTED)
    assert desk.ask(M.HAND_DOWN, level=Level.COUNTY) == "not_below"
    assert desk.ask(M.ASSIGN, unit="街道", level=Level.CITY) == "above_its_level"
    assert desk.ask(M.ASSIGN, unit="社区", level=Level.COMMUNITY) is None
    assert desk.event().level is Level.COMMUNITY


def test_an_officer_decides_for_no_level_above_the_own() -> None:
    desk = Desk()
    assert desk.ask(M.ACCEPT, officer_level=Level.STREET) == "above_your_level"
    assert desk.ask(M.ACCEPT, officer_level=Level.COUNTY) is None


def test_a_second_assignment_is_no_legal_move() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN)
    assert desk.ask(M.ASSIGN, unit="另一单位") == "wrong_stage"
    desk.make(M.RETURN)
    assert desk.ask(M.ASSIGN, unit="另一单位") is None


@pytest.mark.parametrize(
    ("way", "move", "said", "rule"),
    [
        ([], M.ASSIGN, {"unit": "x"}, "wrong_stage"),
        ([], M.CLOSE, {}, "wrong_stage"),
        ([], M.REJECT, {}, "reason_needed"),
        ([M.ACCEPT], M.ASSIGN, {}, "unit_needed"),
        ([M.ACCEPT], M.ASSIGN, {"unit": "x", "due_at": NOON}, "deadline_is_past"),
        ([M.ACCEPT], M.ACCEPT, {}, "wrong_stage"),
        ([M.ACCEPT, M.ASSIGN], M.RETURN, {}, "reason_needed"),
        ([M.ACCEPT, M.ASSIGN], M.REPORT_IN, {}, "nobody_is_called"),
        ([M.ACCEPT, M.ASSIGN, M.FEED_BACK], M.REWORK, {}, "reason_needed"),
        ([M.ACCEPT, M.ASSIGN, M.SUSPEND], M.FEED_BACK, {}, "wrong_stage"),
        ([M.ACCEPT, M.ASSIGN, M.SUSPEND, M.RESUME], M.SUSPEND, {}, "suspended_before"),
        ([M.ACCEPT, M.ASSIGN, M.SUSPEND], M.EXTEND, {}, "wrong_stage"),
        ([], M.RELEASE, {}, "not_claimed"),
        ([], M.UNMERGE, {}, "not_merged"),
        ([], M.PARENT, {}, "no_parent"),
        ([], M.MERGE, {}, "into_needed"),
        ([], M.MERGE, {"into": EVENT}, "merged_into_itself"),
        ([], M.MERGE, {"into": "hotline_12345:9"}, "unknown_event"),
        ([], M.NOTE, {}, "reason_needed"),
        ([], M.ACCEPT, {"expected_version": 7}, "changed_meanwhile"),
        ([], M.ACCEPT, {"event_id": "hotline_12345:9"}, "unknown_event"),
        ([], M.ACCEPT, {"scope": "330110113"}, "unknown_event"),
        ([M.ACCEPT, M.ASSIGN, M.FEED_BACK, M.CLOSE], M.VOID, {"note": "x"}, "wrong_stage"),
        ([M.REJECT], M.ACCEPT, {}, "wrong_stage"),
        ([M.VOID], M.REOPEN, {}, "wrong_stage"),
    ],
)
def test_each_refusal_names_its_rule(way: list[MoveName], move: MoveName, said: dict[str, Any], rule: str) -> None:
    assert Desk().make(*way).ask(move, **said) == rule


def test_what_is_done_here_comes_after_what_a_source_with_a_fast_clock_told() -> None:
    desk = Desk(reported(1), entered(1, Stage.ACCEPTED, NOON + minutes(30)))
    assert desk.ask(M.ASSIGN, unit="区城管局", at=NOON + minutes(5)) is None
    assert desk.event().stage is Stage.ASSIGNED
    assert desk.event().steps[-1].at > NOON + minutes(30)


def test_two_moves_in_one_instant_keep_their_order() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN)
    at = desk.now
    for move in (M.RETURN, M.ASSIGN, M.FEED_BACK, M.REWORK, M.FEED_BACK, M.CLOSE, M.REOPEN):
        assert desk.ask(move, at=at, unit="x", note="x") is None
    assert desk.event().stage is Stage.REOPENED
    assert not desk.event().refused


# -- claims ------------------------------------------------------------------------------------------------------


def test_an_event_that_another_officer_has_claimed_is_left_alone_unless_taken_over() -> None:
    desk = Desk().make(M.CLAIM)
    assert desk.ask(M.ACCEPT, by="王") == "claimed_by_another"
    assert desk.ask(M.CLAIM, by="王") == "claimed_by_another"
    assert desk.ask(M.RELEASE, by="王") == "claimed_by_another"
    assert desk.ask(M.TAKE_OVER, by="王") is None
    assert desk.ask(M.ACCEPT, by="王") is None
    assert desk.ask(M.ASSIGN, unit="x") == "claimed_by_another"


def test_two_officers_of_one_name_are_two() -> None:
    desk = Desk()
    assert desk.ask(M.CLAIM, by="duty", account="a") is None
    assert desk.ask(M.ACCEPT, by="duty", account="b") == "claimed_by_another"


def test_a_claim_lapses_a_quarter_of_an_hour_after_its_officers_last_act() -> None:
    desk = Desk().make(M.CLAIM)
    desk.now += minutes(10)
    desk.make(M.ACCEPT)
    claimed = desk.event().docket.claim_at(desk.now + minutes(15) - timedelta(seconds=1))
    assert claimed is not None
    assert claimed.since == NOON + minutes(1)
    desk.now += minutes(14)
    assert desk.ask(M.ASSIGN, by="王", unit="x", at=desk.now + minutes(1)) is None


def test_a_unit_feeds_back_although_the_desk_has_claimed_the_event() -> None:
    desk = Desk().make(M.CLAIM, M.ACCEPT, M.ASSIGN)
    assert desk.ask(M.START, by="网格员") is None
    assert desk.ask(M.FEED_BACK, by="网格员") is None


# -- co-handlers, extension, supervision ---------------------------------------------------------------------------


def test_each_called_unit_reports_in_for_itself() -> None:
    desk = Desk().make(M.ACCEPT)
    assert desk.ask(M.ASSIGN, unit="区城管局", co_units=("区交警大队", "区城管局", "区交警大队")) is None
    assert [call.unit for call in desk.event().docket.calls] == ["区交警大队"], "no unit is its own co-handler"
    assert desk.ask(M.CALL, unit="区交警大队") == "called_already"
    assert desk.ask(M.CALL, unit="仓前街道") is None
    assert desk.ask(M.REPORT_IN) == "unit_needed"
    assert desk.ask(M.REPORT_IN, unit="别的单位") == "unit_is_not_called"
    assert desk.ask(M.REPORT_IN, unit="仓前街道") is None
    assert desk.ask(M.REPORT_IN) is None, "only one is left"
    assert desk.ask(M.REPORT_IN, unit="仓前街道") == "nobody_is_called"


def test_an_extension_needs_two_levels_and_two_officers() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN, M.EXTEND)
    assert desk.ask(M.EXTEND) == "extension_is_pending"
    assert desk.ask(M.APPROVE_EXTENSION, by="街道", officer_level=Level.STREET) == "above_your_level"
    assert desk.ask(M.APPROVE_EXTENSION, by="区", officer_level=Level.COUNTY) is None
    assert desk.event().docket.granted == 0
    assert desk.ask(M.APPROVE_EXTENSION, by="区", officer_level=Level.CITY) == "approved_already"
    assert desk.ask(M.APPROVE_EXTENSION, by="区二", officer_level=Level.COUNTY) == "needs_the_level_above"
    assert desk.ask(M.APPROVE_EXTENSION, by="市", officer_level=Level.CITY) is None
    assert desk.event().docket.granted == 1
    assert colour_of(desk.event(), NOON + minutes(150)) is Colour.BLUE, "200 minutes are allowed now"
    assert colour_of(desk.event(), NOON + minutes(161)) is Colour.AT_RISK


def test_an_extension_is_granted_twice_at_most_and_a_refused_one_counts_not() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN, M.EXTEND)
    assert desk.ask(M.REFUSE_EXTENSION, note="不必") is None
    for _ in range(2):
        desk.make(M.EXTEND)
        assert desk.ask(M.APPROVE_EXTENSION, by="区") is None
        assert desk.ask(M.APPROVE_EXTENSION, by="市") is None
    assert desk.ask(M.EXTEND) == "extended_twice"
    assert desk.ask(M.APPROVE_EXTENSION) == "no_extension_asked"


def test_what_is_overtime_already_is_not_extended() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN)
    assert desk.ask(M.EXTEND, at=NOON + minutes(101)) == "overtime_already"
    waiting = Desk().make(M.ACCEPT, M.ASSIGN, M.EXTEND)
    assert waiting.ask(M.APPROVE_EXTENSION, by="区", at=NOON + minutes(101)) == "overtime_already"
    assert Desk(due_at=None).make(M.ACCEPT, M.ASSIGN).ask(M.EXTEND) == "no_limit"


def test_supervision_and_reminders_are_kept_with_their_degree() -> None:
    desk = Desk().make(M.ACCEPT, M.ASSIGN, M.REMIND)
    assert desk.ask(M.SUPERVISE, degree=Degree.YELLOW, note="请加快") is None
    docket = desk.event().docket
    assert docket.reminders == 1
    assert [(a.kind, a.degree) for a in docket.supervisions] == [(ActKind.SUPERVISED, Degree.YELLOW)]


# -- several events that are one -----------------------------------------------------------------------------------


def two(**given: Any) -> Desk:
    return Desk(reported(1), reported(2, **given))


def test_a_merged_event_is_on_no_map_and_leaves_everything_to_the_main_one() -> None:
    desk = two()
    assert desk.ask(M.MERGE, into="hotline_12345:2") is None
    assert desk.event(1).is_dismissed
    assert desk.situation.links.merged_into("hotline_12345:2") == [EVENT]
    assert desk.ask(M.ACCEPT) == "event_is_merged"
    assert desk.ask(M.NOTE, note="来电人补充") is None
    assert desk.ask(M.MERGE, event_id="hotline_12345:2", into=EVENT) == "others_merged_into_it"
    assert desk.ask(M.UNMERGE) is None
    assert desk.event(1).is_open
    assert desk.situation.links.merged_into("hotline_12345:2") == []


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"place": place(lon=120.01)}, "too_far_apart"),
        ({"reported_at": NOON - timedelta(days=4)}, "too_long_apart"),
        ({"place": place(lon=120.001)}, None),
        ({"place": place(lon=None, lat=None)}, None),
    ],
)
def test_only_what_is_near_in_place_and_time_is_merged(given: dict[str, Any], rule: str | None) -> None:
    assert two(**given).ask(M.MERGE, into="hotline_12345:2") == rule


def test_nothing_is_merged_into_what_is_finished() -> None:
    desk = Desk(reported(1), reported(2), entered(2, Stage.CLOSED, NOON))
    assert desk.ask(M.MERGE, into="hotline_12345:2") == "main_is_not_open"


def test_a_parent_is_closed_after_its_children() -> None:
    desk = two()
    assert desk.ask(M.PARENT, parent="hotline_12345:2") is None
    assert desk.ask(M.PARENT, event_id="hotline_12345:2", parent=EVENT) == "parent_is_below"
    for move in (M.ACCEPT, M.ASSIGN, M.FEED_BACK):
        assert desk.ask(move, event_id="hotline_12345:2", unit="x") is None
    assert desk.ask(M.CLOSE, event_id="hotline_12345:2") == "children_are_open"
    desk.make(M.ACCEPT, M.ASSIGN, M.FEED_BACK, M.CLOSE)
    assert desk.ask(M.CLOSE, event_id="hotline_12345:2") is None


# -- once and only once --------------------------------------------------------------------------------------------


def command(number: int, move: MoveName = M.ACCEPT, **said: Any) -> MoveEvent:
    return MoveEvent(
        command_id=f"c{number}", by="李", scope="330110", at=NOON, event_id=EVENT, move=move, account="a",
        officer_level=Level.CITY, **said,
    )  # fmt: skip


def test_two_commands_decided_on_the_same_event_want_the_same_place_in_the_log() -> None:
    situation = fold([reported(1)])
    [one], [other] = decide(situation, command(1)), decide(situation, command(2))
    assert isinstance(one, StageEntered)
    assert one.fact_id == other.fact_id
    fold([one], situation)
    [refused] = decide(situation, command(2))
    assert isinstance(refused, CommandRefused)
    assert decide(situation, command(1)) == [], "it was decided"


def test_a_command_that_was_refused_is_not_decided_again() -> None:
    situation = fold([reported(1)])
    [refused] = decide(situation, command(1, M.CLOSE))
    fold([refused], situation)
    assert decide(situation, command(1, M.CLOSE)) == []


def test_what_a_source_tells_meanwhile_takes_no_turn() -> None:
    before, after = fold([reported(1)]), fold([reported(1), entered(1, Stage.REGISTERED, NOON)])
    [one], [other] = decide(before, command(1)), decide(after, command(2))
    assert one.fact_id == other.fact_id


def test_an_act_has_its_turn_like_a_step() -> None:
    situation = fold([reported(1)])
    [noted] = decide(situation, command(1, M.NOTE, note="x"))
    assert isinstance(noted, EventActed)
    fold([noted], situation)
    [accepted] = decide(situation, command(2))
    assert accepted.fact_id != noted.fact_id


def test_a_limit_stays_what_it_was_when_the_event_was_assigned() -> None:
    given = GivenLimit(limit=parse_limit("2急时"), condition="井盖缺失", version="2026")
    desk = Desk(due_at=None).make(M.ACCEPT)
    assert desk.ask(M.ASSIGN, unit="区城管局", given=given) is None
    at = desk.now
    assert colour_of(desk.event(), at + minutes(95)) is Colour.BLUE
    assert colour_of(desk.event(), at + minutes(96)) is Colour.AT_RISK
    assert colour_of(desk.event(), at + minutes(121)) is Colour.OVERTIME
