"""住户: who lives behind a door, when somebody last checked that, and what of it may be read by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.domain.resource import masked_name, masked_phone
from cockpit.domain.role import Role

#: a record that nobody has checked for longer is not to be relied on (数据鲜活)
STALE_AFTER_DAYS = 180
#: whole names and numbers leave the screen again after so long
UNMASKED_FOR = timedelta(minutes=2)
#: who may read people at all, masked; a wall hangs where everybody passes and reads counts alone
READS_PEOPLE = frozenset({Role.DUTY, Role.ADMIN, Role.GRIDWORKER, Role.LEADER})
#: who may read whole names and numbers, for a reason that is kept
UNMASKS = frozenset({Role.DUTY, Role.ADMIN})
#: digits of an identity number that stay readable: the first three, the last two
_ID_HEAD, _ID_TAIL = 3, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Resident:
    """人: one person of a household. `relation` and `tenure` are words of the catalogue, or the table's own."""

    resident_id: str
    household_id: str
    name: str
    relation: str = ""
    #: 户籍 or 租住
    tenure: str = ""
    birth_year: int | None = None
    id_number: str = ""
    phone: str = ""
    #: why help is needed; empty for none
    need: str = ""

    def masked(self) -> "Resident":
        """The same person as everybody reads it who gave no reason."""
        return Resident(
            resident_id=self.resident_id, household_id=self.household_id, name=masked_name(self.name),
            relation=self.relation, tenure=self.tenure, birth_year=self.birth_year,
            id_number=masked_id_number(self.id_number), phone=masked_phone(self.phone), need=self.need,
        )  # fmt: skip


class House(NamedTuple):
    """户: one door, the grid that it lies in, and when somebody last checked who lives there."""

    household_id: str
    building_code: str
    building_name: str
    #: grid, or the finest division known
    code: str
    people: int
    needs_help: bool
    lon: float
    lat: float
    checked_at: datetime


class BuildingLine(NamedTuple):
    """楼: a building in a list, with its counts."""

    building_code: str
    name: str
    code: str
    lon: float
    lat: float
    households: int
    people: int
    needs_help: int
    stale: int


class BuildingName(NamedTuple):
    """楼 as a search finds it."""

    building_code: str
    name: str
    code: str
    lon: float
    lat: float


class GridFreshness(NamedTuple):
    """One grid's records: how many there are, how many are stale, and how old the oldest is."""

    code: str
    households: int
    stale: int
    oldest_at: datetime


def is_stale(checked_at: datetime, now: datetime, days: int = STALE_AFTER_DAYS) -> bool:
    """True for a record that was last checked more than `days` days ago."""
    return now - checked_at > timedelta(days=days)


def masked_id_number(number: str) -> str:
    """The first three and the last two characters of an identity number; nothing of a short one."""
    hidden = len(number) - _ID_HEAD - _ID_TAIL
    return number[:_ID_HEAD] + "*" * hidden + number[-_ID_TAIL:] if hidden > _ID_TAIL else "*" * len(number)
