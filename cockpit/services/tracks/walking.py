"""巡查记录: tells from what arrived, minute by minute, which gridworker had visited which grid, and keeps it.

A minute is told once nothing of it is still to come. What it says of a day is what `/tracks` says of that day, of what
had arrived by then: a fix that came late counts from its arrival on. Where it ends it goes on after a restart.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import structlog

from cockpit.domain.scope import number_of
from cockpit.domain.track import Floats, Heard, Ints, Track, track_of
from cockpit.domain.walk import Walk
from cockpit.services.city import City
from cockpit.services.tracks.reading import WRONG_BITS, BatchesBetween, heard_of
from cockpit.services.tracks.windows import TrackWindows
from cockpit.situation.period import local_of
from cockpit.store.database import UNAVAILABLE
from cockpit.store.fixes import StoredBatch
from cockpit.store.walked_grids import Key, Told, WalkedGrids
from cockpit.stream.codec import UnreadableEntryError
from cockpit.stream.fix_batch import FixBatch, unpack
from cockpit.stream.lane import millis_of

log = structlog.get_logger(__name__)

MINUTE_MS = 60_000
_KIND = "gridworker"
_NUMBERS = ("lon", "lat", "accuracy_m", "speed_mps", "battery")
_GRID = 15
#: what a killed archiver left is taken over within a minute; afterwards nothing of a minute is still to come
_SETTLED_MS = 2 * MINUTE_MS
#: a device's clock may go ahead by so much: fixes of a day may arrive before it begins
_AHEAD_MS = 10 * MINUTE_MS
#: so much is read at once
_PIECE_MS = 10 * MINUTE_MS
_EVERY_S = 20.0
#: somebody may be waiting for the processor
_BREATH_S = 0.02


class Arrived(BatchesBetween, Protocol):
    """`store.fixes.FixArchive`."""

    def newest_arrival_ms(self) -> int | None: ...
    def oldest_arrival_ms(self) -> int | None: ...
    def list_arrived(self, from_ms: int, until_ms: int) -> Iterator[StoredBatch]: ...


class Walking:
    """Keeps the walks of an archive. One process does this; a second would only do it twice."""

    def __init__(
        self, *, city: City, archive: Arrived, store: WalkedGrids, kept: timedelta, windows: TrackWindows | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        """`kept`: so long the archive keeps fixes."""
        self._city, self._archive, self._store, self._kept = city, archive, store, kept
        self._windows, self._clock, self._zone = windows, clock, ZoneInfo(city.tz)
        self._grids = np.array(sorted(number_of(c) for c in city.divisions if len(c) == _GRID), dtype=np.int64)
        self._told: Told | None = None
        self._walks: dict[Key, Walk] = {}
        #: of days from this one on everything that arrived was taken in here
        self._whole_from = 0

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; what could not be done now is done next time."""
        while not stop.is_set():
            try:
                self.once(stop)
            except UNAVAILABLE as away:
                log.warning("walks wait for the database", error=str(away))
                self._told = None
            stop.wait(_EVERY_S)

    def once(self, stop: threading.Event | None = None) -> int:
        """Tell all minutes that are over; in how many pieces."""
        oldest, newest = self._archive.oldest_arrival_ms(), self._archive.newest_arrival_ms()
        if oldest is None or newest is None:
            return 0
        first_day = self._first_whole_day()
        told = self._store.told()
        if told is None or told.through_ms < self._midnight_ms(first_day):
            # what arrived since then may be kept no longer: it begins anew
            begin = max(first_day, self._day_of(oldest))
            told = Told(max(oldest, self._midnight_ms(begin)), _minute(self._midnight_ms(begin) - _AHEAD_MS))
        mine = self._told
        if mine is None or mine.from_ms != told.from_ms or mine.through_ms > told.through_ms:
            self._read_again(told)
            mine = told
        count, end_ms = 0, _minute(newest - _SETTLED_MS)
        for begin_ms in range(mine.through_ms, end_ms, _PIECE_MS):
            self._tell(told.from_ms, begin_ms, min(begin_ms + _PIECE_MS, end_ms))
            count += 1
            if stop is not None and stop.wait(_BREATH_S):
                break
        if count:
            self._store.keep({}, self._told or told)
        self._store.forget_who(first_day)
        self._forget_walks()
        return count

    def _tell(self, from_ms: int, begin_ms: int, end_ms: int) -> None:
        """What arrived from `begin_ms` until before `end_ms`, each minute as it was known at its end."""
        first = max(self._first_whole_day(), self._day_of(from_ms))
        arrived = self._archive.list_arrived(begin_ms, end_ms - 1)
        for minute_ms, stored in groupby(list(arrived), key=lambda one: _minute(int(one.position.partition("-")[0]))):
            through_ms = minute_ms + MINUTE_MS
            changed = self._take(stored, through_ms, first)
            if changed:
                self._store.keep({key: self._walks[key].reached() for key in changed}, Told(from_ms, through_ms))
        self._told = Told(from_ms, end_ms)

    def _read_again(self, told: Told) -> None:
        """What was told of the day before, so that it can be gone on with."""
        self._walks.clear()
        self._whole_from = max(self._day_of(told.through_ms), self._day_of(told.from_ms))
        begin_ms = self._midnight_ms(self._whole_from) - _AHEAD_MS
        for piece_ms in range(begin_ms, told.through_ms, _PIECE_MS):
            end_ms = min(piece_ms + _PIECE_MS, told.through_ms)
            self._take(self._archive.list_arrived(piece_ms, end_ms - 1), end_ms, self._whole_from)
        self._store.keep({key: walk.reached() for key, walk in self._walks.items()}, told)
        self._told = told

    def _take(self, stored: Iterable[StoredBatch], end_ms: int, first: int) -> set[Key]:
        """Take in what arrived before `end_ms`, of days from `first` on; whose days changed."""
        heard, whose, names = _heard(stored)
        if not len(heard):
            return set()
        days, _ = local_of(heard.at_ms / 1000, self._zone)
        order = np.lexsort((days, whose))
        starts = np.flatnonzero(np.diff(days[order], prepend=-1) | np.diff(whose[order], prepend=-1))
        changed: set[Key] = set()
        for rows in np.split(order, starts[1:]):
            key = int(days[rows[0]]), names[int(whose[rows[0]])]
            if key[0] >= first and self._add(key, track_of(_picked(heard, rows)), end_ms):
                changed.add(key)
        return changed

    def _add(self, key: Key, track: Track, end_ms: int) -> bool:
        """Take in fixes of somebody's day; whether they may have visited other grids by then."""
        walk = self._walks.get(key)
        if walk is None and key[0] >= self._whole_from:
            walk = self._walks[key] = Walk(_KIND)
        if walk is None or (new := walk.unheard(track)) is None:
            self._walks[key] = self._anew(key, end_ms)
            return True
        before = dict(walk.reached())
        walk.take(new, self._grids_at(new.lon, new.lat))
        return walk.reached() != before

    def _anew(self, key: Key, end_ms: int) -> Walk:
        """A day from its beginning: something came late."""
        day, subject_id = key
        from_ms, to_ms = self._midnight_ms(day), self._midnight_ms(day + 1) - 1
        found = heard_of(self._archive, subject_id, from_ms, to_ms, self._windows, arrived_before_ms=end_ms)
        track, walk = track_of(found.heard), Walk(_KIND)
        walk.take(track, self._grids_at(track.lon, track.lat))
        return walk

    def _grids_at(self, lon: Floats, lat: Floats) -> Ints:
        numbers = self._city.locate_many(lon, lat)
        return np.where(np.isin(numbers, self._grids), numbers, 0)

    def _forget_walks(self) -> None:
        """Today and yesterday stay: earlier days are read again if something comes of them."""
        newest = max((day for day, _ in self._walks), default=0)
        self._walks = {key: walk for key, walk in self._walks.items() if key[0] >= newest - 1}
        self._whole_from = max(self._whole_from, newest - 1)

    def _first_whole_day(self) -> int:
        """The first day of which every fix is still kept."""
        cut = self._clock() - self._kept
        return self._day_of(millis_of(cut) - 1) + 1

    def _day_of(self, ms: int) -> int:
        return datetime.fromtimestamp(ms / 1000, self._zone).date().toordinal()

    def _midnight_ms(self, day: int) -> int:
        its = date.fromordinal(day)
        return millis_of(datetime(its.year, its.month, its.day, tzinfo=self._zone))


def _minute(ms: int) -> int:
    return ms // MINUTE_MS * MINUTE_MS


def _heard(stored: Iterable[StoredBatch]) -> tuple[Heard, Ints, list[str]]:
    """What gridworkers told of places, whose each fix is, and their names by that number."""
    numbers: dict[str, int] = {}
    whose: list[Ints] = [np.zeros(0, dtype=np.int64)]
    parts: dict[str, list[Floats]] = {name: [np.zeros(0)] for name in _NUMBERS}
    times: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for batch in _read(stored):
        if _KIND not in batch.kinds:
            continue
        rows = np.flatnonzero((batch.kind == batch.kinds.index(_KIND)) & ((batch.flags & WRONG_BITS) == 0))
        known = np.fromiter((numbers.setdefault(s, len(numbers)) for s in batch.subjects), np.int64)
        whose.append(known[batch.subject[rows]])
        times.append(batch.at_ms[rows])
        for name, some in parts.items():
            some.append(getattr(batch, name)[rows].astype(np.float64))
    columns = {name: np.concatenate(some) for name, some in parts.items()}
    at_ms = np.concatenate(times).astype(np.int64)
    heard = Heard(at_ms=at_ms, **columns, wrong=np.full(len(at_ms), "", dtype="U1"))
    return heard, np.concatenate(whose), list(numbers)


def _picked(heard: Heard, rows: Ints) -> Heard:
    return Heard(**{name: getattr(heard, name)[rows] for name in ("at_ms", *_NUMBERS, "wrong")})


def _read(stored: Iterable[StoredBatch]) -> Iterator[FixBatch]:
    for one in stored:
        try:
            yield unpack(one.body)
        except UnreadableEntryError as error:
            log.error("archived batch of fixes cannot be read", position=one.position, reason=str(error))
