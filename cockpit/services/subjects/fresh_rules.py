"""鲜活规则: for how long what a book says holds: `freshness.toml` of the data directory."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import structlog

from cockpit.domain.residence import STALE_AFTER_DAYS

log = structlog.get_logger(__name__)

FILE = "freshness.toml"
_MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class FreshRules:
    """Days by what they are about, read anew at every question."""

    file: Path | None = None

    def household_days(self) -> int:
        """`household_days` of the file; 180 where it says nothing or something wrong."""
        return self._days("household_days", STALE_AFTER_DAYS)

    def _days(self, name: str, usual: int) -> int:
        if self.file is None or not self.file.is_file():
            return usual
        try:
            days = tomllib.loads(self.file.read_text(encoding="utf-8")).get(name, usual)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            log.warning("rules of freshness passed over", file=str(self.file), error=str(wrong))
            return usual
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _MOST_DAYS:
            log.warning("a rule of freshness is no number of days", rule=name, file=str(self.file))
            return usual
        return days
