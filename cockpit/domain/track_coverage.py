"""巡查覆盖: which grids somebody was in and for how long, against the grids that are theirs (their beat)."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from cockpit.domain.track import Ints, Track
from cockpit.domain.track_pieces import Piece, PieceKind

#: seconds in a grid from which it counts as visited: who only crosses a corner of it was not there
VISITED_AFTER_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class GridVisit:
    """How long somebody was heard in one grid. `code` is empty outside the city."""

    code: str
    lasts_s: float
    on_beat: bool

    @property
    def counts(self) -> bool:
        return self.lasts_s >= VISITED_AFTER_S


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """Grids by code, and the beat that they are held against; an empty beat for who has none (vehicles)."""

    beat: tuple[str, ...]
    visits: tuple[GridVisit, ...]

    @property
    def heard_s(self) -> float:
        """Seconds that are known: moves and stops."""
        return sum(v.lasts_s for v in self.visits)

    @property
    def on_beat_s(self) -> float:
        return sum(v.lasts_s for v in self.visits if v.on_beat)

    @property
    def visited(self) -> tuple[str, ...]:
        """Grids of the beat that were visited."""
        return tuple(v.code for v in self.visits if v.on_beat and v.counts)

    @property
    def share(self) -> float | None:
        """Of the grids of the beat, those that were visited; None without a beat."""
        return len(self.visited) / len(self.beat) if self.beat else None


def coverage_of(track: Track, codes: Sequence[str], pieces: Sequence[Piece], beat: Set[str]) -> Coverage:
    """Who was where how long. `codes`: the grid of each fix, empty outside the city.

    The time between two fixes belongs to the grid of the first; gaps and jumps belong to none, nobody knows.
    """
    lasted_ms = np.diff(track.at_ms)  # whole numbers: their sum is exact in whatever pieces they come
    known = np.zeros(len(lasted_ms), dtype=bool)
    for piece in pieces:
        if piece.kind in (PieceKind.MOVE, PieceKind.STOP):
            known[piece.first : piece.last] = True
    names = sorted(set(codes))
    number = {name: i for i, name in enumerate(names)}
    where: Ints = np.fromiter((number[code] for code in codes), np.int64, len(codes))
    spent = np.bincount(where[:-1][known], weights=lasted_ms[known], minlength=len(names))
    visits = [
        GridVisit(code=name, lasts_s=ms / 1000, on_beat=name in beat)
        for name, ms in zip(names, spent.tolist(), strict=True)
        if ms > 0
    ]
    return Coverage(beat=tuple(sorted(beat)), visits=tuple(visits))
