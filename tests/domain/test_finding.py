"""发现: what a report says of a model's find, which verdict holds, and which thresholds answer for it."""

from typing import Any

import pytest

from cockpit.domain.event import Event
from cockpit.domain.finding import Verdict, finding_of, is_waiting, judgement_of
from cockpit.domain.finding_rule import (
    FindingRule,
    FindingRuleError,
    Hold,
    find_hold,
    find_hold_of_rule,
    finding_rule_of,
)
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from tests.stories import NOON, event, minutes, place, report, step

RULE = FindingRule(kind="garbage", confidence=0.9, enabled=True, min_verdicts=10, min_precision=0.9)


def found(*steps: Any, confidence: Any = 0.93, **given: Any) -> Event:
    said = {"confidence": confidence, "finding_kind": "garbage", "camera_id": "CAM-1", "box": [10, 20, 30, 40]}
    told = {"source": Source.VIDEO_AI, "attachments": ("https://v/1.jpg",), "extra": said, **given}
    return event(*steps, **told)


def hold(event: Event, rule: FindingRule = RULE) -> Hold | None:
    finding = finding_of(event.report)
    assert finding is not None
    return find_hold(rule, event, finding, NOON, "330110")


@pytest.mark.parametrize(("said", "share"), [(0.93, 0.93), (93, 0.93), (1, 1.0), (0, 0.0)])
def test_a_confidence_is_a_share_or_per_cent(said: float, share: float) -> None:
    finding = finding_of(found(confidence=said).report)
    assert finding is not None
    assert finding.confidence == pytest.approx(share)


@pytest.mark.parametrize("said", [None, "sure", True, -0.1, 101, float("nan")])
def test_a_report_without_a_sound_confidence_is_no_finding(said: Any) -> None:
    assert finding_of(found(confidence=said).report) is None
    assert finding_of(report(extra={"confidence": 0.9})) is None, "a citizen is no model"


@pytest.mark.parametrize("box", [None, [1, 2, 3], [30, 20, 10, 40], ["a", 1, 2, 3], [0, 0, float("inf"), 5]])
def test_a_box_without_an_inside_is_left_out(box: Any) -> None:
    finding = finding_of(found(extra={"confidence": 0.9, "box": box}).report)
    assert finding is not None
    assert finding.box is None


def test_a_verdict_is_the_first_step_unless_the_event_is_voided_later() -> None:
    accepted = step(Stage.ACCEPTED, NOON, by="李", command_id="c1", account="a1")
    voided = step(Stage.VOIDED, NOON + minutes(5), by="王", note="画面不清", command_id="c2", account="a2")
    assert is_waiting(found())
    assert judgement_of(found()) is None
    first = judgement_of(found(accepted))
    assert first is not None
    assert (first.verdict, first.by, first.by_rule) == (Verdict.CONFIRMED, "李", False)
    later = judgement_of(found(accepted, voided))
    assert later is not None
    assert (later.verdict, later.by, later.note) == (Verdict.REJECTED, "王", "画面不清")


def test_what_a_threshold_confirmed_stays_marked_when_somebody_takes_it_back() -> None:
    accepted = step(Stage.ACCEPTED, NOON, by="rule", account="rule", command_id="rule:finding:1:0")
    voided = step(Stage.VOIDED, NOON + minutes(5), by="王", note="误报", command_id="c2", account="a2")
    taken_back = judgement_of(found(accepted, voided))
    assert taken_back is not None
    assert (taken_back.verdict, taken_back.by, taken_back.by_rule) == (Verdict.REJECTED, "王", True)


def test_a_threshold_has_to_earn_it() -> None:
    assert find_hold_of_rule(FindingRule(kind="a", confidence=0.9), confirmed=100, rejected=0) is Hold.OFF
    assert find_hold_of_rule(RULE, confirmed=9, rejected=0) is Hold.FEW
    assert find_hold_of_rule(RULE, confirmed=17, rejected=2) is Hold.WRONG
    assert find_hold_of_rule(RULE, confirmed=18, rejected=2) is None


def test_what_is_doubtful_waits_for_a_person_however_sure_the_model_is() -> None:
    assert hold(found()) is None
    assert hold(found(confidence=0.8999)) is Hold.UNSURE
    assert hold(found(attachments=())) is Hold.PICTURE
    assert hold(found(place=place(code="330110"))) is Hold.PLACE
    assert hold(found(place=place(flags=("outside",)))) is Hold.PLACE
    assert hold(found(step(Stage.ACCEPTED, NOON))) is Hold.CLAIMED


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"confidence": 0.9}, "kind"), ({"kind": "a"}, "confidence"), ({"kind": "a", "confidence": 0.3}, "confidence"),
        ({"kind": "a", "confidence": 0.955}, "confidence"), ({"kind": "a", "confidence": True}, "confidence"),
        ({"kind": "a", "confidence": 0.9, "enabled": "yes"}, "enabled"),
        ({"kind": "a", "confidence": 0.9, "min_verdicts": -1}, "min_verdicts"),
        ({"kind": "a", "confidence": 0.9, "min_precision": 2}, "min_precision"),
        ({"kind": "a", "confidence": 0.9, "treshold": 1}, "treshold"), (["a"], "table"),
    ],
)  # fmt: skip
def test_a_wrong_rule_names_its_field(given: Any, field: str) -> None:
    with pytest.raises(FindingRuleError, match=field):
        finding_rule_of(given)
