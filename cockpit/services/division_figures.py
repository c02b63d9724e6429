"""专题图数字: an indicator over all divisions of one level, and how many events each grid had in each part of a period.

Both are told from the columns of the drill-down with its masks: the divisions, and what lies in none of them, add up to
the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.drill_down import Split
from cockpit.services.drill_figures import Drilled
from cockpit.situation.indicators import BY_NAME, Indicator
from cockpit.situation.period import child_of


class MapLevel(StrEnum):
    """How finely a map is coloured, with the length of the codes."""

    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"

    @property
    def digits(self) -> int:
        return {MapLevel.STREET: 9, MapLevel.COMMUNITY: 12, MapLevel.GRID: 15}[self]


@dataclass(frozen=True, slots=True)
class Density:
    """Reports by grid (rows, the last for what lies in none) and by equal parts of a period (columns)."""

    codes: list[str]
    edges: list[datetime]
    counts: NDArray[np.int64]


def codes_of(city: City, scope: Scope, level: MapLevel) -> list[str]:
    """Codes of the level's divisions in the scope, in numeric order; a scope below the level has none."""
    return sorted(code for code in city.divisions if len(code) == level.digits and scope.covers(code))


def coloured(drilled: Drilled, indicator: Indicator, codes: Sequence[str]) -> Split:
    """The indicator of each of the divisions; what lies in none of them is the rest."""
    columns = drilled.columns(indicator)
    return drilled.split(columns, drilled.question.period.moment, codes, (indicator,))[indicator.name]


def density(drilled: Drilled, codes: list[str], slots: int) -> Density:
    """How many events were reported in each grid in each of `slots` equal parts of the period."""
    period, rows = drilled.question.period, drilled.rows.rows
    since, until = period.since.timestamp(), period.until.timestamp()
    edges = np.linspace(since, until, slots + 1)
    inside = BY_NAME["reported_today"].numerator(drilled.rows, period.moment)
    slot = np.clip(np.searchsorted(edges, rows["reported"][inside], side="right") - 1, 0, slots - 1)
    row = child_of(rows["code"][inside], codes)
    counts = np.zeros((len(codes) + 1, slots), dtype=np.int64)
    np.add.at(counts, (row, slot), 1)
    zone = drilled.zone
    return Density(codes, [datetime.fromtimestamp(edge, zone) for edge in edges.tolist()], counts)
