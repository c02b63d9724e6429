"""预案: what is done about a kind of incident, written down before: whom to send, what to check, whom to tell.

A plan is data (`services.plan_files` reads it). Whether it fits an event is decided here, with the reasons, because an
officer runs a plan that says why it fits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cockpit.domain.event import Event
from cockpit.domain.mode import Mode
from cockpit.domain.severity import Severity


class Words(NamedTuple):
    """A text of a plan: Chinese first, English where it was written."""

    zh: str
    en: str = ""

    def of(self, lang: str) -> str:
        return self.en if lang == "en" and self.en else self.zh


NO_WORDS = Words("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """When a plan fits: by its kind (a category or a word of its report), and only then by severity and place."""

    #: category codes or their beginnings (`event.05.05`, `event.05`)
    categories: tuple[str, ...] = ()
    #: any of these in title or description
    words: tuple[str, ...] = ()
    #: only these severities; an event without one is never kept out by it
    severities: tuple[Severity, ...] = ()
    #: only within these divisions or grids
    within: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Force:
    """So many of a kind, within so many metres, with these skills, and what they are to do."""

    kind: str
    count: int
    radius_m: float
    task: Words
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckItem:
    """One line of a checklist; `item_id` is its name within the plan."""

    item_id: str
    words: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanMessage:
    """What a unit is told; `{title}`, `{address}` and `{time}` are filled from the event."""

    to: str
    words: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Cameras:
    """How many cameras are docked, and from how far."""

    count: int = 0
    radius_m: float = 500.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """预案. `plan_id` is the name of its file."""

    plan_id: str
    title: Words
    version: int
    trigger: Trigger
    about: Words = NO_WORDS
    #: None leaves the mode as it is
    mode: Mode | None = Mode.WARTIME
    accept_within_s: float = 60.0
    forces: tuple[Force, ...] = ()
    checklist: tuple[CheckItem, ...] = ()
    messages: tuple[PlanMessage, ...] = ()
    cameras: Cameras = Cameras()
    layers: tuple[str, ...] = ()


class MatchWhy(NamedTuple):
    """One reason: `category`, `word`, `severity` or `within`, and what it is about."""

    key: str
    value: str


class Match(NamedTuple):
    """How well a plan fits an event. A higher score is a better fit; it orders plans and means nothing else."""

    fits: bool
    score: int
    why: tuple[MatchWhy, ...]
    #: what keeps it from fitting
    why_not: tuple[MatchWhy, ...]


#: a whole subclass is worth more than a class, any category more than a word
_FOR_CATEGORY, _FOR_WORD, _FOR_SEVERITY, _FOR_PLACE = 100, 20, 5, 2


def match_of(plan: Plan, event: Event) -> Match:
    """Whether the plan fits the event and why. The longest matching category counts, and each word that is found."""
    trigger, report = plan.trigger, event.report
    why, why_not, score = list[MatchWhy](), list[MatchWhy](), 0
    category = max((c for c in trigger.categories if _is_of(report.category, c)), key=len, default="")
    if category:
        why.append(MatchWhy("category", category))
        score += _FOR_CATEGORY + len(category)
    found = [word for word in trigger.words if word in f"{report.title}\n{report.category_text}\n{report.description}"]
    why += [MatchWhy("word", word) for word in found]
    score += _FOR_WORD * len(found)
    if not why:
        why_not.append(MatchWhy("kind", report.category or report.category_text or report.title))
    if trigger.severities and report.severity is not None:
        if report.severity in trigger.severities:
            why.append(MatchWhy("severity", report.severity.value))
            score += _FOR_SEVERITY
        else:
            why_not.append(MatchWhy("severity", report.severity.value))
    if trigger.within:
        code = next((code for code in trigger.within if report.place.code.startswith(code)), "")
        if code:
            why.append(MatchWhy("within", code))
            score += _FOR_PLACE
        else:
            why_not.append(MatchWhy("within", report.place.code))
    return Match(not why_not, score if not why_not else 0, tuple(why), tuple(why_not))


def by_match(plans: Iterable[Plan], event: Event) -> list[tuple[Plan, Match]]:
    """All plans, those that fit best first, the others in the order of their names."""
    matched = [(plan, match_of(plan, event)) for plan in plans]
    return sorted(matched, key=lambda pair: (not pair[1].fits, -pair[1].score, pair[0].plan_id))


def _is_of(category: str, wanted: str) -> bool:
    return category == wanted or category.startswith(f"{wanted}.")
