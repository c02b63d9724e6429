"""层级: the four levels that hand an event up, down and sideways."""

from enum import StrEnum


class Level(StrEnum):
    CITY = "city"  # 市
    COUNTY = "county"  # 区县
    STREET = "street"  # 镇街
    COMMUNITY = "community"  # 社区

    @property
    def depth(self) -> int:
        """0 for the city, 3 for the community."""
        return list(Level).index(self)

    def find_above(self) -> "Level | None":
        """The level that this one hands up to; None above the city."""
        return list(Level)[self.depth - 1] if self.depth else None

    def find_below(self) -> "Level | None":
        """The level that this one hands down to; None below the community."""
        return list(Level)[self.depth + 1] if self.depth < len(Level) - 1 else None
