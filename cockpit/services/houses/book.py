"""以房查人: the houses in use, imported ones or the demo city's own, and who lives in them."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from cockpit.domain.residence import STALE_AFTER_DAYS, BuildingLine, BuildingName, GridFreshness, House, Resident
from cockpit.services.city import City
from cockpit.services.households import HouseholdBook
from cockpit.services.houses.checked_doors import CheckedDoors, ChecksTable
from cockpit.services.houses.dwellings import Checked, Dwellings
from cockpit.services.houses.made_up import numbers_with
from cockpit.services.houses.own_doors import OwnDoors
from cockpit.services.houses.own_houses import Box, OwnChecked, OwnHouses
from cockpit.store.houses import HouseTable
from cockpit.store.residents import ResidentTable, Visit

_ROWS = 5_000
_NAMES_FOR_S = 60.0


class HouseBook:
    """Everything about houses that may be asked for; who may read what of it is the API's to say.

    As soon as households were imported the city's own count no more; people are made up only for the city's own doors,
    and only until the first import of people.
    """

    def __init__(
        self, households: HouseholdBook, houses: HouseTable, people: ResidentTable, checks: ChecksTable, *,
        city: City,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._households, self._houses, self._people, self._city = households, houses, people, city
        self._zone = ZoneInfo(city.tz)
        self._made: OwnHouses | None = None
        self._monotonic = monotonic
        #: people can be looked for without a wait
        self.is_warm = False
        self._named: tuple[float, object, list[BuildingName]] | None = None
        self._lived: tuple[float, object, Dwellings] | None = None
        self._lock = threading.Lock()
        self._own_base: OwnChecked | None = None
        self._checked = CheckedDoors(checks, self._own_checked)

    def warm(self) -> None:
        """Read the city's own doors now, and give imported ones of long ago the grid that they lie in."""
        if own := self._own():
            own.warm()
        self.is_warm = True
        self.dwellings()
        while self._city.divisions and (rows := self._houses.without_code(_ROWS)):
            lon, lat = np.array([lon for _, lon, _ in rows]), np.array([lat for _, _, lat in rows])
            codes = self._city.codes_at(lon, lat)
            self._houses.give_codes({row[0]: code for row, code in zip(rows, codes, strict=True)})

    def buildings(
        self, now: datetime, *, box: Box | None = None, words: str = "", scope: str, limit: int
    ) -> tuple[int, list[BuildingLine]]:
        """How many buildings lie in a scope (and box, and have these words), and the first of them by code."""
        before = now - timedelta(days=STALE_AFTER_DAYS)
        if own := self._own():
            return own.buildings(box=box, words=words, scope=scope, now=now, stale_before=before, limit=limit)
        return self._houses.buildings(box=box, words=words, scope=scope, stale_before=before, limit=limit)

    def building_names(self) -> list[BuildingName]:
        """Every building; the same list until another import, which is noticed within a minute."""
        now = self._monotonic()
        if self._named is None or now - self._named[0] > _NAMES_FOR_S:
            own = self._own()
            mark: object = own if own else self._houses.mark()
            if self._named is None or self._named[1] != mark:
                self._named = now, mark, own.names() if own else self._houses.names()
            else:
                self._named = now, mark, self._named[2]
        return self._named[2]

    def dwellings(self) -> Dwellings:
        """Every building with how many live there; the same until another import, which is noticed within a minute."""
        now = self._monotonic()
        if self._lived is None or now - self._lived[0] > _NAMES_FOR_S:
            own = self._own()
            mark: object = own if own else self._houses.mark()
            if self._lived is None or self._lived[1] != mark:
                self._lived = now, mark, own.dwellings() if own else Dwellings.told(self._houses.lived_in())
            else:
                self._lived = now, mark, self._lived[2]
        return self._lived[2]

    def doors_of(self, building_code: str, now: datetime) -> list[House]:
        """The doors of a building in the order of their ids; none for one that nobody knows."""
        own = self._own()
        return own.doors_of(building_code, now) if own else self._houses.doors_of(building_code)

    def find(self, household_id: str, now: datetime) -> House | None:
        own = self._own()
        return own.find(household_id, now) if own else self._houses.find(household_id)

    def residents(self, household_id: str) -> tuple[tuple[Resident, ...], bool]:
        """Who lives there, with whole names, and whether they are made up."""
        own = self._own()
        if own is None or not self._people.is_empty():
            return tuple(self._people.of_household(household_id)), False
        return own.residents(household_id), True

    def known_as(self, text: str, initials: str, *, scope: str, limit: int) -> list[Resident]:
        """People by their whole name, number, telephone or initials, never by a part of one."""
        own = self._own()
        if own is None or not self._people.is_empty():
            return self._people.known_as(text, initials, scope=scope, limit=limit)
        return own.known_as(text, numbers_with(initials) if initials else (), scope=scope, limit=limit)

    def freshness(self, scope: str, now: datetime, days: int) -> list[GridFreshness]:
        """Every grid of a scope with how many of its records are older than `days`."""
        before = now - timedelta(days=days)
        own = self._own()
        return own.freshness(scope, now, before) if own else self._houses.freshness(scope, before)

    def stale(self, scope: str, now: datetime, days: int, limit: int) -> list[House]:
        """The doors whose record is older than `days`, the oldest first."""
        before = now - timedelta(days=days)
        own = self._own()
        return own.stale(scope, now, before, limit) if own else self._houses.stale(scope, before, limit)

    def checked(self, until: datetime, known_at: datetime) -> Checked:
        """When every door was last checked at an instant, as it was known at another one."""
        return self._checked.at(until, known_at)

    def follow(self, stop: threading.Event) -> None:
        """Keep what `checked` answers from at hand, until `stop`."""
        self._checked.follow(stop)

    def visited(self, house: House, at: datetime, by: str) -> None:
        """Somebody stood at the door and checked who lives there."""
        self._people.visit(Visit(house.household_id, house.code, at, by))

    def _own(self) -> OwnHouses | None:
        """The city's own houses while they are in use."""
        if not self._houses.is_empty():
            return None
        with self._lock:
            if self._made is None:
                columns = self._households.own_columns()
                if columns is None:
                    return None
                self._made = OwnHouses(OwnDoors(columns), self._people, city=self._city, utc_offset=self._offset)
            return self._made

    def _own_checked(self) -> OwnChecked | None:
        own = self._own()
        if own is None:
            return None
        if self._own_base is None:
            self._own_base = own.checked_base()
        return self._own_base

    def _offset(self, now: datetime) -> timedelta:
        return now.astimezone(self._zone).utcoffset() or timedelta()
