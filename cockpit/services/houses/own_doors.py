"""演示门户: the doors of a city's own address base as columns; a million of them are there in a blink."""

from bisect import bisect_left
from datetime import datetime, timedelta
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.scope import number_of
from cockpit.services.households import NEED_HELP_EVERY, PEOPLE, OwnColumns
from cockpit.services.houses.dwellings import Dwellings
from cockpit.services.houses.made_up import Beats, Ints, birth_days, checked_minutes, name_numbers

_ALL_ONES = 0xFFFFFFFF
_POLYNOMIAL = 0xEDB88320
#: identity numbers repeat their ends after so many people
_SAME_TAIL = 10_000
_BITS = 8


class OwnDoors:
    """Buildings in the order of their codes, their doors from the ground up, their people in the order of places.

    What is drawn for a door is the check sum of its household's id, as `households_of` has it; for all doors at once it
    is carried on from that of the building's code.
    """

    def __init__(self, own: OwnColumns) -> None:
        order = sorted(range(len(own.codes)), key=own.codes.__getitem__)
        self.codes = [own.codes[row] for row in order]
        self.numbers = [own.numbers[row] for row in order]
        self.lon, self.lat = own.lon[order], own.lat[order]
        self.floors, self.per_floor = (own.storeys[order, n].astype(np.int64) for n in (0, 1))
        self.row_of = {code: row for row, code in enumerate(self.codes)}
        #: first door of each building, one more than there are buildings
        self.first_door = np.concatenate(([0], np.cumsum(self.floors * self.per_floor)))
        doors = int(self.first_door[-1])
        building = np.repeat(np.arange(len(order)), self.floors * self.per_floor)
        self.building = building.astype(np.int32)
        within = np.arange(doors) - self.first_door[building]
        floor, door = within // self.per_floor[building] + 1, within % self.per_floor[building] + 1
        self.drawn = _carried_on(np.array([crc32(f"{c}-".encode()) for c in self.codes])[building], (floor, door))
        self.people = np.array(PEOPLE, dtype=np.int8)[self.drawn % len(PEOPLE)]
        self.needs_help = self.drawn // 13 % NEED_HELP_EVERY == 0
        #: running number of the head of each door, one more than there are doors
        self.first_person = np.concatenate(([0], np.cumsum(self.people, dtype=np.int64)))

    def rows_in(self, scope: str) -> slice:
        """The buildings of a division or grid: they lie together."""
        return slice(bisect_left(self.codes, scope), bisect_left(self.codes, scope + "~"))

    def dwellings(self) -> Dwellings:
        """Every building with how many live there."""
        number = np.array([number_of(code.rpartition("-")[0]) for code in self.codes], dtype=np.int64)
        first = self.first_door
        return Dwellings(number, self.lon, self.lat, np.diff(first), np.diff(self.first_person[first]))

    def door_of(self, household_id: str) -> int | None:
        """The door of an id like `330110012001001-0001-0102`."""
        code, _, tail = household_id.rpartition("-")
        row = self.row_of.get(code)
        if row is None or not (len(tail) >= 4 and tail.isascii() and tail.isdigit()):
            return None
        floor, door = int(tail[:-2]), int(tail[-2:])
        if not (1 <= floor <= self.floors[row] and 1 <= door <= self.per_floor[row]):
            return None
        found = int(self.first_door[row] + (floor - 1) * self.per_floor[row] + door - 1)
        return found if self.id_of(found) == household_id else None

    def id_of(self, door: int) -> str:
        row = int(self.building[door])
        floor, place = divmod(door - int(self.first_door[row]), int(self.per_floor[row]))
        return f"{self.codes[row]}-{floor + 1:02d}{place + 1:02d}"

    def checked(self, doors: Ints, now: datetime, utc_offset: timedelta) -> Ints:
        """Minutes since 1970 at which these doors were last visited by the beat that was made up for them."""
        return checked_minutes(self.drawn[doors], now, utc_offset)

    @cached_property
    def beats(self) -> Beats:
        """When each of all doors is visited."""
        return Beats.of(self.drawn)

    @cached_property
    def door_numbers(self) -> Ints:
        """The grid of each of all doors as a number."""
        number = np.array([number_of(code.rpartition("-")[0]) for code in self.codes], dtype=np.int64)
        return number[self.building]

    def doors_of_people(self, people: Ints) -> Ints:
        """The doors behind which running numbers live."""
        return np.asarray(np.searchsorted(self.first_person, people, side="right") - 1, dtype=np.int64)

    def warm(self) -> None:
        """Make now what is needed to find people by name."""
        _ = self._by_name

    def named(self, numbers: list[int]) -> Ints:
        """The people with these numbers of names, as running numbers."""
        sorted_numbers, people = self._by_name
        wanted = np.array(numbers, dtype=np.int32)
        low, high = np.searchsorted(sorted_numbers, wanted), np.searchsorted(sorted_numbers, wanted, side="right")
        found = [people[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def born_on(self, day: int, tail: int) -> list[int]:
        """The people who were born on a day (counted from 1970) and whose made-up identity number ends like this."""
        people = np.arange(tail, int(self.first_person[-1]), _SAME_TAIL)
        doors = np.searchsorted(self.first_person, people, side="right") - 1
        alone = self.needs_help[doors] & (self.people[doors] == 1)
        days = birth_days(self.drawn[doors], people - self.first_person[doors], alone)
        return [int(person) for person in people[days == day]]

    @cached_property
    def _by_name(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Names' numbers in order, and who has each: made when somebody is first looked for."""
        door = np.repeat(np.arange(len(self.people)), self.people)
        place = np.arange(len(door)) - self.first_person[door]
        numbers = name_numbers(self.drawn[door], place).astype(np.int32)
        order = np.argsort(numbers, kind="stable").astype(np.int32)
        return numbers[order], order


def _carried_on(sums: Ints, digits: tuple[Ints, Ints]) -> Ints:
    """CRC-32 of the texts whose sums these are with two digits of each of `digits` behind them."""
    table = np.arange(1 << _BITS, dtype=np.int64)
    for _ in range(_BITS):
        table = np.where(table & 1, (table >> 1) ^ _POLYNOMIAL, table >> 1)
    state = sums ^ _ALL_ONES
    for number in digits:
        for digit in (number // 10, number % 10):
            state = table[(state ^ (digit + ord("0"))) & 0xFF] ^ (state >> _BITS)
    return np.asarray(state ^ _ALL_ONES)
