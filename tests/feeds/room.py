"""A room for feeds: a taker over real intake and streams in memory, on a clock that stands still."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cockpit.api.meter import FeedMeter
from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.services.city import City
from cockpit.services.feeding.batch import Batch
from cockpit.services.feeding.levels import AlarmLevels
from cockpit.services.feeding.messages import ReadingMessage
from cockpit.services.feeding.seam import Raw
from cockpit.services.feeding.taking import Taker
from cockpit.services.intake import Intake, Outcome
from cockpit.stream.connection import UNAVAILABLE
from cockpit.stream.expiries import MemoryExpiries
from cockpit.stream.facts import MemoryFactLog
from cockpit.stream.health import FeedCounts, MemoryHealth
from cockpit.stream.positions import MemoryPositionLane

NOON = datetime(2026, 11, 19, 4, 0, 30, tzinfo=UTC)
WHOLE = Scope("330110")


@dataclass(eq=False)
class Room:
    """What a feed brought is within reach."""

    city: City
    now: datetime = NOON
    facts: MemoryFactLog = field(default_factory=MemoryFactLog)
    positions: MemoryPositionLane = field(default_factory=MemoryPositionLane)
    health: MemoryHealth = field(default_factory=MemoryHealth)
    readings: list[ReadingMessage] = field(default_factory=list)
    levels: AlarmLevels = field(default_factory=AlarmLevels)
    expiries: MemoryExpiries = field(default_factory=MemoryExpiries)
    dead: list[tuple[Raw, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tick_s = 0.0
        self.meter = FeedMeter(self.health, away=UNAVAILABLE, monotonic=lambda: self.tick_s)

    def taker(self, name: str) -> Taker:
        intake = Intake(city=self.city, facts=self.facts, positions=self.positions, clock=lambda: self.now)
        return Taker(
            name, intake=intake, meter=self.meter, clock=lambda: self.now, take_readings=self._read, levels=self.levels,
            expiries=self.expiries,
        )  # fmt: skip

    def counts(self, name: str) -> FeedCounts:
        """What the feed has been counted with."""
        self.meter.flush()
        return self.health.feeds().get(name, FeedCounts(received_ms=0))

    def heard(self, name: str) -> bool:
        """True once the feed gave a sign of life."""
        return self.counts(name).received_ms > 0

    def told(self) -> list[Fact]:
        """Every fact so far."""
        entries = self.facts.read("0", count=100_000, block_ms=0)
        return [entry.fact for entry in entries if entry.fact is not None]

    def fixes(self) -> list[tuple[str, float, float, int]]:
        """Every fix so far: subject, longitude, latitude, milliseconds."""
        found: list[tuple[str, float, float, int]] = []
        for _, batch in self.positions.read("0", count=100_000, block_ms=0):
            columns: Any = (batch.subject, batch.lon, batch.lat, batch.at_ms)
            for subject, lon, lat, at_ms in zip(*(column.tolist() for column in columns), strict=True):
                found.append((batch.subjects[subject], lon, lat, at_ms))
        return found

    def _read(self, batch: Batch[ReadingMessage]) -> Outcome:
        self.readings += batch.items
        return Outcome(accepted=len(batch.items))
