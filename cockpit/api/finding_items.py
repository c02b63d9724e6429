"""发现 as the API tells it: what the model said, the verdict, how right its camera was, and what a verdict leads to."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cockpit.domain.event import Event
from cockpit.domain.finding import Finding, finding_of, is_waiting, judgement_of
from cockpit.domain.responsibility import Responsibilities
from cockpit.domain.scope import Scope
from cockpit.situation.finding_ledger import VerdictCount
from cockpit.situation.situation import Situation

#: a picture that was stored here at intake
OWN_PICTURE = re.compile(r"/api/v1/attachments/[0-9a-f]{32}")


def finding_item(event: Event, finding: Finding) -> dict[str, Any]:
    """What the model said of one finding."""
    report = event.report
    return {
        "event_id": event.event_id,
        "kind": finding.kind,
        "title": report.title,
        "confidence": finding.confidence,
        "picture": finding.picture,
        "box": list(finding.box) if finding.box else None,
        "camera_id": finding.camera_id,
        "model": finding.model,
        "found_at": report.reported_at,
        "lon": report.place.lon,
        "lat": report.place.lat,
        "code": report.place.code,
        "address": report.place.address,
    }


def verdict_item(event: Event) -> dict[str, Any] | None:
    """A judged finding; None for what nobody judged, and for what is no finding."""
    finding, judged = finding_of(event.report), judgement_of(event)
    if finding is None or judged is None:
        return None
    return {
        **finding_item(event, finding),
        "verdict": judged.verdict.value,
        "by": judged.by,
        "judged_at": judged.at,
        "note": judged.note,
        "by_rule": judged.by_rule,
        "command_id": judged.command_id,
    }


def count_item(count: VerdictCount) -> dict[str, Any]:
    """Counts with the share of right ones."""
    return {**count._asdict(), "precision": count.precision}


@dataclass(frozen=True, slots=True)
class FindingWords:
    """Tells a finding to an officer: beside the verdict, where its picture is and what confirming it leads to."""

    may_fetch: Callable[[str], bool]
    responsibilities: Callable[[], Responsibilities]

    def item(
        self, event: Event, finding: Finding, situation: Situation, scope: Scope, names: Mapping[str, str]
    ) -> dict[str, Any]:
        """`names`: category → its name in the reader's language, for what the model calls by a label of its own."""
        judged = judgement_of(event)
        place = event.report.place
        entries = self.responsibilities().most_specific(event.report.category, place.code)
        return {
            **finding_item(event, finding),
            "kind_title": names.get(event.report.category, ""),
            "version": event.version,
            "stage": event.stage.value,
            "is_waiting": is_waiting(event),
            **self._picture(event, finding),
            "camera_verdicts": count_item(situation.findings.of_camera(finding.camera_id, finding.kind, scope)),
            "unit": entries[0].unit if entries else "",
            "assigned_to": event.unit if event.assigned_at else "",
            "merged_into": event.docket.merged_into,
            "verdict": None
            if judged is None
            else {
                "verdict": judged.verdict.value,
                "by": judged.by,
                "at": judged.at,
                "note": judged.note,
                "by_rule": judged.by_rule,
                "command_id": judged.command_id,
            },
        }

    def _picture(self, event: Event, finding: Finding) -> dict[str, str]:
        """Where a browser asks for it; without one, why: `none` was sent, or its `host` is not configured."""
        if not finding.picture:
            return {"picture_url": "", "picture_why": "none"}
        if OWN_PICTURE.fullmatch(finding.picture):
            return {"picture_url": finding.picture, "picture_why": ""}
        if self.may_fetch(finding.picture):
            return {"picture_url": f"/api/v1/patrol/findings/{event.event_id}/picture", "picture_why": ""}
        return {"picture_url": "", "picture_why": "host"}
