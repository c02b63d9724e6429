"""发现: what a model saw in a picture, and the verdict that an officer or a threshold gave about it.

A finding is an event of the source `video_ai` or `drone` with a confidence beside it. Accepting it confirms it,
rejecting or voiding it says that the model was wrong: a verdict is a move of the event like any other, never a record
of its own that could say something else.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.domain.event import Event, Report
from cockpit.domain.rule_assignment import RULE
from cockpit.domain.source import Source
from cockpit.domain.stage import Stage

#: sources whose reports a model makes
FINDERS = frozenset({Source.VIDEO_AI, Source.DRONE})
_WRONG = frozenset({Stage.REJECTED, Stage.VOIDED})


class Verdict(StrEnum):
    """What was said of a finding."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What the model said; `confidence` is a share, `box` left, top, right, bottom in px or shares of the picture."""

    kind: str
    confidence: float
    camera_id: str = ""
    picture: str = ""
    box: tuple[float, float, float, float] | None = None
    model: str = ""

    @property
    def per_cent(self) -> int:
        """The confidence in whole per cent, rounded down: 0.949 is not yet 95."""
        return min(100, int(self.confidence * 100 + 1e-9))


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A verdict: who, when, why. `by_rule` is true for what a threshold confirmed, also if it was taken back later."""

    verdict: Verdict
    at: datetime
    by: str
    account: str = ""
    note: str = ""
    by_rule: bool = False
    command_id: str = ""


def finding_of(report: Report) -> Finding | None:
    """What a model said in a report; None for one without a confidence, which is no finding."""
    if report.source not in FINDERS:
        return None
    extra = report.extra
    confidence = _share(extra.get("confidence"))
    if confidence is None:
        return None
    return Finding(
        kind=str(extra.get("finding_kind") or report.category or report.category_text),
        confidence=confidence,
        camera_id=str(extra.get("camera_id") or ""),
        picture=report.attachments[0] if report.attachments else "",
        box=_box(extra.get("box")),
        model=str(extra.get("model") or ""),
    )


def is_waiting(event: Event) -> bool:
    """True while nobody has judged it; one that was merged into another event waits for nothing."""
    return event.stage is Stage.REGISTERED and event.is_open


def judgement_of(event: Event) -> Judgement | None:
    """What was said of a finding: its first step beyond 登记, unless the event was rejected or voided afterwards."""
    steps = event.effective_steps
    first = next((step for step in steps if step.stage is not Stage.REGISTERED), None)
    if first is None:
        return None
    is_wrong = first.stage in _WRONG or event.stage in _WRONG
    told = steps[-1] if is_wrong else first
    return Judgement(
        verdict=Verdict.REJECTED if is_wrong else Verdict.CONFIRMED,
        at=told.at,
        by=told.by,
        account=told.account,
        note=told.note,
        by_rule=first.stage is Stage.ACCEPTED and first.account == RULE.account,
        command_id=told.command_id,
    )


def _share(value: object) -> float | None:
    """0…1; what lies above 1 is per cent."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        return None
    return float(value) if value <= 1 else value / 100


def _box(value: object) -> tuple[float, float, float, float] | None:
    """Four finite numbers of a box that has an inside; None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    if not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e6 for n in value):
        return None
    left, top, right, bottom = (float(n) for n in value)
    return (left, top, right, bottom) if right > left and bottom > top else None
