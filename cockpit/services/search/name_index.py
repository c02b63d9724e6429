"""名称索引: things that have a name and a place, found by a part of it, by code, or by pinyin."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from cockpit.domain.scope import Scope, number_of
from cockpit.services.pinyin import initials_of, spelling_of
from cockpit.services.text_column import TextColumn

#: with more things than this they are found by words and codes alone: spelling a million names takes a minute
_MOST_SPELT = 120_000
_TYPED = re.compile(r"[a-z0-9]+")
_WORST = 9


class Thing(NamedTuple):
    """One result before it is told: `kind` is a word of its group's, `detail` says more in the city's language."""

    kind: str
    id: str
    title: str
    detail: str
    code: str
    lon: float
    lat: float


class NameIndex:
    """The things of one group. It never changes; another one takes its place."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things: Sequence[Thing] = list(things)
        self._titles = TextColumn.of([t.title for t in self.things], distinct=True).casefolded()
        self._ids = TextColumn.of([t.id for t in self.things], distinct=False).casefolded()
        is_spelt = len(self.things) <= _MOST_SPELT
        self._typed = TextColumn.of([typed_as(t.title) if is_spelt else "" for t in self.things], distinct=True)
        self._numbers = np.array([number_of(t.code) for t in self.things], dtype=np.int64)
        self._lengths = np.array([len(t.title) for t in self.things], dtype=np.int64)

    def find(self, words: str, scope: Scope, limit: int) -> tuple[int, list[Thing]]:
        """How many there are, and the best: the whole name or code first, then beginnings, parts, letters."""
        needle = words.casefold()
        if not needle or not self.things:
            return 0, []
        score = np.full(len(self.things), _WORST)
        found = [self._ids.beginning_with(needle), self._titles.containing(needle), self._titles.beginning_with(needle)]
        for worth, hit in zip((4, 3, 2), found, strict=True):
            score[hit] = worth
        if _TYPED.fullmatch(needle):
            letters = self._typed.containing(f" {needle}")
            score[letters & (score == _WORST)] = 5
        for whole in (self._titles, self._ids):
            score[whole.equal_to(needle)] = 1
        low, high = scope.span
        rows = np.flatnonzero((score < _WORST) & (self._numbers >= low) & (self._numbers < high))
        best = rows[np.lexsort((rows, self._lengths[rows], score[rows]))][:limit]
        return len(rows), [self.things[row] for row in best.tolist()]


def typed_as(title: str) -> str:
    """How a name is typed without Chinese: ` cqjd cangqianjiedao`; a number behind it stays a number."""
    head, _, tail = title.rpartition(" ")
    words, number = (head, tail) if tail.isdigit() else (title, "")
    spelt = (*initials_of(words), spelling_of(words))
    return "".join(f" {one}{number}" for one in dict.fromkeys(spelt) if one)
