"""演示地址库 as houses: the questions of `HouseBook`, answered from columns and from what was told of visits."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import numpy as np

from cockpit.domain.residence import BuildingLine, BuildingName, GridFreshness, House, Resident
from cockpit.services.city import City
from cockpit.services.houses.dwellings import Dwellings
from cockpit.services.houses.made_up import ID_AREA, PHONE_HEAD, Ints, number_of_name, residents_of
from cockpit.services.houses.own_doors import OwnDoors

Box = tuple[float, float, float, float]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PHONE = re.compile(PHONE_HEAD + r"(\d{8})")
_IDENTITY = re.compile(ID_AREA + r"(\d{8})(\d{4})")


class Visits(Protocol):
    """What was told of visits (`store.residents`)."""

    def visits(self, household_ids: Sequence[str]) -> Mapping[str, datetime]: ...
    def visits_within(self, scope: str, since: datetime) -> Mapping[str, datetime]: ...


class OwnHouses:
    """The houses of a city's own files. Safe from any thread: nothing is changed after it was made."""

    def __init__(
        self, doors: OwnDoors, visits: Visits, *, city: City, utc_offset: Callable[[datetime], timedelta]
    ) -> None:
        self._doors, self._visits, self._city, self._utc_offset = doors, visits, city, utc_offset

    def warm(self) -> None:
        """Make now what finding people needs."""
        self._doors.warm()

    def dwellings(self) -> Dwellings:
        """Every building with how many live there."""
        return self._doors.dwellings()

    def buildings(
        self, *, box: Box | None, words: str, scope: str, now: datetime, stale_before: datetime, limit: int
    ) -> tuple[int, list[BuildingLine]]:
        doors, span = self._doors, self._doors.rows_in(scope)
        rows = np.arange(span.start, span.stop)
        if box is not None:
            west, south, east, north = box
            lon, lat = doors.lon[span], doors.lat[span]
            rows = rows[(west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)]
        if words:
            rows = np.array([row for row in rows.tolist() if self._is_called(row, words)], dtype=np.int64)
        return len(rows), [self._line(row, now, stale_before) for row in rows[:limit].tolist()]

    def doors_of(self, building_code: str, now: datetime) -> list[House]:
        row = self._doors.row_of.get(building_code)
        if row is None:
            return []
        first, last = self._doors.first_door[row : row + 2].tolist()
        return self._houses(np.arange(first, last), now)

    def find(self, household_id: str, now: datetime) -> House | None:
        door = self._doors.door_of(household_id)
        return None if door is None else self._houses(np.array([door]), now)[0]

    def residents(self, household_id: str) -> tuple[Resident, ...]:
        door, doors = self._doors.door_of(household_id), self._doors
        if door is None:
            return ()
        return residents_of(
            household_id, door=int(doors.drawn[door]), people=int(doors.people[door]),
            needs_help=bool(doors.needs_help[door]), first_person=int(doors.first_person[door]),
        )  # fmt: skip

    def freshness(self, scope: str, now: datetime, stale_before: datetime) -> list[GridFreshness]:
        """Counts by grid; a door is as fresh as its beat, or as the visit that somebody told of since."""
        first, minutes = self._minutes_within(scope, now, stale_before)
        rows = self._doors.building[first : first + len(minutes)]
        codes = [code.rpartition("-")[0] for code in self._doors.codes[self._doors.rows_in(scope)]]
        grids = sorted(set(codes))
        number = {code: n for n, code in enumerate(grids)}
        of_row = np.array([number[code] for code in codes], dtype=np.int64)
        grid = of_row[rows - self._doors.rows_in(scope).start] if len(rows) else np.zeros(0, dtype=np.int64)
        all_of = np.bincount(grid, minlength=len(grids))
        stale = np.bincount(grid[minutes < _minutes(stale_before)], minlength=len(grids))
        oldest = np.full(len(grids), np.iinfo(np.int64).max)
        np.minimum.at(oldest, grid, minutes)
        return [GridFreshness(code, int(all_of[n]), int(stale[n]), _at(int(oldest[n]))) for n, code in enumerate(grids)]

    def stale(self, scope: str, now: datetime, stale_before: datetime, limit: int) -> list[House]:
        first, minutes = self._minutes_within(scope, now, stale_before)
        stale = np.flatnonzero(minutes < _minutes(stale_before))
        order = stale[np.argsort(minutes[stale], kind="stable")][:limit]
        return self._houses(first + order, now)

    def checked_base(self) -> "OwnChecked":
        """All doors with their beats, for `CheckedDoors`."""
        return OwnChecked(self._doors, self._utc_offset)

    def names(self) -> list[BuildingName]:
        """Every building by its name."""
        doors = self._doors
        return [
            BuildingName(code, self.name_of(row), code.rpartition("-")[0], float(doors.lon[row]), float(doors.lat[row]))
            for row, code in enumerate(doors.codes)
        ]

    def known_as(self, text: str, name_numbers: Iterable[int], *, scope: str, limit: int) -> list[Resident]:
        """People by their whole name, made-up number or telephone, or by the numbers of names."""
        doors, rows = self._doors, self._doors.rows_in(scope)
        people = np.array(self._people_called(text, list(name_numbers)), dtype=np.int64)
        behind = doors.doors_of_people(people)
        building = doors.building[behind]
        within = np.flatnonzero((building >= rows.start) & (building < rows.stop))[:limit]
        return [
            self.residents(doors.id_of(door))[person - int(doors.first_person[door])]
            for person, door in zip(people[within].tolist(), behind[within].tolist(), strict=True)
        ]

    def _people_called(self, text: str, numbers: list[int]) -> Ints | list[int]:
        everybody = int(self._doors.first_person[-1])
        if phone := _PHONE.fullmatch(text):
            return [int(phone[1])] if int(phone[1]) < everybody else []
        if identity := _IDENTITY.fullmatch(text):
            try:
                born = datetime.strptime(identity[1], "%Y%m%d").replace(tzinfo=UTC)
            except ValueError:
                return []
            return self._doors.born_on((born - _EPOCH).days, int(identity[2]))
        number = number_of_name(text)
        wanted = ([number] if number is not None else []) + numbers
        return self._doors.named(wanted) if wanted else []

    def _minutes_within(self, scope: str, now: datetime, since: datetime) -> tuple[int, Ints]:
        """The first door of a scope, and when each of them was last visited."""
        doors, rows = self._doors, self._doors.rows_in(scope)
        first, last = int(doors.first_door[rows.start]), int(doors.first_door[rows.stop])
        minutes = doors.checked(np.arange(first, last), now, self._utc_offset(now))
        for household_id, at in self._visits.visits_within(scope, since).items():
            door = doors.door_of(household_id)
            if door is not None and first <= door < last:
                minutes[door - first] = max(int(minutes[door - first]), _minutes(at))
        return first, minutes

    def _houses(self, rows: Ints, now: datetime) -> list[House]:
        doors = self._doors
        minutes = doors.checked(rows, now, self._utc_offset(now)).tolist()
        ids = [doors.id_of(door) for door in rows.tolist()]
        told = self._visits.visits(ids)
        found = []
        for household_id, door, at in zip(ids, rows.tolist(), minutes, strict=True):
            row = int(doors.building[door])
            checked_at = max(_at(at), told.get(household_id, _EPOCH))
            found.append(self._house(household_id, row, door, checked_at))
        return found

    def _house(self, household_id: str, row: int, door: int, checked_at: datetime) -> House:
        doors, code = self._doors, self._doors.codes[row]
        return House(
            household_id, code, self.name_of(row), code.rpartition("-")[0], int(doors.people[door]),
            bool(doors.needs_help[door]), float(doors.lon[row]), float(doors.lat[row]), checked_at,
        )  # fmt: skip

    def _line(self, row: int, now: datetime, stale_before: datetime) -> BuildingLine:
        doors, code = self._doors, self._doors.codes[row]
        first, last = doors.first_door[row : row + 2].tolist()
        houses = self._houses(np.arange(first, last), now)
        return BuildingLine(
            code, self.name_of(row), code.rpartition("-")[0], float(doors.lon[row]), float(doors.lat[row]),
            len(houses), sum(h.people for h in houses), sum(h.needs_help for h in houses),
            sum(h.checked_at < stale_before for h in houses),
        )  # fmt: skip

    def name_of(self, row: int) -> str:
        """`葛巷社区 12`: a community and the number of a building in it."""
        return f"{self._city.name_of(self._doors.codes[row][:12])} {self._doors.numbers[row]}"

    def _is_called(self, row: int, words: str) -> bool:
        return words in self.name_of(row) or self._doors.codes[row].startswith(words)


class OwnChecked:
    """When the city's own doors were checked by their beat: known at any instant, since the beat is made up."""

    def __init__(self, doors: OwnDoors, utc_offset: Callable[[datetime], timedelta]) -> None:
        self._doors, self._utc_offset = doors, utc_offset
        self.number, self.id_of = doors.door_numbers, doors.id_of

    def rows_of(self, household_ids: Sequence[str]) -> Ints:
        """The door of each id; -1 where there is none."""
        found = (self._doors.door_of(household_id) for household_id in household_ids)
        return np.array([-1 if door is None else door for door in found], dtype=np.int64)

    def base_ms(self, until: datetime) -> Ints:
        """The last visit of each door by its beat, in ms since 1970."""
        return self._doors.beats.last(until, self._utc_offset(until)) * 60_000


def _minutes(at: datetime) -> int:
    return int((at - _EPOCH).total_seconds() // 60)


def _at(minutes: int) -> Any:
    return _EPOCH + timedelta(minutes=minutes)
