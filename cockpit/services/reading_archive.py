"""读数入库: readings into the database, thinned out; devices that nobody has entered are noted as heard of."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from cockpit.domain.device import Device
from cockpit.domain.event import Place
from cockpit.domain.reading import Reading
from cockpit.services.devices import DeviceBook
from cockpit.store.database import UNAVAILABLE as DATABASE_AWAY
from cockpit.stream.connection import UNAVAILABLE as STREAM_AWAY
from cockpit.stream.lane import millis_of
from cockpit.stream.readings import ReadingGroup, ReadingLane

log = structlog.get_logger(__name__)

_STALE_MS = 60_000
_BATCHES = 200
_EVERY_S = 1.0
_TRIM_EVERY_S = 60.0
_IN_STREAM = timedelta(minutes=30)
#: unknown devices that are noted: a broken source that makes up ids shall not fill the registry
MOST_UNKNOWN = 20_000


class Kept(Protocol):
    """Where readings go (`store.readings`)."""

    def record(self, kept: Sequence[Reading], newest: Iterable[Reading]) -> None: ...
    def delete_before(self, to_ms: int) -> int: ...


class Heard(Protocol):
    """Where unknown devices are noted (`store.devices`)."""

    def hear_of(self, heard: Iterable[Device], *, now: datetime) -> None: ...


class ReadingRecorder:
    """One consumer of the readings lane. Of each quantity of a device one value in `every_s` seconds is kept."""

    def __init__(
        self,
        *,
        lane: ReadingLane,
        consumer: str,
        archive: Kept,
        heard: Heard,
        devices: DeviceBook,
        every_s: float,
        kept_for: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._lane, self._group = lane, lane.group("archive", consumer)
        self._archive, self._heard, self._devices = archive, heard, devices
        self._every_ms, self._kept_for, self._clock = round(every_s * 1000), kept_for, clock
        #: (device, quantity) → slot of the value that was kept last
        self._slots: dict[tuple[str, str], int] = {}
        self._noted: set[str] = set()
        self._trimmed_at = float("-inf")

    def run(self, stop: threading.Event) -> None:
        """Keep until `stop`; while a store is away the stream holds them."""
        told = False
        while not stop.is_set():
            try:
                busy = self.step()
                told = False
            except (*STREAM_AWAY, *DATABASE_AWAY) as away:
                busy = False
                if not told:
                    log.warning("readings wait for their archive", error=str(away))
                    told = True
            if not busy:
                stop.wait(_EVERY_S)

    def step(self, *, block_ms: int = 500) -> bool:
        """Keep what is waiting; True if there may be more."""
        group: ReadingGroup = self._group
        group.claim_stale(_STALE_MS)
        entries = group.read(_BATCHES, block_ms)
        kept: list[Reading] = []
        newest: dict[tuple[str, str], Reading] = {}
        for entry in entries:
            if entry.error:
                group.set_aside(entry)
                continue
            for reading in entry.readings:
                key = (reading.device_id, reading.quantity)
                slot = millis_of(reading.at) // self._every_ms if self._every_ms else millis_of(reading.at)
                if self._slots.get(key) != slot:
                    self._slots[key] = slot
                    kept.append(reading)
                before = newest.get(key)
                if before is None or reading.at >= before.at:
                    newest[key] = reading
        if newest:
            self._note_unknown(newest.values())
            self._archive.record(kept, newest.values())
        group.ack([entry.position for entry in entries if not entry.error])
        self._trim()
        return len(entries) == _BATCHES

    def _note_unknown(self, readings: Iterable[Reading]) -> None:
        known = self._devices.now()
        fresh: dict[str, Device] = {}
        for r in readings:
            if r.device_id in known or r.device_id in self._noted or len(self._noted) + len(fresh) >= MOST_UNKNOWN:
                continue
            place = Place(lon=r.lon, lat=r.lat)
            fresh[r.device_id] = Device(
                device_id=r.device_id, place=place, is_known=False, first_heard_at=r.received_at
            )
        if fresh:
            self._heard.hear_of(fresh.values(), now=self._clock())
            self._noted |= fresh.keys()

    def _trim(self) -> None:
        if time.monotonic() - self._trimmed_at < _TRIM_EVERY_S:
            return
        self._trimmed_at = time.monotonic()
        now = self._clock()
        self._lane.trim(millis_of(now - _IN_STREAM))
        self._archive.delete_before(millis_of(now - self._kept_for))
