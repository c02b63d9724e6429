"""巡查台账: how often the models were right, by camera and by kind and confidence. Folded, so it survives the day.

A verdict that a threshold gave says nothing about the model and is counted apart; that an officer took it back does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from cockpit.domain.event import Event
from cockpit.domain.finding import Verdict, finding_of, judgement_of
from cockpit.domain.scope import Scope

_STREET = 9


class VerdictCount(NamedTuple):
    """Verdicts of people, and what a threshold did. `rejected` has `taken_back` in it."""

    confirmed: int = 0
    rejected: int = 0
    #: confirmed by a threshold, whatever became of it
    by_rule: int = 0
    #: of those, the ones that somebody took back
    taken_back: int = 0

    @property
    def precision(self) -> float | None:
        """The share of right findings among those that people judged; None while there are none."""
        judged = self.confirmed + self.rejected
        return self.confirmed / judged if judged else None

    def plus(self, other: "VerdictCount", sign: int = 1) -> "VerdictCount":
        return VerdictCount(*(a + sign * b for a, b in zip(self, other, strict=True)))


class CameraLine(NamedTuple):
    """What is known of one camera and kind; `code` is where it found something last."""

    code: str
    verdicts: VerdictCount


@dataclass(slots=True)
class FindingLedger:
    """Counts since the beginning."""

    #: (camera, kind)
    cameras: dict[tuple[str, str], CameraLine] = field(default_factory=dict)
    #: (street or the shorter code known, kind, confidence in per cent)
    kinds: dict[tuple[str, str, int], VerdictCount] = field(default_factory=dict)

    def note(self, before: Event | None, after: Event) -> None:
        """Count what a fact made of an event; nothing for one that is no finding."""
        finding = finding_of(after.report)
        if finding is None:
            return
        change = _count_of(after).plus(_count_of(before), -1)
        if not any(change):
            return
        code = after.report.place.code
        key = (code[:_STREET], finding.kind, finding.per_cent)
        self.kinds[key] = self.kinds.get(key, VerdictCount()).plus(change)
        if finding.camera_id:
            line = self.cameras.get((finding.camera_id, finding.kind), CameraLine(code, VerdictCount()))
            self.cameras[finding.camera_id, finding.kind] = CameraLine(code, line.verdicts.plus(change))

    def of_camera(self, camera_id: str, kind: str, scope: Scope) -> VerdictCount:
        """Of one camera and kind, as far as it lies in the scope."""
        line = self.cameras.get((camera_id, kind))
        return line.verdicts if line is not None and scope.covers(line.code) else VerdictCount()

    def by_kind(self, scope: Scope) -> dict[str, VerdictCount]:
        """Every kind with its counts. An officer below a street sees those of the street: they name nobody."""
        return self._summed(scope, lambda _kind: 0)

    def above(self, thresholds: dict[str, int], scope: Scope) -> dict[str, VerdictCount]:
        """The counts of findings at or above a per cent, for the kinds that are asked for."""
        found = self._summed(scope, lambda kind: thresholds.get(kind, 101))
        return {kind: found.get(kind, VerdictCount()) for kind in thresholds}

    def _summed(self, scope: Scope, least: Callable[[str], int]) -> dict[str, VerdictCount]:
        found: dict[str, VerdictCount] = {}
        for (street, kind, per_cent), count in self.kinds.items():
            if per_cent >= least(kind) and (scope.covers(street) or (street and scope.code.startswith(street))):
                found[kind] = found.get(kind, VerdictCount()).plus(count)
        return found


def _count_of(event: Event | None) -> VerdictCount:
    judged = None if event is None else judgement_of(event)
    if judged is None:
        return VerdictCount()
    is_right = judged.verdict is Verdict.CONFIRMED
    if judged.by_rule:
        return VerdictCount(rejected=int(not is_right), by_rule=1, taken_back=int(not is_right))
    return VerdictCount(confirmed=int(is_right), rejected=int(not is_right))
