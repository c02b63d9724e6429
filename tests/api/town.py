"""A town for tests: the API over real parts in memory, folded when the test says so, on a clock that stands still."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from cockpit.api.devices import Devices
from cockpit.api.identity import Identities
from cockpit.api.meter import FeedMeter
from cockpit.api.register import register_api
from cockpit.api.throttle import Throttle
from cockpit.domain.commands import Command
from cockpit.domain.facts import Fact
from cockpit.services.advising import Adviser
from cockpit.services.alarm_kinds import load_alarm_kinds
from cockpit.services.assignment import Suggester
from cockpit.services.city import City
from cockpit.services.devices import DeviceBook
from cockpit.services.drill_down import DrillDown
from cockpit.services.evacuating import Evacuating
from cockpit.services.households import HouseholdBook
from cockpit.services.houses.book import HouseBook
from cockpit.services.intake import Intake
from cockpit.services.learning import LearnedBook
from cockpit.services.nearby.nearby import Nearby
from cockpit.services.nearby.roads import RoadGraph
from cockpit.services.on_duty import OnDuty
from cockpit.services.outward.guard import Guard
from cockpit.services.outward.subscribing import Subscribing
from cockpit.services.past_events import PastEvents
from cockpit.services.photos import Photos
from cockpit.services.plan_files import PlanBook, shipped_plans
from cockpit.services.plan_running import PlanRunner
from cockpit.services.readings import ReadingIntake
from cockpit.services.recall import Recall
from cockpit.services.recipients import Recipients
from cockpit.services.resources import ResourceBook
from cockpit.services.responsibilities import ResponsibilityBook, responsibilities_of_city
from cockpit.services.roster import Roster
from cockpit.services.search.named_things import NamedThings
from cockpit.services.search.searching import Searching
from cockpit.services.standards import StandardsBook
from cockpit.services.surroundings import Lookout
from cockpit.services.units import UnitBook
from cockpit.services.unplaced import Unplaced
from cockpit.situation.decide import decide
from cockpit.situation.evolve import evolve
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Changed, Rules, Situation
from cockpit.store.accounts import Accounts, Role
from cockpit.store.attachments import Attachments
from cockpit.store.audit import AuditTrail
from cockpit.store.classifiers import Classifiers
from cockpit.store.devices import DeviceTable
from cockpit.store.event_records import EventRecords
from cockpit.store.household_checks import HouseholdChecks
from cockpit.store.households import HouseholdTable
from cockpit.store.houses import HouseTable
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.store.notices import Notices
from cockpit.store.outward import Outward
from cockpit.store.readings import ReadingArchive
from cockpit.store.residents import ResidentTable
from cockpit.store.resources import ResourceTable
from cockpit.store.responsibilities import ResponsibilityTable
from cockpit.store.standards import StandardsTable
from cockpit.stream.commands import MemoryCommandLog
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.facts import FactLog, MemoryFactLog
from cockpit.stream.health import MemoryHealth
from cockpit.stream.positions import MemoryPositionLane, PositionLane
from cockpit.stream.readings import MemoryReadingLane, ReadingLane
from tests.api.town_rooms import joined

NOON = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
CITY = "330110"
#: a place in 仓前街道 and one in 径山镇, and the streets that they lie in
HERE, HERE_STREET = (119.95, 30.30), "330110012"
ELSEWHERE = (119.80, 30.40)


@cache
def _read_roads(file: Path) -> RoadGraph:
    return RoadGraph.load(file)


def roads_of(city: City) -> RoadGraph:
    """The roads of a city, read once for all tests."""
    return _read_roads((city.directory or Path()) / "roads.json")


class Fold:
    """The projector's twin for tests: folds when it is told to, in the thread that tells it."""

    instance = "instance-1"

    def __init__(self, city: City, facts: FactLog, positions: PositionLane, clock: Callable[[], datetime]) -> None:
        self.lock = threading.RLock()
        self.situation, self.movers = Situation(rules=Rules(city_code=city.code, tz=city.tz)), Movers()
        self.newest_fact_ms = 0
        self.changes: list[tuple[int, Changed]] = []
        self.known_from = 0
        self._city, self._facts, self._positions, self._clock = city, facts, positions, clock
        self._fixes_at = "0"
        self._wakers: list[Callable[[], None]] = []

    def follow(self) -> None:
        """Fold everything that the streams have."""
        with self.lock:
            for entry in self._facts.read(self.situation.position, count=100_000, block_ms=0):
                assert entry.fact is not None
                self.take(entry.fact, entry.position)
            for position, batch in self._positions.read(self._fixes_at, count=100_000, block_ms=0):
                self._fixes_at = position
                codes = self._city.locate_many(batch.lon, batch.lat)
                self.movers.take(
                    batch.subjects, batch.kinds, batch.subject, batch.kind,
                    batch.lon, batch.lat, batch.at_ms, batch.received_ms, codes,
                )  # fmt: skip
        for wake in self._wakers:
            wake()

    def take(self, fact: Fact, position: str) -> None:
        """Fold one fact."""
        for changed in evolve(self.situation, fact, position):
            self.changes.append((self.situation.seq, changed))
        self.newest_fact_ms = round(fact.received_at.timestamp() * 1000)

    def forget(self) -> None:
        """As if everything so far had happened too long ago to know."""
        self.known_from = self.situation.seq

    def changed_since(self, seq: int) -> list[Changed] | None:
        if seq > self.situation.seq or seq < self.known_from:
            return None
        return list(dict.fromkeys(changed for at, changed in self.changes if at > seq))

    def day_started_at(self) -> datetime:
        local = self._clock().astimezone(self.situation.rules.zone())
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    def subscribe(self, wake: Callable[[], None]) -> None:
        self._wakers.append(wake)


@dataclass(eq=False)
class Town:
    """The app with everything behind it within reach."""

    city: City
    engine: Engine
    now: datetime = NOON
    tick_s: float = 0.0
    facts: FactLog = field(default_factory=MemoryFactLog)
    positions: PositionLane = field(default_factory=MemoryPositionLane)
    readings: ReadingLane = field(default_factory=MemoryReadingLane)
    past: dict[datetime, Situation] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    own_plans: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fold = Fold(self.city, self.facts, self.positions, self.clock)
        self.commands, self.health = MemoryCommandLog(), MemoryHealth()
        self.accounts = Accounts(self.engine)
        self.audit = AuditTrail(self.engine)
        self.identities = Identities(
            self.accounts, city_code=self.city.code, clock=self.clock, monotonic=lambda: self.tick_s
        )
        self.meter = FeedMeter(self.health, away=UNAVAILABLE, monotonic=lambda: self.tick_s)
        self.devices = DeviceBook(DeviceTable(self.engine), monotonic=lambda: self.tick_s)
        self.registry = CollectorRegistry()
        self.ready: str | None = None
        self.standards = StandardsBook(StandardsTable(self.engine), monotonic=lambda: self.tick_s)
        own = responsibilities_of_city(self.city.directory) if self.city.directory else []
        self.responsibilities = ResponsibilityBook(
            ResponsibilityTable(self.engine), city=own, monotonic=lambda: self.tick_s
        )
        self.things = ResourceBook(ResourceTable(self.engine), monotonic=lambda: self.tick_s, in_background=False)
        self.busy: dict[str, str] = {}
        self.nearby = Nearby(
            fold=self.fold, city=self.city, things=self.things, roads=roads_of(self.city), roster=Roster(self.city),
            stale_after_s=300, busy_of=lambda situation: {**situation.orders.busy, **self.busy},
        )  # fmt: skip
        self.photos = Photos(Path(str(self.engine.url.database)).parent / "photos", most_bytes=1_000_000)
        self.app = Flask("town", static_folder=None)

    def clock(self) -> datetime:
        return self.now

    def build(self, **given: Any) -> "Town":
        """Join the API. `given` replaces services."""
        lookout = Lookout(
            city=self.city, health=self.health, dead_letters=lambda: 0,
            clock_ms=lambda: round(self.now.timestamp() * 1000),
        )  # fmt: skip
        past = PastEvents(EventRecords(self.engine), self.fold.situation.rules)
        plans = PlanBook(shipped_plans(), *self.own_plans)
        units = UnitBook(self.responsibilities, self.things, city_code=self.city.code)
        recipients = Recipients(
            fold=self.fold, roster=Roster(self.city), things=self.things, find_unit=units.find,
        )  # fmt: skip
        self.houses = houses = HouseBook(
            HouseholdBook(HouseholdTable(self.engine), city=self.city), HouseTable(self.engine),
            ResidentTable(self.engine), HouseholdChecks(self.engine), city=self.city,
        )  # fmt: skip
        named = NamedThings(
            city=self.city, things=self.things, devices=self.devices.now, houses=houses, layers=None,
            in_background=False,
        )  # fmt: skip
        services: dict[str, Any] = {
            "searching": Searching(named, self.fold, city=self.city, houses=houses, past_event=past.find),
            "projection": self.fold,
            "intake": Intake(
                city=self.city, facts=self.facts, positions=self.positions, clock=self.clock,
                code_of_event=self._code_of, find_limit=self.standards.find_limit,
            ),
            "meter": self.meter, "commands": self.commands, "idempotency": IdempotencyKeys(self.engine),
            "accounts": self.accounts, "identities": self.identities, "audit": self.audit, "clock": self.clock,
            "city": self.city, "standards": self.standards, "responsibilities": self.responsibilities,
            "suggester": Suggester(
                responsibilities=self.responsibilities, standards=self.standards,
                learned=LearnedBook(Classifiers(self.engine), monotonic=lambda: self.tick_s),
            ),
            "nearby": self.nearby, "things": self.things,
            "recipients": recipients, "units": units,
            "plans": plans,
            "adviser": Adviser(fold=self.fold, nearby=self.nearby, plans=plans, things=self.things),
            "plan_runner": PlanRunner(city=self.city, nearby=self.nearby, recipients=recipients),
            "notices": Notices(self.engine),
            "evacuating": Evacuating(
                self.fold, city=self.city, fresh_within_s=900,
                households=HouseholdBook(HouseholdTable(self.engine), city=self.city),
            ),
            "houses": houses,
            "on_duty_within_s": 900, "photos": self.photos, "attachments": Attachments(self.engine), "photos_a_day": 5,
            "rewind": lambda at: self.past[at], "folded": lambda at: self.past[at], "surroundings": lookout.now,
            "past": past, "drill": DrillDown(self.fold, lambda at: self.past[at], past, self.city), "target_rate": 0.95,
            "checks": {"situation": lambda: self.ready}, "version": "0", "session_for": timedelta(days=1),
            "facts": self.facts,
            "outward": Subscribing(
                Outward(self.engine), Guard(), tail=self.facts.tail, randomness=secrets.token_bytes, clock=self.clock
            ),
            "devices": lambda instants: Devices(
                instants, registry=self.devices, table=DeviceTable(self.engine), archive=ReadingArchive(self.engine),
                kinds=load_alarm_kinds(), city=self.city, clock=self.clock,
            ),
            "on_duty": OnDuty(fold=self.fold, city=self.city, roster=Roster(self.city), within_s=900),
            "unplaced": Unplaced(fold=self.fold, city=self.city, roster=Roster(self.city), within_s=900),
            "readings": ReadingIntake(lane=self.readings, clock=self.clock),
            "registry": self.registry, "session_ended": self.ended.append,
            "throttle": Throttle(monotonic=lambda: self.tick_s),
        }  # fmt: skip
        register_api(self.app, joined({**services, **given}))
        self.app.add_url_rule("/<path:page>", "dash", lambda page: f"page {page}")
        return self

    def token(self, role: Role = Role.ADMIN, scope: str = CITY, subject: str = "") -> str:
        return self.accounts.create_token(role=role, scope=scope, name=role.value, subject=subject, now=self.now)

    def caller(self, role: Role = Role.ADMIN, scope: str = CITY, subject: str = "") -> "Caller":
        return Caller(self.app.test_client(), self.token(role, scope, subject))

    def gridworker(self, subject: str = "gw-00001") -> "Caller":
        """The phone of somebody on the roster: their own grid, their own subject."""
        return self.caller(Role.GRIDWORKER, self.city.roster[subject].grid_code, subject)

    def settle(self) -> None:
        """Decide what was asked for and fold what follows, as a dispatcher and a projector would."""
        self.fold.follow()
        group = self.commands.group("settle", "town")
        for entry in group.read(count=1_000, block_ms=0):
            assert entry.command is not None
            group.ack([entry.position])
            self.decide(entry.command)

    def decide(self, command: Command) -> None:
        """As a dispatcher does it: what has left the fold comes back first."""
        self.fold.follow()
        back = Recall(EventRecords(self.engine), clock=self.clock).for_command(self.fold.situation, command)
        if back is not None:
            self.facts.append([back])
            self.fold.follow()
        self.facts.append(decide(self.fold.situation, command))
        self.fold.follow()

    def browser(self, role: Role = Role.DUTY, scope: str = CITY) -> "Browser":
        """A signed-in browser."""
        client = self.app.test_client()
        answer = client.get("/signin", query_string={"token": self.token(role, scope)})
        assert answer.status_code == 303, answer.text
        return Browser(client)

    def _code_of(self, event_id: str) -> str | None:
        event = self.fold.situation.events.get(event_id)
        return event.report.place.code if event else None


@dataclass
class Caller:
    """A program with a token."""

    client: FlaskClient
    secret: str

    def call(self, method: str, path: str, **given: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", **given.pop("headers", {})}
        return self.client.open(f"/api/v1/{path}", method=method, headers=headers, **given)

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, query_string={k.rstrip("_"): v for k, v in query.items()})

    def post(self, path: str, body: Any, **given: Any) -> Any:
        if isinstance(body, bytes):
            return self.call("POST", path, data=body, **{"content_type": "application/json", **given})
        return self.call("POST", path, json=body, **given)


@dataclass
class Browser:
    """A browser with its cookies."""

    client: FlaskClient

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie("cockpit_session")
        return found.value if found else ""

    @property
    def csrf(self) -> str:
        found = self.client.get_cookie("_csrf_token")
        return found.value if found else ""


def event(number: int = 1, **given: Any) -> dict[str, Any]:
    """A message of `POST feeds/events`."""
    message = {
        "event_id": str(number), "source": "citizen", "category": "event.01.10", "title": f"占道经营 {number}",
        "lon": HERE[0], "lat": HERE[1], "reported_at": (NOON - timedelta(minutes=30)).isoformat(),
        "due_at": (NOON + timedelta(minutes=70)).isoformat(),
    }  # fmt: skip
    return {k: v for k, v in {**message, **given}.items() if v is not None}


def transition(number: int = 1, stage: str = "accepted", minutes: float = -20, **given: Any) -> dict[str, Any]:
    at = (NOON + timedelta(minutes=minutes)).isoformat()
    return {"event_id": str(number), "source": "citizen", "stage": stage, "at": at, **given}


def alarm(number: int = 1, state: str = "raised", minutes: float = -5, **given: Any) -> dict[str, Any]:
    message = {
        "device_id": f"dev-{number}", "kind": "smoke", "state": state, "severity": "II", "lon": HERE[0],
        "lat": HERE[1], "at": (NOON + timedelta(minutes=minutes)).isoformat(), "message": "烟感",
    }  # fmt: skip
    return {k: v for k, v in {**message, **given}.items() if v is not None}


def position(subject: str = "w1", seconds: float = 0, **given: Any) -> dict[str, Any]:
    at = (NOON + timedelta(seconds=seconds)).isoformat()
    return {"subject_id": subject, "kind": "gridworker", "lon": HERE[0], "lat": HERE[1], "at": at, **given}
