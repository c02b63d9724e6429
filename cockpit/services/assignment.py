"""分拨建议 from what is known now: list, load and what was learned, for one event of the situation."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.event import Event
from cockpit.domain.level import Level
from cockpit.domain.suggestion import Suggestion, suggestions_of
from cockpit.services.learning import Learned, LearnedBook
from cockpit.services.responsibilities import ResponsibilityBook
from cockpit.services.standards import StandardsBook
from cockpit.situation.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Suggestions, the best first, with the model that guessed the category (None if nothing was guessed)."""

    suggestions: list[Suggestion]
    learned: Learned | None
    names: dict[str, str]


class Suggester:
    """Joins the books. Safe from any thread; hold the situation's lock while asking."""

    def __init__(self, *, responsibilities: ResponsibilityBook, standards: StandardsBook, learned: LearnedBook) -> None:
        self._responsibilities, self._standards, self._learned = responsibilities, standards, learned

    def advise(self, situation: Situation, event: Event, *, level: Level | None, now: datetime) -> Advice:
        """Whom to assign `event` to, if a unit of `level` is wanted from that level."""
        standards, learned = self._standards.now(), self._learned.now()

        def load(_units: Iterable[str]) -> Mapping[str, int]:
            return load_of(situation)

        found = suggestions_of(
            event,
            self._responsibilities.now(),
            level=level,
            load=load,
            likely=learned.classifier.likely if learned else lambda _text: [],
            is_known=lambda category: bool(standards.conditions_of(category, now)),
        )
        names = {s.category: rows[0].name for s in found if (rows := standards.conditions_of(s.category, now))}
        guessed = any(s.confidence < 1 for s in found)
        return Advice(suggestions=found, learned=learned if guessed else None, names=names)

    def warm(self) -> None:
        """Read what is kept in the database, before a lock is held."""
        self._responsibilities.now()
        self._standards.now()
        self._learned.now()


def load_of(situation: Situation) -> Counter[str]:
    """How many open events each unit has. Hold the situation's lock."""
    return Counter(event.unit for event in situation.events.whole() if event.is_open)
