"""部门: units by a rate, as it is and adjusted for how hard their mix of kinds is (indirect standardisation).

Expected is what the unit would miss if each of its kinds went as it goes everywhere in the scope. What it missed over
what was expected, times the rate of all, is its adjusted rate; a unit with few events is drawn towards all of them, as
if five missed ones more had gone as expected (a gamma prior), so that three lucky events are no first place. A unit
that has its kinds to itself can be compared with nobody: it is judged by its rate as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PRIOR = 5.0
#: with fewer events a unit is judged by nobody
FEWEST = 10
#: from this share of its own kinds' events on a unit is alone with them
_ALONE = 0.9


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit: of `total` events it `did` so many; `adjusted` is its rate at the scope's mix of kinds, None for too
    few events and for one that is `alone` with its kinds."""

    unit: str
    total: int
    did: int
    expected_missed: float
    adjusted: float | None
    alone: bool

    @property
    def value(self) -> float:
        return self.did / self.total

    @property
    def judged(self) -> float | None:
        """The rate that it is judged by; None for too few events and for what no unit has."""
        if self.adjusted is not None or not self.unit or self.total < FEWEST:
            return self.adjusted
        return self.value

    @property
    def missed(self) -> int:
        return self.total - self.did


def unit_lines(units: Sequence[str], did: NDArray[np.bool_], kind: NDArray[np.int64]) -> list[UnitLine]:
    """A line a unit over the rows of a rate's denominator, the best adjusted first. `kind`: the class of each row."""
    if not len(units):
        return []
    names, unit = np.unique(np.array(units), return_inverse=True)
    _, of_kind = np.unique(kind, return_inverse=True)
    of_all = np.bincount(of_kind)
    share = np.bincount(of_kind, weights=~did) / of_all
    total = np.bincount(unit)
    missed = np.bincount(unit, weights=~did, minlength=len(names))
    expected = np.bincount(unit, weights=share[of_kind], minlength=len(names))
    whole = float((~did).mean())
    pairs = np.bincount(unit * len(of_all) + of_kind, minlength=len(names) * len(of_all)).reshape(len(names), -1)
    own = (pairs * (pairs / of_all)).sum(axis=1) / total
    lines = []
    for i, name in enumerate(names.tolist()):
        ratio = (missed[i] + _PRIOR) / (expected[i] + _PRIOR)
        alone = bool(own[i] >= _ALONE) and len(names) > 1
        can = name and total[i] >= FEWEST and not alone
        adjusted = float(np.clip(1 - whole * ratio, 0.0, 1.0)) if can else None
        lines.append(UnitLine(name, int(total[i]), int(total[i] - missed[i]), float(expected[i]), adjusted, alone))
    return sorted(lines, key=lambda line: (line.judged is None, -(line.judged or 0.0), line.unit))
