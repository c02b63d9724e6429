"""A city full of people and things for the benchmark of 附近: seeded, in the demo city's grids, moving as people do."""

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.resource import Resource
from cockpit.services.city import City, RosterEntry
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.registry import Registry
from cockpit.services.nearby.roads import RoadGraph
from cockpit.services.roster import Roster
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Rules, Situation

#: of a hundred registered things
_KINDS = ["camera"] * 55 + ["hydrant"] * 25 + ["aed"] * 6 + ["volunteer"] * 10 + ["shelter"] * 2 + ["police", "depot"]
_SKILLS: list[tuple[str, ...]] = [(), (), (), ("first_aid",), ("rescue", "water")]
_SHIFTS = ("day", "day", "day", "evening", "night", "rest")
#: one in so many has an open order
_BUSY_ONE_IN = 100
#: a Thursday noon in Yuhang
NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
_NOON_MS = round(NOON.timestamp() * 1000)


@dataclass(slots=True)
class NearCity:
    """`nearby` over movers and a registry of a size; `lock` as the projector's."""

    city: City
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    code: NDArray[np.int64]
    movers: Movers
    registry: Registry
    situation: Situation
    lock: AbstractContextManager[Any] = field(default_factory=threading.RLock)
    _step: int = 0

    @classmethod
    def of(cls, people: int, things: int, *, seed: int = 7) -> "NearCity":
        """People at random places of the city's grids, and as many things as asked for."""
        city, rng = City.load("yuhang"), np.random.default_rng(seed)
        lon, lat, code = places_in(city, people, rng)
        made = cls(
            city, lon, lat, code, Movers(), Registry(things_of(city, things, rng)),
            Situation(rules=Rules(city_code=city.code, tz=city.tz)),
        )  # fmt: skip
        for number in range(people):
            subject = f"gw-{number:06d}"
            shift, skills = _SHIFTS[number % len(_SHIFTS)], _SKILLS[number % len(_SKILLS)]
            city.roster[subject] = RosterEntry(subject, "王小明", city.code, shift, skills=skills)
        made.take(np.arange(people))
        return made

    def nearby(self) -> Nearby:
        """The service over all this."""
        busy = {f"gw-{number:06d}": f"o-{number}" for number in range(0, len(self.lon), _BUSY_ONE_IN)}
        roads = RoadGraph.load((self.city.directory or Path()) / "roads.json")
        return Nearby(
            fold=self, city=self.city, things=self, roads=roads, roster=Roster(self.city), stale_after_s=300,
            busy_of=lambda _situation: busy,
        )  # fmt: skip

    def now(self) -> Registry:
        return self.registry

    def walk(self, stop: threading.Event, share_per_s: float = 0.01) -> None:
        """A share of the people moves a few metres every second, in five batches, until `stop`."""
        rng, some = np.random.default_rng(11), max(1, round(len(self.lon) * share_per_s / 5))
        while not stop.wait(0.2):
            who = rng.choice(len(self.lon), some, replace=False)
            self.lon[who] += rng.normal(0, 3e-5, some)
            self.lat[who] += rng.normal(0, 3e-5, some)
            with self.lock:
                self.take(who)

    def take(self, who: NDArray[np.int64]) -> None:
        """Fixes of some people, a second newer than the last ones."""
        self._step += 1
        at = np.full(len(who), _NOON_MS - 120_000 + 200 * min(self._step, 600), dtype=np.int64)
        self.movers.take(
            [f"gw-{number:06d}" for number in who.tolist()], ["gridworker"], np.arange(len(who), dtype=np.uint32),
            np.zeros(len(who), dtype=np.uint16), self.lon[who], self.lat[who], at, at, self.code[who],
        )  # fmt: skip


def places_in(
    city: City, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Places of the city with the numbers of their grids: around 20,000 that were looked up, to save the time."""
    west, south, east, north = city.bounds
    lon, lat = rng.uniform(west, east, 40_000), rng.uniform(south, north, 40_000)
    code = city.locate_many(lon, lat)
    which = rng.choice(np.flatnonzero(code), count)
    return lon[which] + rng.normal(0, 0.002, count), lat[which] + rng.normal(0, 0.002, count), code[which]


def things_of(city: City, count: int, rng: np.random.Generator) -> list[Resource]:
    """Registered things of all kinds."""
    lon, lat, code = places_in(city, count, rng)
    codes = {number: city.code_of(number) for number in np.unique(code).tolist()}
    return [
        Resource(
            resource_id=f"r-{number:07d}", kind=_KINDS[number % len(_KINDS)], name=f"设施 {number}", lon=x, lat=y,
            code=codes[c], skills=_SKILLS[number % len(_SKILLS)] if number % 10 == 3 else (),
        )
        for number, (x, y, c) in enumerate(zip(lon.tolist(), lat.tolist(), code.tolist(), strict=True))
    ]  # fmt: skip
