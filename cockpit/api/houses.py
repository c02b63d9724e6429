"""`GET buildings`, `buildings/{code}`, `households/{id}`, `households/stale`: who lives where, masked."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import answer, bbox_asked, limit_asked, page_of, scope_asked
from cockpit.api.identity import Principal, require
from cockpit.api.language import language
from cockpit.api.problem import ProblemError, clean
from cockpit.domain.residence import (
    READS_PEOPLE,
    STALE_AFTER_DAYS,
    UNMASKS,
    BuildingLine,
    GridFreshness,
    House,
    Resident,
    is_stale,
)
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.houses.book import HouseBook

_LONGEST_WORDS, _MOST_DAYS = 100, 3_650
#: digits of street, community and grid: what a place is called by
_NAMED_BY = (9, 12, 15)

#: what was asked of the gridworkers of a grid this week, if anything: when
RemindedAt = Callable[[Iterable[str]], dict[str, datetime]]


class Houses:
    """What is known of houses, within the scope of who asks; names and numbers masked for everybody."""

    def __init__(
        self, book: HouseBook, *, city: City, clock: Callable[[], datetime],
        reminded_at: RemindedAt = lambda _codes: {},
    ) -> None:  # fmt: skip
        self._book, self._city, self._clock, self._reminded_at = book, city, clock, reminded_at

    def buildings(self) -> Response:
        """`?bbox=` or `?q=` (a part of the name, or how the code begins); counts alone, for every role."""
        scope, limit, now = scope_asked(), limit_asked(), self._clock()
        words, box = request.args.get("q", "").strip(), bbox_asked()
        if len(words) > _LONGEST_WORDS:
            raise ProblemError(400, f"q has more than {_LONGEST_WORDS} characters", field="q")
        if box is None and not words:
            raise ProblemError(400, "bbox or q is needed", field="bbox")
        total, found = self._book.buildings(now, box=box, words=words, scope=scope.code, limit=limit)
        return page_of(now, [self.line_item(line) for line in found], total=total, scope=scope.code)

    def building(self, building_code: str) -> Response:
        """One building with all its doors; 404 for one of another scope as for one that nobody knows."""
        asking, now = require(*READS_PEOPLE), self._clock()
        doors = [door for door in self._book.doors_of(building_code, now) if covers(asking.scope, door, self._city)]
        if not doors:
            raise ProblemError(404, f"no building {clean(building_code[:100])} is known", rule="unknown_building")
        first = doors[0]
        return answer(
            {
                "as_of": now,
                "building_code": first.building_code,
                "name": first.building_name or first.building_code,
                **self.place_item(first.code),
                "lon": first.lon,
                "lat": first.lat,
                "households": len(doors),
                "people": sum(door.people for door in doors),
                "needs_help": sum(door.needs_help for door in doors),
                "stale": sum(is_stale(door.checked_at, now) for door in doors),
                "stale_after_days": STALE_AFTER_DAYS,
                "oldest_at": min(door.checked_at for door in doors),
                "items": [_door_item(door, now) for door in doors],
            }
        )

    def household(self, household_id: str) -> Response:
        """One door and who lives behind it, masked."""
        asking, now = require(*READS_PEOPLE), self._clock()
        house = self.known(household_id, asking, now)
        people, is_made_up = self._book.residents(household_id)
        return answer(self.household_item(house, [p.masked() for p in people], asking, now, is_made_up=is_made_up))

    def stale(self) -> Response:
        """`?days=`: the grids of a scope with how many records are older, the most first, and the oldest of them."""
        require(*READS_PEOPLE)
        scope, limit, now, days = scope_asked(), limit_asked(), self._clock(), days_asked()
        grids = self._book.freshness(scope.code, now, days)
        told = sorted((g for g in grids if g.stale), key=lambda g: (-g.stale, g.code))
        reminded_at = self._reminded_at(g.code for g in told)
        items = [_door_item(door, now) for door in self._book.stale(scope.code, now, days, limit)]
        return answer(
            {
                "as_of": now,
                "scope": scope.code,
                "days": days,
                "households": sum(g.households for g in grids),
                "total": sum(g.stale for g in grids),
                "grids": [self._grid_item(g, reminded_at.get(g.code)) for g in told],
                "items": items,
            }
        )

    def known(self, household_id: str, asking: Principal, now: datetime) -> House:
        """The house, if it lies in the scope of who asks. Raises ProblemError 404."""
        house = self._book.find(household_id, now)
        if house is None or not covers(asking.scope, house, self._city):
            raise ProblemError(404, f"no household {clean(household_id[:100])} is known", rule="unknown_household")
        return house

    def household_item(
        self, house: House, people: Iterable[Resident], asking: Principal, now: datetime, *, is_made_up: bool
    ) -> dict[str, Any]:
        """A household as the API tells it."""
        return {
            "as_of": now,
            **_door_item(house, now),
            "building_code": house.building_code,
            "building_name": house.building_name or house.building_code,
            **self.place_item(house.code),
            "lon": house.lon,
            "lat": house.lat,
            "is_made_up": is_made_up,
            "masked": True,
            "may_unmask": asking.role in UNMASKS,
            "residents": [_resident_item(person, now) for person in people],
        }

    def place_item(self, code: str) -> dict[str, Any]:
        """A grid's code, and how the place is called from the street down."""
        lang, code = language(request), code or self._city.code
        codes = [code[:n] for n in _NAMED_BY if len(code) >= n]
        return {"code": code, "divisions": [self._city.name_of(c, lang) for c in codes]}

    def line_item(self, line: BuildingLine) -> dict[str, Any]:
        """A building in a list."""
        return line._asdict() | self.place_item(line.code)

    def _grid_item(self, grid: GridFreshness, reminded_at: datetime | None) -> dict[str, Any]:
        workers = sum(1 for entry in self._city.roster.values() if entry.grid_code == grid.code)
        return grid._asdict() | self.place_item(grid.code) | {"gridworkers": workers, "reminded_at": reminded_at}


def covers(scope: Scope, house: House, city: City) -> bool:
    """Whether a house lies in a scope; one that lies in no division belongs to the city."""
    return scope.covers(house.code or city.code)


def days_asked() -> int:
    """`?days=`, 1 to ten years; half a year without it."""
    text = request.args.get("days", str(STALE_AFTER_DAYS))
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= _MOST_DAYS):
        raise ProblemError(400, f"days must be a number from 1 to {_MOST_DAYS}", field="days")
    return int(text)


def _door_item(house: House, now: datetime) -> dict[str, Any]:
    return {
        "household_id": house.household_id,
        "people": house.people,
        "needs_help": house.needs_help,
        "checked_at": house.checked_at,
        "age_days": max(0, (now - house.checked_at).days),
        "stale": is_stale(house.checked_at, now),
    }


def _resident_item(person: Resident, now: datetime) -> dict[str, Any]:
    return {
        "resident_id": person.resident_id,
        "name": person.name,
        "relation": person.relation,
        "tenure": person.tenure,
        "age": None if person.birth_year is None else now.year - person.birth_year,
        "id_number": person.id_number,
        "phone": person.phone,
        "need": person.need,
    }


def houses_blueprint(houses: Houses) -> Blueprint:
    """`/api/v1/buildings`, `/api/v1/households` to read."""
    blueprint = Blueprint("houses", __name__, url_prefix="/api/v1")
    for path, name in (
        ("/buildings", "buildings"),
        ("/buildings/<path:building_code>", "building"),
        ("/households/stale", "stale"),
        ("/households/<path:household_id>", "household"),
    ):
        blueprint.add_url_rule(path, name, getattr(houses, name), methods=["GET"])
    return blueprint
