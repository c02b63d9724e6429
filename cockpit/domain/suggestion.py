"""分拨建议: whom to assign an event to, and why. A suggestion decides nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cockpit.domain.event import Event, Report
from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities


class Why(StrEnum):
    """What a suggestion rests on."""

    LIST = "list"  # 权责清单: the list names one unit
    LOAD = "load"  # 负荷: the list names several, this one has the fewest open events
    CLASSIFIER = "classifier"  # 归类: the category itself was only guessed from the text


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """One unit for one category. `confidence`: 1 for what the list says, the model's share for a guessed category."""

    unit: str
    level: Level
    category: str
    why: Why
    confidence: float


def suggestions_of(
    event: Event,
    listed: Responsibilities,
    *,
    level: Level | None,
    load: Callable[[Iterable[str]], Mapping[str, int]],
    likely: Callable[[str], Iterable[tuple[str, float]]],
    is_known: Callable[[str], bool],
) -> list[Suggestion]:
    """Suggestions for an event, the best first; empty if nothing is known.

    A category that the standards know is taken as it is; for any other (none, or a source's own words) the text
    decides: `likely` gives categories with their shares. With `level` only units of that level are suggested, unless
    it has none. `load` tells how many open events each of some units has.
    """
    category = event.report.category
    if category and (is_known(category) or listed.most_specific(category, event.report.place.code)):
        guesses: list[tuple[str, float]] = [(category, 1.0)]
        guessed = False
    else:
        guesses, guessed = list(likely(text_of(event.report))), True
    found: list[Suggestion] = []
    for name, share in guesses:
        entries = listed.most_specific(name, event.report.place.code, level)
        entries = entries or listed.most_specific(name, event.report.place.code)
        shared = len(entries) > 1
        loads = load([entry.unit for entry in entries]) if shared else {}
        for entry in sorted(entries, key=lambda e: (loads.get(e.unit, 0), e.unit)):
            why = Why.CLASSIFIER if guessed else Why.LOAD if shared else Why.LIST
            found.append(Suggestion(unit=entry.unit, level=entry.level, category=name, why=why, confidence=share))
    return found


def text_of(report: Report) -> str:
    """What a report says in words, for whoever learns or guesses from it."""
    return " ".join(part for part in (report.title, report.category_text, report.description) if part)
