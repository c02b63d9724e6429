"""立案标准: under which conditions something is a case, how long its handling may take, and who is asked.

One subclass has several conditions (立案条件), each with a limit of its own. Standards come in whole versions, each
valid from an instant on; the next version replaces all of it. What was assigned keeps the limit that it was given
(the limit is in the fact), so a version that comes later changes no running case.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cockpit.domain.limit import Limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Standard:
    """One condition of one subclass."""

    #: `event.CC.SS` or `part.CC.SS`: 事件 or 部件, class (大类), subclass (小类)
    category: str
    name: str
    class_name: str = ""
    #: 立案条件; empty where the subclass has but one
    condition: str = ""
    limit: Limit
    #: 责任单位
    unit: str = ""
    version: str
    valid_from: datetime

    @property
    def class_code(self) -> str:
        """`event.CC`."""
        return self.category.rpartition(".")[0]

    @property
    def subclass_code(self) -> str:
        """`SS`."""
        return self.category.rpartition(".")[2]


class Version(NamedTuple):
    """One version of the standards: its name, and from when it holds."""

    valid_from: datetime
    name: str


class Standards:
    """All versions, each with its rows in the order in which it was published. Read-only, safe from any thread."""

    def __init__(self, rows: Iterable[Standard] = ()) -> None:
        found: dict[Version, dict[str, list[Standard]]] = {}
        for row in rows:
            found.setdefault(Version(row.valid_from, row.version), {}).setdefault(row.category, []).append(row)
        #: by the instant from which they hold; of two from the same instant the greater name wins
        self.versions: tuple[Version, ...] = tuple(sorted(found))
        self._rows: Mapping[Version, Mapping[str, list[Standard]]] = found

    def __len__(self) -> int:
        return sum(len(rows) for version in self._rows.values() for rows in version.values())

    def version_at(self, at: datetime) -> Version | None:
        """The version that holds at `at`; None before the first."""
        n = bisect_right(self.versions, at, key=lambda version: version.valid_from)
        return self.versions[n - 1] if n else None

    def rows_at(self, at: datetime, prefix: str = "") -> list[Standard]:
        """Every row in force at `at` whose category begins with `prefix`, in the order of the publication."""
        version = self.version_at(at)
        found = self._rows[version].items() if version else ()
        return [row for category, rows in found if _is_under(category, prefix) for row in rows]

    def conditions_of(self, category: str, at: datetime) -> list[Standard]:
        """The conditions of a subclass in force at `at`, in the order of the publication; empty for an unknown one."""
        version = self.version_at(at)
        return list(self._rows[version].get(category, ())) if version else []

    def find(self, category: str, condition: str, at: datetime) -> Standard | None:
        """One condition of a subclass. Where none is named it is the first, which publications begin with.

        None if the subclass is unknown or has no such condition.
        """
        rows = self.conditions_of(category, at)
        if not condition:
            return rows[0] if rows else None
        return next((row for row in rows if row.condition == condition), None)


def _is_under(category: str, prefix: str) -> bool:
    """`event.01` covers `event.01.10` but not `event.011.10`; so does `event`."""
    return not prefix or category == prefix or category.startswith(prefix.rstrip(".") + ".")
