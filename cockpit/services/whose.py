"""谁管这个点: a place's grid, divisions, gridworkers and, for a class, the units responsible there.

Everything is taken from what is known at the moment: the list of responsibilities, the roster, and where the people of
the roster were last heard of. A gridworker who was not heard of lately is named, but not as on duty.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.geo import distance_m
from cockpit.domain.level import Level
from cockpit.domain.responsibility import Responsibilities, Responsibility
from cockpit.services.city import City, RosterEntry
from cockpit.situation.movers import Movers


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerThere:
    """A gridworker and how far from the place; `age_s` and `distance_m` are None if never heard of."""

    entry: RosterEntry
    on_duty: bool
    age_s: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceKnown:
    """What is known about a place. `units`: whom each level asks, from the community up."""

    code: str
    workers: tuple[WorkerThere, ...]
    #: the nearest on duty in the same street, whatever grid is theirs
    nearest: WorkerThere | None
    units: dict[Level, list[Responsibility]]
    #: the most specific entries of all levels; several share the work
    asked_first: list[Responsibility]


def known_of(
    city: City,
    listed: Responsibilities,
    movers: Movers,
    *,
    lon: float,
    lat: float,
    category: str,
    now: datetime,
    on_duty_within_s: float,
) -> PlaceKnown | None:
    """Who looks after the place; None outside the city. Read `movers` under its lock."""
    code = city.locate(lon, lat)
    if code is None:
        return None

    def there(entry: RosterEntry) -> WorkerThere:
        row = movers.find_row(entry.subject_id)
        if row is None or not movers.rows[row]["drawn"]:
            return WorkerThere(entry=entry, on_duty=False, age_s=None, distance_m=None)
        seen = movers.rows[row]
        age_s = max(0.0, now.timestamp() - int(seen["at_ms"]) / 1000)
        away_m = float(distance_m(lon, lat, seen["lon"], seen["lat"]))
        return WorkerThere(entry=entry, on_duty=age_s <= on_duty_within_s, age_s=age_s, distance_m=away_m)

    own = [there(entry) for entry in city.roster.values() if entry.grid_code == code]
    around = (there(entry) for entry in city.roster.values() if entry.grid_code.startswith(code[:9]))
    on_duty = (worker for worker in around if worker.on_duty)
    return PlaceKnown(
        code=code,
        workers=tuple(sorted(own, key=_order)),
        nearest=min(on_duty, key=_order, default=None),
        units=listed.by_level(category, code),
        asked_first=listed.most_specific(category, code),
    )


def divisions_of(city: City, code: str) -> Iterator[tuple[str, str]]:
    """(level, code) of a place from the county down to its grid, as far as the city knows them."""
    for length in (6, 9, 12, 15):
        division = city.divisions.get(code[:length]) if length <= len(code) else None
        if division is not None:
            yield division.level, division.code


def _order(worker: WorkerThere) -> tuple[bool, float, str]:
    away_m = worker.distance_m
    return not worker.on_duty, float("inf") if away_m is None else away_m, worker.entry.subject_id
