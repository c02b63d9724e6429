"""巡查台账: how right the models were survives the day, a checkpoint and a scope."""

from datetime import timedelta
from typing import Any

from cockpit.domain.facts import DayStarted, EventReported, Fact, StageEntered
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.finding_ledger import VerdictCount
from tests.laws.test_the_fold import fold
from tests.stories import GRIDS, NOON, RULES, minutes, place, reported, step

CITY = Scope("330110")


def found(number: int, confidence: float = 0.93, code: str = GRIDS[0], kind: str = "garbage") -> EventReported:
    said = {"confidence": confidence, "finding_kind": kind, "camera_id": f"CAM-{code}"}
    told: dict[str, Any] = {"source": Source.VIDEO_AI, "extra": said, "event_id": f"video_ai:{number}"}
    return reported(number, place=place(code), **told)


def judged(number: int, stage: Stage, minute: float = 1, account: str = "a") -> StageEntered:
    at = NOON + minutes(minute)
    told = step(stage, at, by="李", account=account, command_id=f"c{number}{stage}", fact_id=f"s{number}{stage}")
    return StageEntered(fact_id=told.fact_id, at=at, received_at=at, event_id=f"video_ai:{number}", step=told)


STORY: list[Fact] = [
    found(1), found(2), found(3, 0.80), found(4, code=GRIDS[3]), found(5, 0.99),
    judged(1, Stage.ACCEPTED), judged(2, Stage.REJECTED), judged(3, Stage.ACCEPTED), judged(4, Stage.ACCEPTED),
    judged(5, Stage.ACCEPTED, account="rule"),
]  # fmt: skip


def test_verdicts_count_by_camera_and_by_kind_from_a_confidence_on() -> None:
    ledger = fold(STORY).findings
    assert ledger.of_camera(f"CAM-{GRIDS[0]}", "garbage", CITY) == VerdictCount(2, 1, 1, 0)
    assert ledger.by_kind(CITY) == {"garbage": VerdictCount(3, 1, 1, 0)}
    assert ledger.above({"garbage": 90, "other": 90}, CITY) == {
        "garbage": VerdictCount(2, 1, 1, 0), "other": VerdictCount(),
    }  # fmt: skip


def test_what_a_threshold_confirmed_is_no_evidence_until_somebody_takes_it_back() -> None:
    situation = fold([*STORY, judged(5, Stage.VOIDED, 9)])
    assert situation.findings.by_kind(CITY) == {"garbage": VerdictCount(3, 2, 1, 1)}


def test_a_scope_counts_its_own_and_one_below_a_street_that_of_the_street() -> None:
    ledger = fold(STORY).findings
    assert ledger.by_kind(Scope(GRIDS[3][:9])) == {"garbage": VerdictCount(1, 0, 0, 0)}
    assert ledger.by_kind(Scope(GRIDS[3][:12])) == {"garbage": VerdictCount(1, 0, 0, 0)}
    assert ledger.of_camera(f"CAM-{GRIDS[0]}", "garbage", Scope(GRIDS[3][:9])) == VerdictCount()


def test_the_ledger_stays_when_its_findings_leave_and_comes_back_from_a_checkpoint() -> None:
    at = NOON + timedelta(days=2)
    closing = [judged(n, Stage.VOIDED, 20) for n in (1, 3, 4, 5)]
    situation = fold([*STORY, *closing, DayStarted(fact_id="day", at=at, received_at=at, day=at.date())])
    assert not situation.events
    assert situation.findings.by_kind(CITY) == {"garbage": VerdictCount(0, 5, 1, 1)}
    assert restored(checkpoint_of(situation), RULES).findings == situation.findings


def test_a_verdict_that_is_told_before_its_report_counts_once() -> None:
    assert fold(STORY[::-1]).findings == fold([*STORY, *STORY]).findings
