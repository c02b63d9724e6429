"""交叉归因的标签: what each event of a question's list is along one dimension of the pivot."""

from datetime import datetime
from urllib.parse import quote, unquote

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.category import category_of
from cockpit.services.analyses.picking import units_of
from cockpit.services.analyses.pivot import ALL, ORDERED, OTHERS, Dimension, Labelled, Pivot, pivot_of
from cockpit.services.drill_down import DrillDown
from cockpit.services.drill_figures import Drilled
from cockpit.situation.period import child_of, when_of
from cockpit.situation.table import SOURCES, Mask

#: hours are taken together in bands of so many
HOURS = 3
_WEEK, _DAY = 7, 24


def pivoted(
    drill: DrillDown, drilled: Drilled, mask: Mask, down: Dimension, across: Dimension, past: datetime | None
) -> tuple[Pivot, NDArray[np.int64]]:
    """The pivot of a list, and which rows of the question it counts."""
    which = np.flatnonzero(mask)
    sides = [_labelled(drill, drilled, which, dimension, past) for dimension in (down, across)]
    return pivot_of(*sides, ordered=(down in ORDERED, across in ORDERED)), which


def key_of(row: str, column: str) -> str:
    """How an address names a cell; ALL and OTHERS stay as they are, whatever a unit is called."""
    return "|".join(label if label in (ALL, OTHERS) else quote(label, safe="") for label in (row, column))


def cell_of(key: str) -> tuple[str, str] | None:
    """Row and column of a key; None for what is none."""
    row, gap, column = key.partition("|")
    return (unquote(row), unquote(column)) if gap else None


def _labelled(
    drill: DrillDown, drilled: Drilled, which: NDArray[np.int64], dimension: Dimension, past: datetime | None
) -> Labelled:
    rows = drilled.rows.rows
    match dimension:
        case Dimension.PLACE:
            codes = drilled.children or [drilled.question.scope.code]
            return Labelled.numbered(child_of(rows["code"][which], codes), lambda n: [*codes, ""][n])
        case Dimension.KIND:
            # one class is told apart by its subclasses
            width = 1 if drilled.question.filters.category.count(".") else 100
            return Labelled.numbered(rows["category"][which] // width * width, category_of)
        case Dimension.HOUR:
            _, hour = when_of(rows["reported"][which], drilled.zone)
            return Labelled([f"{n:02d}" for n in range(0, _DAY, HOURS)], hour // HOURS)
        case Dimension.WEEKDAY:
            weekday, _ = when_of(rows["reported"][which], drilled.zone)
            return Labelled([str(n) for n in range(_WEEK)], weekday)
        case Dimension.UNIT:
            return Labelled.told(units_of(drill, drilled, which, past))
    return Labelled.numbered(rows["source"][which].astype(np.int64), lambda n: SOURCES[n].value)
