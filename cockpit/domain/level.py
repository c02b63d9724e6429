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
