"""分楼: which doors each helper takes, so that together they walk least and are done at about the same time.

A helper who has far to walk gets fewer doors: all get as many as they can do until one common instant. Which ones is
then the transportation problem (Hitchcock 1941), solved exactly; its solution divides few buildings.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from cockpit.domain.evacuation import Building, Share
from cockpit.domain.geo import distance_m

Seconds = NDArray[np.float64]
#: (lon, lat) of those who walk and of where to, shape (n, 2) and (m, 2) → seconds, shape (n, m)
Walk = Callable[[Seconds, Seconds], Seconds]

#: at a door: knock, explain, go on
DOOR_S = 45.0
#: streets are longer than the straight line, and people walk so fast
_DETOUR, _WALK_MPS = 1.3, 1.3
#: nobody knows where this helper is: as if so far away
_UNKNOWN_S = 600.0


class Post(NamedTuple):
    """A helper and where they are (NaN if nobody knows), or will be once what they have to do now is done."""

    helper_id: str
    lon: float
    lat: float
    #: until then
    busy_s: float = 0.0


def walk_straight(origins: Seconds, targets: Seconds) -> Seconds:
    """Seconds on foot by the straight line and a detour factor."""
    metres = distance_m(origins[:, None, 0], origins[:, None, 1], targets[None, :, 0], targets[None, :, 1])
    return np.asarray(metres * _DETOUR / _WALK_MPS, dtype=np.float64)


def split_doors(
    buildings: Sequence[Building], posts: Sequence[Post], *, walk: Walk = walk_straight
) -> tuple[Share, ...]:
    """One share a helper in the order of `posts`, every household in exactly one of them."""
    doors = np.array([len(building.households) for building in buildings], dtype=np.int64)
    if not posts or not doors.sum():
        return tuple(Share(post.helper_id, ()) for post in posts)
    places = np.array([(b.lon, b.lat) for b in buildings], dtype=np.float64)
    origins = np.array([(p.lon, p.lat) for p in posts], dtype=np.float64)
    away = _seconds(walk, origins, places)
    reach_s = away.min(axis=1) + np.array([post.busy_s for post in posts])
    taken = _transported(away, doors, _capacities(reach_s, int(doors.sum())))
    between = _seconds(walk, places, places)
    runs = _runs(buildings, taken)
    return tuple(
        Share(post.helper_id, tuple(h for b in _tour(away[k], between, runs[k]) for h in runs[k][b]))
        for k, post in enumerate(posts)
    )


def _seconds(walk: Walk, origins: Seconds, targets: Seconds) -> Seconds:
    known = np.isfinite(origins).all(axis=1)
    away = np.full((len(origins), len(targets)), _UNKNOWN_S)
    if known.any():
        found = walk(origins[known], targets)
        away[known] = np.where(np.isfinite(found), found, walk_straight(origins[known], targets))
    return away


def _capacities(reach_s: Seconds, doors: int) -> NDArray[np.int64]:
    """How many doors each does until the instant at which all together have done all; they sum to `doors`."""

    def done_by(instant: float) -> NDArray[np.int64]:
        return np.floor(np.maximum(instant - reach_s, 0) / DOOR_S).astype(np.int64)

    low, high = float(reach_s.min()), float(reach_s.max()) + DOOR_S * (doors + 1)
    while high - low > DOOR_S / 100:
        middle = (low + high) / 2
        low, high = (low, middle) if done_by(middle).sum() >= doors else (middle, high)
    capacity = done_by(high)
    # of those who would end last some have one door too many
    ends_s = np.where(capacity > 0, reach_s + capacity * DOOR_S, -1.0)
    capacity[np.argsort(-ends_s, kind="stable")[: int(capacity.sum()) - doors]] -= 1
    return capacity


def _transported(away: Seconds, doors: NDArray[np.int64], capacity: NDArray[np.int64]) -> NDArray[np.int64]:
    """Doors of each building for each helper, shape (helpers, buildings): the least walking that is possible."""
    helpers, buildings = away.shape
    k, b = np.divmod(np.arange(helpers * buildings), buildings)
    ones, row = np.ones(len(k)), np.arange(len(k))
    solved = linprog(  # type: ignore[call-overload]  # its types know no sparse matrices
        away.ravel(),
        A_eq=csr_array((ones, (b, row)), shape=(buildings, len(k))),
        b_eq=doors,
        A_ub=csr_array((ones, (k, row)), shape=(helpers, len(k))),
        b_ub=capacity,
        method="highs",
    )
    if not solved.success:  # cannot be: the capacities sum to the doors
        raise RuntimeError(f"the doors cannot be split: {solved.message}")
    # a basic solution of the transportation problem is whole; rounding takes away only the solver's dust
    return np.asarray(np.rint(solved.x), dtype=np.int64).reshape(helpers, buildings)


def _runs(buildings: Sequence[Building], taken: NDArray[np.int64]) -> list[dict[int, list[str]]]:
    """For each helper the doors in a row that fall to them in each building."""
    runs: list[dict[int, list[str]]] = [{} for _ in range(len(taken))]
    for b, building in enumerate(buildings):
        first = 0
        for k in np.flatnonzero(taken[:, b]).tolist():
            last = first + int(taken[k, b])
            runs[k][b] = [household.household_id for household in building.households[first:last]]
            first = last
    return runs


def _tour(away: Seconds, between: Seconds, run: dict[int, list[str]]) -> list[int]:
    """The helper's buildings, the nearest first and from each the nearest next."""
    left, tour, from_here = set(run), [], away
    while left:
        here = min(left, key=lambda b: (float(from_here[b]), b))
        left.remove(here)
        tour.append(here)
        from_here = between[here]
    return tour
