"""推荐: which people could go to which incidents, two or three ways side by side, each with what it costs.

What an incident needs is what the plan that fits it asks for, less what was ordered already. Whoever could go is found
as `nearby` finds them (on duty, free, fresh, with the skills), with the way by road; who goes where is then decided for
all incidents together (`joint_assignment`). Nothing is ordered by it: an officer chooses, changes and sends.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.event import Event
from cockpit.domain.geo import distance_m
from cockpit.domain.mode import Mode
from cockpit.domain.plan import Force, Words, by_match
from cockpit.domain.resource import kind_of
from cockpit.domain.scope import Scope, street_of
from cockpit.domain.severity import Severity
from cockpit.domain.travel import DETOUR, SPEED_MPS
from cockpit.services.fold import Fold
from cockpit.services.joint_assignment import Assignment, Problem, left_of, options_of, unmet_of
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.query import Candidate, NearbyQuery
from cockpit.services.nearby.registry import Things
from cockpit.services.plan_files import PlanBook

Floats = NDArray[np.float64]

#: an incident that no plan fits needs as many gridworkers
_WITHOUT_PLAN = Force(kind="gridworker", count=2, radius_m=3_000.0, task=Words(""))
#: leaving somebody out of a grave incident weighs more
_WEIGHTS = {Severity.I: 8.0, Severity.II: 4.0, Severity.III: 2.0, Severity.IV: 1.0}
#: the whole scope, to know who is free where
_EVERYWHERE_M, _EVERYBODY = 200_000.0, 20_000
#: incidents and people that one question is about
MOST_EVENTS, _MOST_OF_NEED = 200, 400
#: needs up to which every way is looked up by road before it is decided who goes; each costs tens of milliseconds
_BY_ROAD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one incident lacks of one kind."""

    event_id: str
    kind: str
    count: int
    radius_m: float
    skills: tuple[str, ...]
    weight: float
    lon: float
    lat: float


class Fit(NamedTuple):
    """Who could go for one need, and in how many seconds each would be there."""

    who: Sequence[Candidate]
    eta_s: Floats


class Sent(NamedTuple):
    """Somebody to an incident."""

    need: Need
    who: Candidate
    eta_s: float
    left_in_street: int | None
    orders_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to send people, with what it costs. `coverage_left`: who stays free, by street."""

    name: str
    sent: tuple[Sent, ...]
    unmet: tuple[tuple[Need, int], ...]
    coverage_left: dict[str, int]
    workload_max: int

    @property
    def total_s(self) -> float:
        return sum(one.eta_s for one in self.sent)

    @property
    def worst_s(self) -> float | None:
        return max((one.eta_s for one in self.sent), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The options, the fastest first, and what was to be met."""

    needs: tuple[Need, ...]
    options: tuple[Option, ...]
    #: incidents whose place nobody knows
    unplaced: tuple[str, ...]


class Adviser:
    """Safe from any thread: what the fold knows is copied under its lock, everything after is on copies."""

    def __init__(self, *, fold: Fold, nearby: Nearby, plans: PlanBook, things: Things) -> None:
        self._fold, self._nearby, self._plans, self._things = fold, nearby, plans, things

    def incidents(self, event_ids: Collection[str], scope: Scope) -> list[Event]:
        """The open events asked about; without any, those that wartime is switched on around in the scope."""
        with self._fold.lock:
            situation = self._fold.situation
            wanted = list(event_ids) or [
                state.event_id for state in situation.modes.values() if state.mode is Mode.WARTIME and state.event_id
            ]
            found = (situation.events.get(event_id) for event_id in dict.fromkeys(wanted))
            return [e for e in found if e is not None and e.is_open and scope.covers(e.report.place.code)]

    def advise(self, events: Sequence[Event], *, scope: Scope, now: datetime) -> Advice:
        """Who could go where."""
        ordered, load = self._orders()
        placed = [e for e in events if e.report.place.lon is not None and e.report.place.lat is not None]
        needs = [need for event in placed for need in self._needs(event, ordered)]
        unplaced = tuple(event.event_id for event in events if event not in placed)
        if not needs:
            return Advice(needs=(), options=(), unplaced=unplaced)
        by_road = len(needs) <= _BY_ROAD
        fit = self._fit(needs, scope, now) if by_road else self._fit_of_many(needs, scope, now)
        people = list({c.id: c for found in fit for c in found.who}.values())
        free = Counter(street_of(c.grid_code or c.code) for c in self._everybody(needs, people, scope, now))
        streets = sorted(code for code in free if code)
        problem = _problem(needs, fit, people, streets, free, load)
        chosen = [(prices, assignment) for prices, assignment in options_of(problem) if assignment.pairs]
        if not by_road:
            self._look_up_roads(problem, [assignment for _, assignment in chosen], needs, people)
        options = tuple(
            _option(prices.name, assignment, problem, needs, people, streets, load) for prices, assignment in chosen
        )
        return Advice(needs=tuple(needs), options=options, unplaced=unplaced)

    def _orders(self) -> tuple[Counter[tuple[str, str]], Counter[str]]:
        """Open orders by event and kind of who was ordered, and orders of today by recipient."""
        with self._fold.lock:
            orders = self._fold.situation.orders
            ordered = [(o.issued.event_id, o.issued.recipient) for o in orders.open.values()]
            load = Counter(o.issued.recipient.id for o in orders.values())
        registry = self._things.now()
        kinds = ((event_id, registry.find(who.id), who) for event_id, who in ordered)
        return Counter((event_id, thing.kind if thing else who.kind.value) for event_id, thing, who in kinds), load

    def _needs(self, event: Event, ordered: Counter[tuple[str, str]]) -> Iterable[Need]:
        best = next((plan for plan, match in by_match(self._plans.now().plans.values(), event) if match.fits), None)
        place = event.report.place
        assert place.lon is not None and place.lat is not None
        weight = _WEIGHTS.get(event.report.severity, 2.0) if event.report.severity else 2.0
        for force in best.forces if best else (_WITHOUT_PLAN,):
            count = force.count - ordered[event.event_id, force.kind]
            if count > 0:
                yield Need(
                    event_id=event.event_id, kind=force.kind, count=count, radius_m=force.radius_m,
                    skills=force.skills, weight=weight, lon=place.lon, lat=place.lat,
                )  # fmt: skip

    def _fit(self, needs: Sequence[Need], scope: Scope, now: datetime) -> list[Fit]:
        """Who could go for each need: as many of the soonest as all needs together could take from it."""
        of_kind = Counter[str]()
        for need in needs:
            of_kind[need.kind] += need.count
        found = [
            self._nearby.candidates(
                NearbyQuery(
                    lon=need.lon, lat=need.lat, scope=scope, now=now, radius_m=need.radius_m,
                    kinds=frozenset({need.kind}), skills=frozenset(need.skills),
                    limit=min(_MOST_OF_NEED, 2 * of_kind[need.kind] + 10),
                )
            )
            for need in needs
        ]  # fmt: skip
        return [Fit(who, np.array([candidate.eta_s for candidate in who])) for who in found]

    def _fit_of_many(self, needs: Sequence[Need], scope: Scope, now: datetime) -> list[Fit]:
        """The same for many needs: everybody of a kind once, and the straight line until it is known who goes."""
        pools: dict[tuple[str, tuple[str, ...]], _Pool] = {}
        for need in needs:
            if (need.kind, need.skills) not in pools:
                query = NearbyQuery(
                    lon=need.lon, lat=need.lat, scope=scope, now=now, radius_m=_EVERYWHERE_M,
                    kinds=frozenset({need.kind}), skills=frozenset(need.skills), limit=_EVERYBODY,
                )  # fmt: skip
                pools[need.kind, need.skills] = _Pool.of(self._nearby.find(query).items)
        return [_within(need, pools[need.kind, need.skills]) for need in needs]

    def _look_up_roads(
        self, problem: Problem, chosen: Sequence[Assignment], needs: Sequence[Need], people: Sequence[Candidate]
    ) -> None:
        """The way by road of everybody who goes somewhere, in place of the straight line."""
        going: dict[int, set[int]] = {}
        for assignment in chosen:
            for p, n in assignment.pairs:
                going.setdefault(n, set()).add(p)
        for n, who in going.items():
            listed, here = sorted(who), [(needs[n].lon, needs[n].lat)]
            there = [(people[p].lon, people[p].lat) for p in listed]
            problem.eta_s[listed, n] = self._nearby.travel(here, there, kind_of(needs[n].kind).travel)[0]

    def _everybody(
        self, needs: Sequence[Need], people: Sequence[Candidate], scope: Scope, now: datetime
    ) -> list[Candidate]:
        """Every free gridworker of the scope, and whoever else could go."""
        query = NearbyQuery(
            lon=needs[0].lon, lat=needs[0].lat, scope=scope, now=now, radius_m=_EVERYWHERE_M,
            kinds=frozenset({"gridworker"}), limit=_EVERYBODY,
        )  # fmt: skip
        found = {candidate.id: candidate for candidate in self._nearby.find(query).items}
        return list({**found, **{candidate.id: candidate for candidate in people}}.values())


class _Pool(NamedTuple):
    """Everybody of a kind, and where they are."""

    who: Sequence[Candidate]
    lon: Floats
    lat: Floats

    @classmethod
    def of(cls, who: Sequence[Candidate]) -> "_Pool":
        return cls(who, np.array([c.lon for c in who], dtype=float), np.array([c.lat for c in who], dtype=float))


def _within(need: Need, pool: _Pool) -> Fit:
    """Those within the need's radius, with the time by the straight line."""
    away_m = distance_m(need.lon, need.lat, pool.lon, pool.lat)
    near = np.flatnonzero(away_m <= need.radius_m)
    eta_s = away_m[near] * DETOUR / SPEED_MPS[kind_of(need.kind).travel]
    return Fit([pool.who[i] for i in near.tolist()], eta_s)


def _problem(
    needs: Sequence[Need],
    fit: Sequence[Fit],
    people: Sequence[Candidate],
    streets: Sequence[str],
    free: Counter[str],
    load: Counter[str],
) -> Problem:
    row = {candidate.id: p for p, candidate in enumerate(people)}
    number = {code: s for s, code in enumerate(streets)}
    eta_s = np.full((len(people), len(needs)), np.inf)
    for n, found in enumerate(fit):
        eta_s[[row[candidate.id] for candidate in found.who], n] = found.eta_s
    return Problem(
        eta_s=eta_s,
        counts=np.array([need.count for need in needs], dtype=np.int64),
        weights=np.array([need.weight for need in needs]),
        street=np.array([number.get(street_of(c.grid_code or c.code), -1) for c in people], dtype=np.int64),
        load=np.array([load[c.id] for c in people], dtype=np.int64),
        free=np.array([free[code] for code in streets], dtype=np.int64),
    )


def _option(
    name: str,
    assignment: Assignment,
    problem: Problem,
    needs: Sequence[Need],
    people: Sequence[Candidate],
    streets: Sequence[str],
    load: Counter[str],
) -> Option:
    left = left_of(problem, assignment)

    def sent(p: int, n: int) -> Sent:
        street = int(problem.street[p])
        stays = int(left[street]) if street >= 0 else None
        return Sent(needs[n], people[p], float(problem.eta_s[p, n]), stays, load[people[p].id])

    lacking = unmet_of(problem, assignment).tolist()
    return Option(
        name=name,
        sent=tuple(sorted((sent(p, n) for p, n in assignment.pairs), key=lambda s: (s.need.event_id, s.eta_s))),
        unmet=tuple((need, missing) for need, missing in zip(needs, lacking, strict=True) if missing),
        coverage_left={code: int(left[s]) for s, code in enumerate(streets)},
        workload_max=max((load[people[p].id] + 1 for p, _ in assignment.pairs), default=0),
    )
