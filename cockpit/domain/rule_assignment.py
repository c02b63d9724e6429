"""规则分拨: which accepted events the list of responsibilities assigns by itself, and to which unit.

Only what is beyond doubt: a known class at a known place, accepted, with nobody at work on it. Whatever came back
(returned, escalated, reopened) or was handed down shows that the list alone was not enough: from then on it waits for
a person. A category that is missing or unknown is never guessed here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.event import Event
from cockpit.domain.level import Level
from cockpit.domain.officer import Officer
from cockpit.domain.responsibility import Responsibilities, Responsibility
from cockpit.domain.stage import Stage

#: who assigns where a rule does: no account has this name, and the catalogue has its words for `by`
RULE = Officer(name="rule", account="rule", level=Level.CITY)
_ONLY_ACCEPTED = frozenset({Stage.REGISTERED, Stage.ACCEPTED})
#: units of equal rank that a note names
_MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleAssignment:
    """One event and the entry that answers for it. `note` names the entry, in codes: it is for every language."""

    event: Event
    entry: Responsibility
    note: str

    @property
    def level(self) -> Level | None:
        """Where the event goes: with a unit below down to its level; it never goes up by itself (None)."""
        return self.entry.level if self.entry.level.depth >= self.event.level.depth else None


def rule_assignments(
    events: Iterable[Event],
    listed: Responsibilities,
    *,
    now: datetime,
    city_code: str,
    is_known: Callable[[str], bool],
    load: Callable[[], dict[str, int]],
) -> Iterator[RuleAssignment]:
    """What the list assigns of `events`. `is_known` tells whether the standards know a category.

    `load` counts the open events of each unit; it is asked only where several units share the work, and what is
    assigned here counts from then on.
    """
    loads: dict[str, int] | None = None
    given: list[str] = []
    for event in events:
        if not waits_for_the_rule(event, now, city_code):
            continue
        entries = _entries_of(event, listed, is_known)
        if len(entries) > 1:
            if loads is None:
                loads = dict(load())
                for unit in given:
                    loads[unit] = loads.get(unit, 0) + 1
            entries = sorted(entries, key=lambda e: (loads.get(e.unit, 0), e.unit))
        if not entries:
            continue
        entry = entries[0]
        yield RuleAssignment(event=event, entry=entry, note=_note_of(entries, loads or {}))
        given.append(entry.unit)
        if loads is not None:
            loads[entry.unit] = loads.get(entry.unit, 0) + 1


def waits_for_the_rule(event: Event, now: datetime, city_code: str) -> bool:
    """True for an event accepted for the first time, at a place finer than the city, that nobody has claimed."""
    report = event.report
    if event.stage is not Stage.ACCEPTED or not event.is_open or event.docket.claim_at(now) is not None:
        return False
    if not report.category or report.place.code in ("", city_code):
        return False
    steps = event.effective_steps
    # an officer accepts only what is registered: a later acceptance made here is a hand-down
    accepted = [step for step in steps if step.stage is Stage.ACCEPTED]
    return all(s.stage in _ONLY_ACCEPTED for s in steps) and not any(s.command_id for s in accepted[1:])


def _entries_of(event: Event, listed: Responsibilities, is_known: Callable[[str], bool]) -> list[Responsibility]:
    category = event.report.category
    entries = listed.most_specific(category, event.report.place.code)
    # an entry for every class says nothing about words that only their source understands
    return entries if is_known(category) else [entry for entry in entries if entry.category]


def _note_of(entries: list[Responsibility], loads: dict[str, int]) -> str:
    first = entries[0]
    named = f"{first.category or '*'} × {first.code or '*'}"
    if len(entries) == 1:
        return named
    shared = ", ".join(f"{entry.unit} {loads.get(entry.unit, 0)}" for entry in entries[:_MOST_NAMED])
    return f"{named}: {shared}{' …' if len(entries) > _MOST_NAMED else ''}"
