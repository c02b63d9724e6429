"""部门红黄牌: which events of a question got a yellow or red card in its period, and the unit that it was given to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cockpit.domain.act import Degree
from cockpit.services.analyses.picking import units_of
from cockpit.services.cards import CardBook
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled

#: the cards that a ranking shows, the worse one first
SHOWN = (Degree.RED, Degree.YELLOW)


@dataclass(frozen=True, slots=True)
class Carded:
    """For each degree and unit the rows of the question's columns; an event counts once, however often it was told."""

    rows: Mapping[tuple[Degree, str], frozenset[int]] = field(default_factory=dict)

    def count(self, degree: Degree, unit: str) -> int:
        return len(self.rows.get((degree, unit), ()))

    @property
    def units(self) -> set[str]:
        return {unit for _, unit in self.rows}


def carded(book: CardBook, drill: DrillDown, drilled: Drilled) -> Carded:
    """As it was known at the instant. A card that names no unit is that of the unit which carries the event."""
    known, period = drilled.known, drilled.question.period
    cards = [card for card in book.between(period.since, period.until, known.at) if card.degree in SHOWN]
    row_of = _rows_of(drill, drilled, {card.event_id for card in cards})
    rows = np.array(sorted(set(row_of.values())), dtype=np.int64)
    carrier = dict(zip(rows.tolist(), units_of(drill, drilled, rows, known.past), strict=True))
    found: dict[tuple[Degree, str], set[int]] = {}
    for card in cards:
        row = row_of.get(card.event_id)
        if row is not None:
            found.setdefault((card.degree, card.unit or carrier[row]), set()).add(row)
    return Carded({key: frozenset(its) for key, its in found.items()})


def _rows_of(drill: DrillDown, drilled: Drilled, event_ids: set[str]) -> dict[str, int]:
    """In which row of the question each of some events stands; without those that it does not have."""
    if not event_ids:
        return {}
    rows, known = drilled.rows, drilled.known
    candidates = [np.flatnonzero(rows.part == 0)]
    numbers = np.array(drill.past.records.numbers_of(sorted(event_ids)), dtype=np.int64)
    for part, segment in enumerate(known.segments, 1):
        mine = np.flatnonzero(rows.part == part)
        candidates.append(mine[np.isin(segment.columns["record_id"][rows.place[mine]], numbers)])
    which = np.concatenate(candidates)
    ids = known.ids_of(rows, which)
    return {event_id: row for event_id, row in zip(ids, which.tolist(), strict=True) if event_id in event_ids}
