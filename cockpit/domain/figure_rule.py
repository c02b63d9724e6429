"""数字预警: when a figure is worth a notice: over or under a limit, or unlike the same hour of past weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import Any

from cockpit.domain.scope import Scope, UnknownScopeError

#: turns a median absolute deviation into a standard deviation of a normal distribution
_MAD_TO_SIGMA = 1.4826
#: past weeks without which nothing is called unusual
LEAST_WEEKS = 4
_FIELDS = frozenset({"name", "indicator", "test", "limit", "sigmas", "weeks", "scope", "source", "least", "enabled"})


class FigureTest(StrEnum):
    ABOVE = "above"
    BELOW = "below"
    UNUSUAL = "unusual"


class FigureRuleError(ValueError):
    """A rule that makes no sense; the message says what, `field` where (empty: the whole of it)."""

    def __init__(self, said: str, field: str = "") -> None:
        super().__init__(said)
        self.field = field


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRule:
    """One rule. `limit`: a count, or a rate 0…1; `sigmas`: how unlike; `least`: of a rate, events that it is of."""

    name: str
    indicator: str
    test: FigureTest
    limit: float = 0.0
    sigmas: float = 4.0
    weeks: int = 8
    scope: str = ""
    source: str = ""
    least: int = 20
    enabled: bool = True

    def breach(self, value: float | None, sample: int | None, past: Sequence[float]) -> float | None:
        """What the value has crossed; None where it has not, or where nobody can tell."""
        if value is None or (sample is not None and sample < self.least):
            return None
        if self.test is FigureTest.ABOVE:
            return self.limit if value > self.limit else None
        if self.test is FigureTest.BELOW:
            return self.limit if value < self.limit else None
        if len(past) < LEAST_WEEKS:
            return None
        low, high = usual(past, self.sigmas, is_count=sample is None)
        return high if value > high else low if value < low else None


def usual(past: Sequence[float], sigmas: float, *, is_count: bool) -> tuple[float, float]:
    """The band around the median that is not unusual: so many robust standard deviations (1.4826 · MAD) wide.

    Weeks that are all alike have no deviation: a count is then taken to scatter by its square root, a rate by a
    hundredth.
    """
    middle = median(past)
    scatter = _MAD_TO_SIGMA * median(abs(value - middle) for value in past)
    least = max(1.0, abs(middle) ** 0.5) if is_count else 0.01
    width = sigmas * max(scatter, least)
    return middle - width, middle + width


def figure_rule_of(told: Any, indicators: Mapping[str, Any], sources: Sequence[str]) -> FigureRule:
    """A rule from a table of a file or a message, with the registry's indicators. Raises FigureRuleError."""
    if not isinstance(told, dict):
        raise FigureRuleError("a rule is a table")
    if unknown := sorted(set(told) - _FIELDS):
        raise FigureRuleError(f"no field {unknown[0]}", unknown[0])
    _check_texts(told, indicators, sources)
    for field, low, high in (("limit", 0, 1e9), ("sigmas", 1, 100), ("weeks", LEAST_WEEKS, 52), ("least", 0, 1e9)):
        value = told.get(field, LEAST_WEEKS)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise FigureRuleError(f"{field} must be a number from {low:g} to {high:g}", field)
    for field in ("weeks", "least"):
        if told.get(field, 0) != int(told.get(field, 0)):
            raise FigureRuleError(f"{field} must be a whole number", field)
    if not isinstance(told.get("enabled", True), bool):
        raise FigureRuleError("enabled must be true or false", "enabled")
    rule = FigureRule(**{**told, "test": FigureTest(told["test"])})
    if rule.test is not FigureTest.UNUSUAL and "limit" not in told:
        raise FigureRuleError("limit is missing", "limit")
    if indicators[rule.indicator].is_rate and rule.limit > 1:
        raise FigureRuleError("limit of a rate must be a number from 0 to 1", "limit")
    return replace(rule, scope=str(rule.scope), weeks=int(rule.weeks), least=int(rule.least))


def _check_texts(told: Mapping[str, Any], indicators: Mapping[str, Any], sources: Sequence[str]) -> None:
    name = told.get("name")
    if not (isinstance(name, str) and name.strip() and len(name) <= 60 and name.isprintable()):
        raise FigureRuleError("name must be a text of at most 60 characters", "name")
    for field, known in (("indicator", tuple(indicators)), ("test", tuple(t.value for t in FigureTest))):
        if told.get(field) not in known:
            raise FigureRuleError(f"{field} must be one of {', '.join(known)}", field)
    try:
        Scope(str(told.get("scope", "")))
    except UnknownScopeError:
        raise FigureRuleError("scope must be a division code", "scope") from None
    if told.get("source", "") not in ("", *sources):
        raise FigureRuleError(f"source must be one of {', '.join(sources)}", "source")
    if told.get("source") and not indicators[told["indicator"]].is_of_events:
        raise FigureRuleError("source must be left out: the indicator does not count events", "source")
