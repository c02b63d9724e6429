"""Laws of 附近: whatever is asked, the answer is what looking at everybody one by one would give."""

import math
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.geo import distance_m
from cockpit.domain.resource import Resource, ResourceState
from cockpit.domain.scope import Scope
from cockpit.services.nearby.query import NearbyQuery, Status
from tests.services.nearby.ground import GRID, LAT, LON, NOON, OTHER_GRID, Ground, gridworker, take, thing

KINDS = ("hydrant", "aed", "volunteer")
SKILLS = ("first_aid", "water")
SHIFTS = ("day", "night", "rest", "")
#: steps of a thousandth of a degree to either side: few places, so that many lie at the very same distance
STEPS = 12


def _place(chance: Random) -> tuple[float, float]:
    return LON + chance.randint(-STEPS, STEPS) / 1000, LAT + chance.randint(-STEPS, STEPS) / 1000


def _skills(chance: Random) -> tuple[str, ...]:
    return tuple(skill for skill in SKILLS if chance.random() < 0.5)


def _ground(chance: Random) -> Ground:
    """People of every duty and age, things of every kind and state, in two scopes."""
    ground = Ground()
    for number in range(chance.randint(0, 60)):
        lon, lat = _place(chance)
        state, code = chance.choice(list(ResourceState)), chance.choice([GRID, OTHER_GRID])
        kind = chance.choice(KINDS)
        ground.things.append(thing(number, kind, lon, lat, state=state, code=code, skills=_skills(chance)))
    fixes: dict[tuple[float, str], list[tuple[str, float, float]]] = {}
    for number in range(chance.randint(0, 60)):
        subject = f"gw-{number:02d}"
        ground.roster.append(gridworker(subject, chance.choice(SHIFTS), _skills(chance)))
        group = chance.choice([0.0, 299.0, 301.0, 5_000.0]), chance.choice([GRID, OTHER_GRID])
        fixes.setdefault(group, []).append((subject, *_place(chance)))
        if chance.random() < 0.3:
            ground.busy[subject] = f"order-{number}"
    for (age_s, code), some in fixes.items():
        take(ground.movers, some, age_s=age_s, code=code)
    return ground


def _query(chance: Random) -> NearbyQuery:
    lon, lat = _place(chance)
    some = lambda names: frozenset(name for name in names if chance.random() < 0.3)  # noqa: E731
    return NearbyQuery(
        lon=lon, lat=lat, now=NOON, scope=Scope(chance.choice(["330110", "330110012", GRID, ""])),
        radius_m=chance.choice([0.0, 100.0, 700.0, 5_000.0]), kinds=some([*KINDS, "gridworker"]),
        skills=some(SKILLS), limit=chance.randint(1, 12), only_free=chance.random() < 0.5,
        with_left_out=chance.random() < 0.5, exclude=some(["gw-00", "gw-01", "r-0", "r-1"]),
    )  # fmt: skip


grounds = st.randoms(use_true_random=False).map(lambda chance: _ground(Random(chance.random())))
queries = st.randoms(use_true_random=False).map(lambda chance: _query(Random(chance.random())))


def fits(ground: Ground, query: NearbyQuery) -> dict[str, float]:
    """Everybody who fits, and how far they are: one by one."""
    found = {}
    for one in ground.things:
        if one.state is ResourceState.IN_SERVICE and _asked(query, one.resource_id, one.kind, one.code, one.skills):
            found[one.resource_id] = _away(query, one)
    for entry in ground.roster:
        seen = ground.movers.rows[ground.movers.find_row(entry.subject_id)]
        fresh = NOON.timestamp() - seen["at_ms"] / 1000 <= 300
        on_duty = entry.shift in ("day", "")  # at noon
        free = not query.only_free or entry.subject_id not in ground.busy
        asked = _asked(query, entry.subject_id, "gridworker", str(seen["code"]), entry.skills)
        if fresh and on_duty and free and asked:
            found[entry.subject_id] = float(distance_m(query.lon, query.lat, seen["lon"], seen["lat"]))
    return {name: metres for name, metres in found.items() if metres <= query.radius_m}


def _asked(query: NearbyQuery, name: str, kind: str, code: str, skills: tuple[str, ...]) -> bool:
    wanted = not query.kinds or kind in query.kinds
    return wanted and query.skills <= set(skills) and query.scope.covers(code) and name not in query.exclude


def _away(query: NearbyQuery, one: Resource) -> float:
    return float(distance_m(query.lon, query.lat, one.lon, one.lat))


@given(grounds, queries)
def test_the_nearest_are_those_that_looking_at_everybody_finds(ground: Ground, query: NearbyQuery) -> None:
    found, everybody = ground.nearby().find(query), fits(ground, query)
    assert found.total == len(everybody)
    assert [c.distance_m for c in found.items] == sorted(everybody.values())[: query.limit]
    assert all(everybody[c.id] == c.distance_m for c in found.items)
    assert len({c.id for c in found.items}) == len(found.items)


@given(grounds, queries)
def test_nobody_is_both_named_and_left_out_and_everybody_says_why(ground: Ground, query: NearbyQuery) -> None:
    found = ground.nearby().find(query)
    named, others = {c.id for c in found.items}, {c.id for c in found.left_out}
    assert not named & others
    assert all(c.why and c.reason is None for c in found.items)
    assert all(c.why and c.reason is not None for c in found.left_out)
    assert all(query.scope.covers(c.code) for c in [*found.items, *found.left_out])
    assert all(c.status in (Status.FREE, Status.BUSY, Status.REGISTERED) for c in found.items)
    assert all(c.road_m >= c.distance_m and math.isfinite(c.eta_s) for c in found.items)
