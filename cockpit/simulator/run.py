"""运行 — tells the demo city's day through the public API: what has happened, then what happens."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import structlog

from cockpit.simulator.crew import Crew
from cockpit.simulator.crew_api import CrewApi
from cockpit.simulator.day import EVENTS_PER_DAY
from cockpit.simulator.doors import Doors
from cockpit.simulator.findings import Camera
from cockpit.simulator.ground import Ground
from cockpit.simulator.kinds import SOURCE_SHARE, Kind, read_kinds
from cockpit.simulator.patrol import Patrol
from cockpit.simulator.readings import INTERVAL_S, SLOTS, Devices
from cockpit.simulator.sender import Sender
from cockpit.simulator.timeline import Batch, DayPlan, Pending, messages_after, plan_day, told_alarms, told_events

log = structlog.get_logger(__name__)

TICK_S = 0.2
#: how often the gridworkers look at their phones
CREW_S = 1.0
HEARTBEAT_S = 10.0
HISTORY_DAYS = 7
HISTORY_PER_S = 2000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Teller:
    """Holds what a run needs; every method is one of its threads or a step of one."""

    def __init__(
        self,
        sender: Sender,
        ground: Ground,
        seed: int,
        stop: Event,
        clock: Callable[[], datetime],
        per_day: float,
        interval_s: float,
    ) -> None:
        self._sender, self._ground, self._seed = sender, ground, seed
        self._camera = Camera(sender)
        self._stop, self._clock, self._per_day = stop, clock, per_day
        self._kinds: list[Kind] = read_kinds()
        self._pending = Pending()
        self.patrol = Patrol(ground, seed, interval_s=interval_s, tick_s=TICK_S)
        self._began = clock()
        self._today = self._local_day(self._began)

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self._ground.tz).date()

    def _plan(self, day: date) -> DayPlan:
        return plan_day(self._ground, self._kinds, day, self._seed, self._per_day)

    def _send(self, batches: Iterable[Batch], *, per_s: float = 0.0, pictures: bool = False) -> None:
        """`pictures`: findings come with theirs."""
        for feed, bodies in batches:
            if self._stop.is_set():
                return
            started = time.monotonic()
            if bodies:
                self._sender.post(feed, self._camera.seen(bodies) if pictures and feed == "events" else bodies)
            if per_s:
                self._stop.wait(max(0.0, len(bodies) / per_s - (time.monotonic() - started)))

    def tell(self) -> None:
        """The main thread: what is open now, then every message at its time, and a heartbeat of every feed."""
        now, plan = self._began, self._plan(self._today)
        self._pending.add(messages_after(plan, now))
        self._send(told_events([e for e in plan.events if e.is_open(now)], now), pictures=True)
        self._send(told_alarms(plan, now))
        history = Thread(target=self.tell_history, args=(plan,), name="history", daemon=True)
        history.start()
        planned, beat, slot, spoke = self._today, 0.0, 0, 0.0
        devices = Devices(self._ground, self._seed)
        while not self._stop.is_set():
            now = self._clock()
            ahead = self._local_day(now + timedelta(minutes=5))
            if ahead > planned:
                self._pending.add(messages_after(self._plan(ahead), self._began))
                planned = ahead
            self._send(self._pending.due(now), pictures=True)
            if time.monotonic() - spoke >= INTERVAL_S / SLOTS:
                spoke, slot = time.monotonic(), slot + 1
                self._sender.post("readings", devices.told(now, slot), keep=False)
            if time.monotonic() - beat >= HEARTBEAT_S:
                beat = time.monotonic()
                self.heartbeat()
            self._stop.wait(TICK_S)
        history.join(timeout=5)

    def heartbeat(self) -> None:
        """Alive, nothing to say: one empty batch a feed."""
        for source in SOURCE_SHARE:
            self._sender.post("events", [], source=source)
        self._sender.post("alarms", [], source="iot")

    def tell_history(self, today: DayPlan) -> None:
        """Yesterday's open events, the rest of today from the newest back, then the days before, without haste."""
        now = self._began
        yesterday = self._plan(self._today - timedelta(days=1))
        self._pending.add(messages_after(yesterday, now))
        self._send(told_events([e for e in yesterday.events if e.is_open(now)], now), per_s=HISTORY_PER_S)
        self._send(told_events([e for e in today.events if not e.is_open(now)], now), per_s=HISTORY_PER_S)
        for back in range(1, HISTORY_DAYS + 1):
            if self._stop.is_set():
                return
            plan = yesterday if back == 1 else self._plan(self._today - timedelta(days=back))
            if back > 1:
                self._pending.add(messages_after(plan, now))
            self._send(told_events(plan.events, now), per_s=HISTORY_PER_S)
            self._send(told_alarms(plan, now), per_s=HISTORY_PER_S)
        if not self._stop.is_set():
            log.info("history_told", days=HISTORY_DAYS)

    def answer(self, api: CrewApi) -> None:
        """The third thread: gridworkers answer their orders and knock at doors. The first of the roster has a phone."""
        phone = frozenset(row["subject_id"] for row in self._ground.roster[:1])
        crew = Crew(api, self.patrol, seed=self._seed, leave_alone=phone)
        doors = Doors(api, seed=self._seed, leave_alone=phone)
        while not self._stop.wait(CREW_S):
            now = self._clock()
            crew.step(now)
            doors.step(now)

    def walk(self) -> None:
        """The second thread: a fifth of a second, a batch of positions; what could not be sent is not sent again."""
        patrol = self.patrol
        slot, due = 0, time.monotonic()
        while not self._stop.is_set():
            batch = patrol.report(self._clock(), slot)
            if batch and not self._sender.post("positions", batch, keep=False):
                self._stop.wait(1.0)
                due = time.monotonic()
            slot += 1
            due = max(due + TICK_S, time.monotonic() - 1)
            self._stop.wait(max(0.0, due - time.monotonic()))


def run_simulator(
    *,
    base_url: str,
    token: str,
    city_dir: Path,
    seed: int,
    stop: Event,
    clock: Callable[[], datetime] = _utc_now,
    interval_s: float = 5.0,
    events_per_day: float = EVENTS_PER_DAY,
    crew_token: str = "",
) -> None:
    """Runs until `stop` is set. `interval_s`: how often everybody reports a position. Raises OSError for a bad city.

    `crew_token` is for the gridworkers' answers to their orders; without it nobody answers.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would write a line a request
    ground = Ground.load(city_dir)
    sender = Sender(base_url, token, stop)
    teller = Teller(sender, ground, seed, stop, clock, events_per_day, interval_s)
    threads = [Thread(target=teller.walk, name="walkers", daemon=True)]
    api = CrewApi(base_url, crew_token)
    if crew_token:
        threads.append(Thread(target=teller.answer, args=(api,), name="crew", daemon=True))
    for thread in threads:
        thread.start()
    try:
        teller.tell()
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)
        sender.close()
        api.close()
