"""选指标: which indicators a report carries, by their names in the registry; without a choice the usual twelve."""

from collections.abc import Iterable

from cockpit.situation.indicators import BY_NAME, REGISTRY, Indicator

#: the twelve that every screen counts, the most important first
HEADLINE = (
    "reported_today", "handled_today", "closed_today", "on_time_handling_rate", "handling_rate", "closing_rate",
    "overtime", "at_risk", "timely_acceptance_rate", "on_time_closing_rate", "late_closing_rate", "accepted_today",
)  # fmt: skip
_ORDER = tuple(dict.fromkeys((*HEADLINE, *(indicator.name for indicator in REGISTRY))))


class UnknownIndicatorError(ValueError):
    """A name that the registry does not have."""


def chosen_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each once and in one order: the same choice is the same text. UnknownIndicatorError names a strange one."""
    wanted = {name.strip() for name in names} - {""}
    strange = sorted(wanted - BY_NAME.keys())
    if strange:
        raise UnknownIndicatorError(f"there is no indicator {', '.join(strange)[:200]}")
    return tuple(name for name in _ORDER if name in wanted)


def names_of(text: str) -> tuple[str, ...]:
    """Names between commas as they are kept; none at all is the headline's. What the registry has lost is left out."""
    return chosen_names(name for name in text.split(",") if name in BY_NAME) or HEADLINE


def indicators_of(names: Iterable[str]) -> tuple[Indicator, ...]:
    """The definitions of some names. KeyError for a strange one."""
    return tuple(BY_NAME[name] for name in names)
