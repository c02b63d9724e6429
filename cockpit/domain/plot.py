"""标绘: what officers draw on the map: points, lines, areas, arrows and words, of an event or of a scope."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from cockpit.domain.scope import Scope

MOST_POINTS: Final = 200
MOST_LABEL: Final = 60
#: a drawing wider than this is a slip of the hand: about 60 km
WIDEST_DEG: Final = 0.6
#: what one event or one scope may have at a time, so that a map stays readable and a fold small
MOST_OF_ONE: Final = 200
#: the newest so many changes of a plot are kept with it; the journal keeps all
CHANGES_KEPT: Final = 20


class PlotKind(StrEnum):
    POINT = "point"
    LINE = "line"
    AREA = "area"
    ARROW = "arrow"
    TEXT = "text"


class PlotSymbol(StrEnum):
    """What is meant: 危险源, 警戒线, 集结点, 路线, 封路, or no more than a mark."""

    MARK = "mark"
    HAZARD = "hazard"
    CORDON = "cordon"
    GATHERING = "gathering"
    ROUTE = "route"
    BLOCKED_ROAD = "blocked_road"


#: what each kind may mean; the first is what it means if nobody says
SYMBOLS_OF: Final[dict[PlotKind, tuple[PlotSymbol, ...]]] = {
    PlotKind.POINT: (PlotSymbol.HAZARD, PlotSymbol.GATHERING, PlotSymbol.BLOCKED_ROAD, PlotSymbol.MARK),
    PlotKind.LINE: (PlotSymbol.CORDON, PlotSymbol.ROUTE, PlotSymbol.BLOCKED_ROAD, PlotSymbol.MARK),
    PlotKind.AREA: (PlotSymbol.CORDON, PlotSymbol.HAZARD, PlotSymbol.GATHERING, PlotSymbol.MARK),
    PlotKind.ARROW: (PlotSymbol.ROUTE, PlotSymbol.MARK),
    PlotKind.TEXT: (PlotSymbol.MARK,),
}
_LEAST_POINTS: Final = {
    PlotKind.POINT: 1, PlotKind.TEXT: 1, PlotKind.LINE: 2, PlotKind.ARROW: 2, PlotKind.AREA: 3,
}  # fmt: skip
_SINGLE: Final = frozenset({PlotKind.POINT, PlotKind.TEXT})

#: (longitude, latitude), WGS-84
Corner = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is drawn: the kind, what it means, its corners in their order, and words beside it."""

    kind: PlotKind
    symbol: PlotSymbol
    points: tuple[Corner, ...]
    label: str = ""


class PlotChange(NamedTuple):
    """Who did what to a plot: `drawn`, `changed`, `removed` or `restored`."""

    at: datetime
    by: str
    what: str
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One drawing with whose it is. One that was removed is kept for the day, so that a slip can be taken back."""

    plot_id: str
    #: the event that it belongs to; empty for one of the scope
    event_id: str
    #: the event's place, or the scope of who drew it: who covers it may change it
    code: str
    #: divisions that it lies in: who looks at one of them sees it
    touches: tuple[str, ...]
    drawing: Drawing
    version: int
    changes: tuple[PlotChange, ...]
    is_removed: bool = False

    @property
    def drawn(self) -> PlotChange:
        return self.changes[0]

    @property
    def last(self) -> PlotChange:
        return self.changes[-1]

    def is_in(self, scope: Scope) -> bool:
        """True for whoever works in `scope`: the plot is theirs, or it lies in what they look at."""
        return scope.covers(self.code) or any(
            scope.covers(code) or scope.code.startswith(code) for code in self.touches
        )


def fault_of(drawing: Drawing) -> str | None:
    """The rule that a drawing breaks, None for a good one. Costs n² for the n corners of an area, n ≤ 200."""
    points, kind = drawing.points, drawing.kind
    if drawing.symbol not in SYMBOLS_OF[kind]:
        return "symbol_not_of_kind"
    if any(not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90) for x, y in points):
        return "point_out_of_range"
    if len(points) > (1 if kind in _SINGLE else MOST_POINTS):
        return "too_many_points"
    if len(set(points)) < _LEAST_POINTS[kind]:
        return "too_few_points"
    if len(drawing.label) > MOST_LABEL:
        return "label_too_long"
    if kind is PlotKind.TEXT and not drawing.label.strip():
        return "label_needed"
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if max(max(xs) - min(xs), max(ys) - min(ys)) > WIDEST_DEG:
        return "too_wide"
    return "area_crosses_itself" if kind is PlotKind.AREA and crosses_itself(points) else None


def crosses_itself(ring: Sequence[Corner]) -> bool:
    """True if two sides of the ring that are not neighbours meet, or if it encloses nothing."""
    corners = [a for a, b in pairwise((*ring, ring[0])) if a != b]
    if len(corners) < 3 or not any(_turn(corners[0], corners[1], c) for c in corners[2:]):
        return True
    sides = list(pairwise((*corners, corners[0])))
    for i, one in enumerate(sides):
        for j in range(i + 1, len(sides)):
            other = sides[j]
            if j == i + 1:
                is_bad = _turns_back(one[0], one[1], other[1])
            elif i == 0 and j == len(sides) - 1:
                is_bad = _turns_back(other[0], one[0], one[1])
            else:
                is_bad = _meet(*one, *other)
            if is_bad:
                return True
    return False


def _turn(a: Corner, b: Corner, c: Corner) -> int:
    """1 if a→b→c turns left, −1 right, 0 straight."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (area > 0) - (area < 0)


def _turns_back(a: Corner, b: Corner, c: Corner) -> bool:
    """True if the way a→b→c goes back the way it came."""
    return _turn(a, b, c) == 0 and (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0


def _within(a: Corner, b: Corner, c: Corner) -> bool:
    """True if `c`, on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """True if the segments ab and cd have a point in common."""
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _within(*end) for turn, end in zip(turns, ends, strict=True))
