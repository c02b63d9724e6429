"""席位: who asks for a move, and for which levels this officer may decide."""

from dataclasses import dataclass

from cockpit.domain.level import Level
from cockpit.domain.scope import Scope

#: digits of a division code → the level that works there
_LEVELS = {6: Level.COUNTY, 9: Level.STREET, 12: Level.COMMUNITY, 15: Level.COMMUNITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """`account` tells two officers of the same name apart."""

    name: str
    account: str
    level: Level


def level_of(scope: Scope, city_code: str) -> Level:
    """The level that an account of `scope` works at.

    Whoever answers for the whole city of this installation answers for every level: above it nobody uses it.
    """
    if scope.covers(city_code):
        return Level.CITY
    return _LEVELS.get(len(scope.code), Level.CITY)
