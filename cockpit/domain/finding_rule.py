"""发现规则: above which confidence findings of a kind are confirmed without an officer. Data, not code.

A threshold has to earn it: it acts only while officers' verdicts about findings that sure say that the model is right
often enough. What is doubtful in any other way (no picture, no place finer than the city, somebody at work on it)
waits for a person however sure the model is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cockpit.domain.event import Event
from cockpit.domain.finding import Finding, is_waiting

#: below this a threshold is no threshold
LEAST_CONFIDENCE = 0.5


class FindingRuleError(ValueError):
    """A rule that cannot hold; the message names the field."""


class Hold(StrEnum):
    """Why a rule leaves a finding to a person; the catalogue has words for each."""

    OFF = "off"  # the rule is not enabled
    UNSURE = "unsure"  # below the threshold
    FEW = "few"  # too few verdicts to trust it
    WRONG = "wrong"  # wrong too often
    PICTURE = "picture"  # no picture that anybody could look at later
    PLACE = "place"  # no place finer than the city, or a doubtful one
    CLAIMED = "claimed"  # an officer works on it


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingRule:
    """One kind. It acts from `confidence` on, while of at least `min_verdicts` a share of `min_precision` was right."""

    kind: str
    confidence: float
    enabled: bool = False
    min_verdicts: int = 30
    min_precision: float = 0.95
    needs_picture: bool = True

    @property
    def per_cent(self) -> int:
        return round(self.confidence * 100)


def finding_rule_of(given: object) -> FindingRule:
    """A rule as a file says it. FindingRuleError names what is wrong."""
    if not isinstance(given, Mapping):
        raise FindingRuleError("must be a table")
    known = {"kind", "confidence", "enabled", "min_verdicts", "min_precision", "needs_picture"}
    if strange := sorted(set(given) - known):
        raise FindingRuleError(f"{strange[0]} is no field of a rule")
    kind = given.get("kind")
    if not isinstance(kind, str) or not kind.strip():
        raise FindingRuleError("kind is missing")
    confidence = _number(given, "confidence", None)
    if not LEAST_CONFIDENCE <= confidence <= 1 or abs(confidence * 100 - round(confidence * 100)) > 1e-6:
        raise FindingRuleError(f"confidence must lie between {LEAST_CONFIDENCE} and 1 in steps of 0.01")
    precision = _number(given, "min_precision", 0.95)
    if not 0 <= precision <= 1:
        raise FindingRuleError("min_precision must lie between 0 and 1")
    least = given.get("min_verdicts", 30)
    if isinstance(least, bool) or not isinstance(least, int) or least < 0:
        raise FindingRuleError("min_verdicts must be a count")
    return FindingRule(
        kind=kind.strip(),
        confidence=confidence,
        enabled=_flag(given, "enabled", False),
        min_verdicts=least,
        min_precision=precision,
        needs_picture=_flag(given, "needs_picture", True),
    )


def find_hold_of_rule(rule: FindingRule, *, confirmed: int, rejected: int) -> Hold | None:
    """Why the rule acts on nothing now, by the verdicts about findings at or above its threshold; None if it acts."""
    if not rule.enabled:
        return Hold.OFF
    judged = confirmed + rejected
    if judged < rule.min_verdicts:
        return Hold.FEW
    if judged and confirmed / judged < rule.min_precision:
        return Hold.WRONG
    return None


def find_hold(rule: FindingRule, event: Event, finding: Finding, now: datetime, city_code: str) -> Hold | None:
    """Why this finding is left to a person; None if the rule may confirm it. It has to be waiting."""
    if not is_waiting(event) or event.docket.claim_at(now) is not None:
        return Hold.CLAIMED
    if finding.per_cent < rule.per_cent:
        return Hold.UNSURE
    if rule.needs_picture and not finding.picture:
        return Hold.PICTURE
    place = event.report.place
    if place.code in ("", city_code) or place.flags:
        return Hold.PLACE
    return None


def _number(given: Mapping[object, object], name: str, default: float | None) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FindingRuleError(f"{name} must be a number")
    return float(value)


def _flag(given: Mapping[object, object], name: str, default: bool) -> bool:
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise FindingRuleError(f"{name} must be true or false")
    return value
