"""疏散准备: what is looked up before an evacuation is asked for: households, who helps, who takes which doors."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from cockpit.domain.evacuation import MOST_HELPERS, Building, Helper, Share
from cockpit.domain.geo import distance_m
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.door_split import DOOR_S, Post, Walk, split_doors, walk_straight
from cockpit.services.fold import Fold
from cockpit.services.households import HouseholdBook, Outline
from cockpit.situation.evacuations import Board
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation
from cockpit.situation.split_doors import untouched_of

#: who is asked for when nobody is named: one for so many households …
HOUSEHOLDS_A_HELPER = 20
#: … of those who are this near
_NEAR_M = 5_000.0


#: subjects who are busy now: they are not asked for by themselves
Busy = Callable[[Situation], Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An evacuation before it begins. `unplaced`: helpers whose place nobody knows; they count as far away."""

    buildings: tuple[Building, ...]
    helpers: tuple[Helper, ...]
    shares: tuple[Share, ...]
    unplaced: tuple[str, ...]


class Evacuating:
    """Looks up households and helpers and splits the doors among them."""

    def __init__(
        self,
        fold: Fold,
        *,
        city: City,
        households: HouseholdBook,
        fresh_within_s: float,
        walk: Walk = walk_straight,
        busy: Busy = lambda _situation: (),
    ) -> None:
        self._fold, self._city, self._households = fold, city, households
        self._fresh_within_s, self._walk, self._busy = fresh_within_s, walk, busy

    def buildings_in(self, outline: Outline) -> tuple[Building, ...]:
        """The buildings of an outline with their households."""
        return tuple(self._households.in_area(outline))

    def prepare(self, outline: Outline, helper_ids: Sequence[str], *, scope: Scope, now: datetime) -> Prepared:
        """With these helpers; with the nearest who are on duty and not busy if none is named."""
        buildings = self.buildings_in(outline)
        chosen = list(dict.fromkeys(helper_ids)) or self._nearest(buildings, scope, now)
        return self._split(buildings, chosen)

    def split_anew(self, board: Board, helper_ids: Sequence[str]) -> Prepared:
        """The doors at which something is left to do among other helpers; what is done stays with who had it."""
        wanted = list(dict.fromkeys(helper_ids))
        left = tuple(
            building
            for b in board.evacuation.buildings
            if (
                building := replace(b, households=tuple(h for h in b.households if h.household_id not in board.done_at))
            ).households
        )
        split = self._split(left, wanted)
        kept = {
            share.helper_id: tuple(key for key in share.household_ids if key in board.done_at)
            for share in board.evacuation.shares
        }
        shares = tuple(Share(s.helper_id, kept.pop(s.helper_id, ()) + s.household_ids) for s in split.shares)
        return replace(split, shares=shares)

    def split_doors(self, board: Board, from_ids: Sequence[str], to_ids: Sequence[str]) -> tuple[Share, ...]:
        """What each of `to_ids` would get of the untouched doors of `from_ids`, on top of what they have to do."""
        going = {key for helper_id in from_ids for key in untouched_of(board, helper_id)}
        buildings = tuple(
            replace(b, households=doors)
            for b in board.evacuation.buildings
            if (doors := tuple(h for h in b.households if h.household_id in going))
        )
        here = self._posts(list(to_ids))
        return split_doors(buildings, [_after_own(board, post) for post in here], walk=self._walk)

    def _split(self, buildings: tuple[Building, ...], helper_ids: list[str]) -> Prepared:
        posts = self._posts(helper_ids)
        return Prepared(
            buildings=buildings,
            helpers=tuple(Helper(post.helper_id, self._name_of(post.helper_id)) for post in posts),
            shares=split_doors(buildings, posts[:MOST_HELPERS], walk=self._walk),
            unplaced=tuple(post.helper_id for post in posts if not np.isfinite(post.lon)),
        )

    def knows(self, helper_id: str) -> bool:
        """True for somebody of the roster, or who was ever heard of."""
        if helper_id in self._city.roster:
            return True
        with self._fold.lock:
            return self._fold.movers.find_row(helper_id) is not None

    def _name_of(self, helper_id: str) -> str:
        entry = self._city.roster.get(helper_id)
        return entry.name if entry else helper_id

    def _posts(self, helper_ids: Sequence[str]) -> list[Post]:
        with self._fold.lock:
            movers = self._fold.movers
            rows = [movers.find_row(helper_id) for helper_id in helper_ids]
            places = [_place_of(movers, row) for row in rows]
        return [Post(key, *place) for key, place in zip(helper_ids, places, strict=True)]

    def _nearest(self, buildings: Sequence[Building], scope: Scope, now: datetime) -> list[str]:
        if not buildings:
            return []
        doors = sum(len(building.households) for building in buildings)
        lon = float(np.mean([building.lon for building in buildings]))
        lat = float(np.mean([building.lat for building in buildings]))
        with self._fold.lock:
            movers, busy = self._fold.movers, set(self._busy(self._fold.situation))
            subjects, rows = movers.subjects, movers.rows
            away_m = distance_m(lon, lat, rows["lon"], rows["lat"])
            fresh = rows["drawn"] & (rows["at_ms"] >= (now.timestamp() - self._fresh_within_s) * 1000)
            workers = np.array([kind == "gridworker" for kind in movers.kinds] or [False])[rows["kind"]]
            low, high = scope.span
            near = fresh & workers & (away_m <= _NEAR_M) & (rows["code"] >= low) & (rows["code"] < high)
            order = np.flatnonzero(near)[np.argsort(away_m[near], kind="stable")].tolist()
            free = [subjects[row] for row in order if subjects[row] not in busy]
        return free[: max(1, -(-doors // HOUSEHOLDS_A_HELPER))][:MOST_HELPERS]


def _after_own(board: Board, post: Post) -> Post:
    """Where and when somebody is done with the doors that are theirs already."""
    own = untouched_of(board, post.helper_id)
    if not own:
        return post
    last = board.doors[own[-1]].building
    return Post(post.helper_id, last.lon, last.lat, busy_s=DOOR_S * len(own))


def _place_of(movers: Movers, row: int | None) -> tuple[float, float]:
    if row is None or not movers.rows[row]["drawn"]:
        return float("nan"), float("nan")
    return float(movers.rows[row]["lon"]), float(movers.rows[row]["lat"])
