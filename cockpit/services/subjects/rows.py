"""主体的列: what one question is told of a subject: its columns, its list, and why something is not known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import Scope
from cockpit.situation.listing import Place, first_places
from cockpit.situation.period import Period
from cockpit.situation.table import Mask
from cockpit.situation.why import Why

NOTHING = np.zeros(0, dtype=np.float64)


class Columns(dict[str, NDArray[Any]]):
    """Columns by name. Without rows every column that is asked for is an empty one."""

    def __missing__(self, name: str) -> NDArray[Any]:
        if name == "walked":
            return NOTHING.reshape(0, 1)
        return NOTHING.astype(np.int64) if name == "code" else NOTHING if name in _TIMES else NOTHING.astype(np.bool_)


_TIMES = frozenset({"raised", "heard", "due", "acted", "false", "promoted", "ended"})


@dataclass(frozen=True, slots=True)
class SubjectRows:
    """One subject as columns, `code` among them. The list goes by `order`, the least first, equal ones by id.

    `why`: nothing is known at all, and there are no rows. `unknown`: why single indicators are not known.
    """

    rows: Mapping[str, NDArray[Any]]
    order: NDArray[np.float64]
    id_of: Callable[[int], str]
    #: what stands behind a row: `Alarm`, `Worker`, `GridLine`, `WalkedGrid` or `Record`
    record_of: Callable[[int], Any]
    why: Why | None = None
    unknown: Mapping[str, Why] = field(default_factory=dict)
    #: before this instant nothing was kept of the subject
    begins_at: datetime | None = None
    #: reads what stands behind some rows at once, before `record_of` is asked for each
    prepare: Callable[[list[int]], None] = lambda _rows: None
    #: why nothing is known of a period, or of a step of it, whatever the numbers say
    why_in: Callable[[Period], Why | None] = lambda _period: None

    @classmethod
    def not_known(cls, why: Why) -> "SubjectRows":
        return cls(Columns(), NOTHING, lambda _row: "", lambda _row: None, why)

    def __len__(self) -> int:
        return len(self.order)

    def picked(self, which: Mask) -> "SubjectRows":
        """Those of a mask."""
        at = np.flatnonzero(which)
        return SubjectRows(
            Columns({name: column[at] for name, column in self.rows.items()}), self.order[at],
            lambda row: self.id_of(int(at[row])), lambda row: self.record_of(int(at[row])), self.why, self.unknown,
            self.begins_at, lambda rows: self.prepare([int(at[row]) for row in rows]), self.why_in,
        )  # fmt: skip

    def within(self, scope: Scope) -> "SubjectRows":
        """Those of the scope."""
        if not scope.code or not len(self):
            return self
        low, high = scope.span
        inside = (self.rows["code"] >= low) & (self.rows["code"] < high)
        # a whole city of doors need not be copied
        return self if inside.all() else self.picked(inside)

    def first_of(self, mask: Mask, *, count: int, after: Place | None = None) -> list[tuple[Place, int]]:
        """The first `count` rows of a mask behind a place."""
        picked = np.flatnonzero(mask)

        def ids_of(rows: NDArray[np.int64]) -> list[str]:
            return [self.id_of(row) for row in rows.tolist()]

        found = first_places(picked, self.order[picked], ids_of, count=count, after=after)
        self.prepare([row for _, row in found])
        return found
