"""投影: a process that starts late, or again, knows what one that always ran knows."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.facts import DayCleared, EventBecameAtRisk, EventBecameOvertime
from cockpit.domain.fix import Fix
from cockpit.domain.limit import parse_limit
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.services.archiver import Archiver
from cockpit.services.city import City
from cockpit.services.dispatcher import Dispatcher
from cockpit.services.history import History
from cockpit.services.projector import Projector
from cockpit.services.ticker import Ticker
from cockpit.situation.checkpoint import checkpoint_of
from cockpit.situation.situation import Changed, Rules
from cockpit.store.checkpoints import Checkpoints
from cockpit.store.database import migrate, open_engine
from cockpit.store.fixes import FixArchive
from cockpit.store.journal import Journal
from cockpit.stream.commands import MemoryCommandLog
from cockpit.stream.facts import MemoryFactLog
from cockpit.stream.fix_batch import FixBatch
from cockpit.stream.health import MemoryHealth
from cockpit.stream.lane import millis_of
from cockpit.stream.positions import MemoryPositionLane
from tests.stories import NOON, entered, minutes, recorder_of, reported

CITY = City.load("yuhang")
TURNED = (EventBecameAtRisk, EventBecameOvertime)
RULES = Rules(city_code=CITY.code, tz=CITY.tz)


class Room:
    """One city's streams and journal, and the processes that tests start in it."""

    def __init__(self, directory: Path) -> None:
        self.engine = open_engine(f"sqlite:///{directory / 'journal.db'}")
        migrate(self.engine)
        self.facts, self.positions, self.commands = MemoryFactLog(), MemoryPositionLane(), MemoryCommandLog()
        self.health = MemoryHealth()
        self.journal, self.checkpoints = Journal(self.engine), Checkpoints(self.engine)
        self.now = NOON

    def history(self) -> History:
        return History(journal=self.journal, checkpoints=self.checkpoints, rules=RULES)

    def archive(self) -> None:
        """The stream so far goes into the journal."""
        archiver = Archiver(
            facts=self.facts, positions=self.positions, journal=self.journal, fixes=FixArchive(self.engine),
            checkpoints=self.checkpoints, recorder=recorder_of(self.engine), consumer="test",
        )  # fmt: skip
        while archiver.step(block_ms=0):
            pass

    @contextmanager
    def projector(self) -> Iterator[Projector]:
        history = self.history()
        projector = Projector(
            city=CITY, rules=RULES, facts=self.facts, positions=self.positions, checkpoints=history,
            journal=history, clock=lambda: self.now,
        )  # fmt: skip
        projector.start()
        assert projector.wait_ready(10)
        try:
            yield projector
        finally:
            projector.stop()

    def ticker(self, projector: Projector) -> Ticker:
        return Ticker(projector=projector, facts=self.facts, health=self.health, city=CITY, clock=lambda: self.now)

    def types(self) -> list[str]:
        return [type(e.fact).__name__ for e in self.facts.read("0", count=1000, block_ms=0)]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.engine.dispose()


def followed(room: Room, projector: Projector) -> Projector:
    assert projector.follow_to(room.facts.tail())
    return projector


def until(holds: Callable[[], bool]) -> None:
    """Wait for it; fail after ten seconds."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def test_a_process_that_starts_late_knows_what_happened_before(room: Room) -> None:
    room.facts.append([reported(1), entered(1, Stage.ACCEPTED, NOON)])
    with room.projector() as projector:
        assert projector.situation.events["hotline_12345:1"].stage is Stage.ACCEPTED
        assert projector.situation.seq == 2


def test_a_start_from_checkpoint_and_journal_equals_one_that_folded_everything(room: Room) -> None:
    room.facts.append([reported(1)])
    with room.projector() as projector:
        assert room.history().save(projector, NOON)
        assert not room.history().save(projector, NOON), "nothing happened since"
        room.facts.append([reported(2), entered(1, Stage.CLOSED, NOON)])
        room.archive()
        whole = checkpoint_of(followed(room, projector).situation)
    # the stream is trimmed to nothing: the journal has what the checkpoint has not
    room.facts.trim(f"{2**53}-0")
    with room.projector() as projector:
        assert checkpoint_of(projector.situation) == whole


def test_in_a_burst_checkpoints_come_closer_together_than_their_interval(room: Room) -> None:
    stop = threading.Event()
    with room.projector() as projector:
        keep = partial(
            room.history().keep_saving, projector, interval_s=3600, stop=stop, facts_between=1, look_every_s=0.01
        )
        thread = threading.Thread(target=keep)
        thread.start()
        try:
            for first in (1, 10):
                room.facts.append([reported(first + n) for n in range(4)])
                followed(room, projector)
                until(lambda: room.checkpoints.find_newest_position() == room.facts.tail())
        finally:
            stop.set()
            thread.join()


def test_what_changed_since_a_browsers_seq(room: Room) -> None:
    with room.projector() as projector:
        room.facts.append([reported(1), reported(2), entered(1, Stage.ACCEPTED, NOON)])
        followed(room, projector)
        assert projector.changed_since(3) == []
        assert projector.changed_since(2) == [Changed("event", "hotline_12345:1")]
        assert set(projector.changed_since(0) or []) == {
            Changed("event", "hotline_12345:1"), Changed("event", "hotline_12345:2"),
        }  # fmt: skip
        assert projector.changed_since(4) is None, "a browser that knows more than we do must join again"


def test_a_browser_that_was_away_longer_than_we_remember_joins_again(room: Room) -> None:
    room.facts.append([reported(1)])
    with room.projector() as projector:
        room.history().save(projector, NOON)
    room.facts.append([reported(2)])
    with room.projector() as projector:
        assert projector.changed_since(0) is None


def test_fixes_move_markers_and_wake_the_push(room: Room) -> None:
    woken: list[bool] = []
    with room.projector() as projector:
        projector.subscribe(lambda: woken.append(True))
        fix = Fix(subject_id="gw-1", kind="gridworker", lon=119.99, lat=30.29, at=NOON)
        room.positions.append(FixBatch.of([fix], millis_of(NOON)))
        _until(lambda: len(projector.movers.since(0, Scope("330110"))) == 1 and bool(woken))


def test_a_process_that_shows_nobody_reads_fixes_together_and_misses_none(room: Room) -> None:
    fixes = [
        Fix(
            subject_id=f"gw-{n % 3}", kind="gridworker", lon=119.99 + n / 1e6, lat=30.29, at=NOON + timedelta(seconds=n)
        )
        for n in range(200)
    ]
    woken: list[bool] = []
    with room.projector() as projector:
        projector.fix_rest_s = 0.05
        projector.subscribe(lambda: woken.append(True))
        for fix in fixes:
            room.positions.append(FixBatch.of([fix], millis_of(fix.at)))
        until(lambda: projector.newest_fix_ms == millis_of(fixes[-1].at))
        assert len(projector.movers.since(0, Scope("330110"))) == 3
    assert len(woken) < len(fixes)


def test_the_ticker_tells_at_risk_and_overtime_once_however_many_tickers_run(room: Room) -> None:
    room.facts.append([reported(1)])
    with room.projector() as projector:
        tickers = [room.ticker(projector), room.ticker(projector)]
        for minute in (0, 79, 81, 101, 102):
            room.now = NOON + minutes(minute)
            for ticker in tickers:
                ticker.tick()
            followed(room, projector)
    assert room.types().count("EventBecameAtRisk") == 1
    assert room.types().count("EventBecameOvertime") == 1
    assert room.types().count("DayStarted") == 1


def test_yesterday_leaves_slice_by_slice_from_every_process_alike_and_the_ticker_sees_to_all_of_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cockpit.services.projector._HELD_S", 0.0)
    numbers = range(1, 26)
    room.facts.append([f for n in numbers for f in (reported(n), entered(n, Stage.CLOSED, NOON + minutes(n)))])
    room.now = NOON + minutes(30)
    with room.projector() as web, room.projector() as dispatch:
        web.situation.slice_of_leaving = dispatch.situation.slice_of_leaving = 2
        held: list[int] = []
        web.subscribe(lambda: held.append(len(web.situation.events)))
        tickers = [room.ticker(dispatch), room.ticker(web)]
        tickers[0].tick()
        followed(room, web)
        followed(room, dispatch)
        room.now = NOON + timedelta(hours=12, seconds=1)
        tickers[0].tick()
        followed(room, web)
        assert len(followed(room, dispatch).situation.events) == len(web.situation.events) == 23
        while any(projector.situation.events for projector in (web, dispatch)):
            room.now += timedelta(seconds=1)
            for ticker in tickers:
                ticker.tick()
            assert followed(room, web).situation.events == followed(room, dispatch).situation.events
            assert web.situation.past_days == dispatch.situation.past_days
        # nobody waited for the lock through more than one slice
        until(lambda: bool(held) and held[-1] == 0)
        assert held[-1] == 0 and all(before - after <= 2 for before, after in itertools.pairwise(held))
        room.now += timedelta(seconds=1)
        assert not [f for ticker in tickers for f in ticker.tick() if isinstance(f, DayCleared)]
    with room.projector() as late:
        assert followed(room, late).situation.past_days == web.situation.past_days


def test_a_ticker_that_was_away_makes_up_for_it(room: Room) -> None:
    room.facts.append([reported(1)])
    room.now = NOON + minutes(200)
    with room.projector() as projector:
        ticker = room.ticker(projector)
        ticker.tick()
        room.now += timedelta(seconds=61)
        ticker.tick()
    assert room.types().count("EventBecameOvertime") == 1


def test_a_bulk_whose_steps_are_still_arriving_rings_no_bell(room: Room) -> None:
    with room.projector() as projector:
        room.now = NOON + minutes(500)
        ticker = room.ticker(projector)
        ticker.tick()
        room.facts.append([reported(1)])
        followed(room, projector)
        ticker.tick()
        room.facts.append([entered(1, Stage.CLOSED, NOON + minutes(20))])
        followed(room, projector)
        room.now += minutes(5)
        ticker.tick()
    assert "EventBecameOvertime" not in room.types()


def test_every_clock_of_an_event_is_told_when_it_turns_with_the_very_instant(room: Room) -> None:
    limit = GivenLimit(limit=parse_limit("1急时"))
    room.facts.append([reported(1, due_at=None)])
    with room.projector() as projector:
        ticker = room.ticker(projector)
        for minute in range(80):
            if minute == 1:
                room.facts.append([entered(1, Stage.ACCEPTED, NOON + minutes(1), command_id="c1")])
            if minute == 17:
                given = Assignment(given=limit, co_units=("区交警大队",))
                at = NOON + minutes(17)
                room.facts.append([entered(1, Stage.ASSIGNED, at, command_id="c2", assignment=given)])
            room.now = NOON + minutes(minute) + timedelta(seconds=1)
            followed(room, projector)
            ticker.tick()
    turned = [e.fact for e in room.facts.read("0", count=1000, block_ms=0) if isinstance(e.fact, TURNED)]
    assert [(type(f).__name__, f.clock.value, (f.at - NOON) / minutes(1)) for f in turned] == [
        ("EventBecameAtRisk", "assignment", 13), ("EventBecameOvertime", "assignment", 16),
        ("EventBecameAtRisk", "call", 29), ("EventBecameOvertime", "call", 32),
        ("EventBecameAtRisk", "handling", 65), ("EventBecameOvertime", "handling", 77),
    ]  # fmt: skip


def test_what_turned_while_no_ticker_ran_is_told_later_although_it_has_ended_since(room: Room) -> None:
    room.facts.append([reported(1), entered(1, Stage.FED_BACK, NOON + minutes(110))])
    room.facts.append([entered(1, Stage.CLOSED, NOON + minutes(120))])
    room.now = NOON + minutes(130)
    with room.projector() as projector:
        for _ in range(2):  # it starts again
            ticker = room.ticker(projector)
            ticker.tick()
            room.now += timedelta(seconds=61)
            ticker.tick()
            followed(room, projector)
    assert room.types().count("EventBecameAtRisk") == 1
    assert room.types().count("EventBecameOvertime") == 1


def test_a_turn_that_the_stream_did_not_take_is_told_with_the_next_second(room: Room) -> None:
    room.facts.append([reported(1)])
    with room.projector() as projector:
        ticker, append = room.ticker(projector), room.facts.append
        ticker.tick()
        room.now = NOON + minutes(80)
        room.facts.append = refusing  # type: ignore[method-assign]
        with pytest.raises(ConnectionError):
            ticker.tick()
        room.facts.append = append  # type: ignore[method-assign]
        room.now += timedelta(seconds=1)
        ticker.tick()
        assert room.types().count("EventBecameAtRisk") == 1


def refusing(_facts: object) -> list[bool]:
    """The stream is away."""
    raise ConnectionError


def test_a_silent_feed_is_lost_once_and_comes_back_once(room: Room) -> None:
    room.health.touch_feed("iot", millis_of(NOON), 1, 0, 0)
    with room.projector() as projector:
        ticker = room.ticker(projector)
        for after in (50, 101, 102):
            room.now = NOON + timedelta(seconds=after)
            ticker.tick()
            followed(room, projector)
        assert set(projector.situation.lost_feeds) == {"iot"}
        room.health.touch_feed("iot", millis_of(room.now), 1, 0, 0)
        ticker.tick()
        assert set(followed(room, projector).situation.lost_feeds) == {"iot"}, "once heard is not back"
        for _ in range(3):
            room.now += timedelta(seconds=10)
            room.health.touch_feed("iot", millis_of(room.now), 1, 0, 0)
            ticker.tick()
        assert followed(room, projector).situation.lost_feeds == {}
        turns = projector.situation.feed_turns
        assert [(turn.feed, turn.is_lost, turn.lost_s) for turn in turns] == [("iot", True, 0.0), ("iot", False, 21.0)]
    assert (room.types().count("FeedLost"), room.types().count("FeedRecovered")) == (1, 1)


def test_a_command_is_decided_once_though_its_dispatcher_died_before_it_said_so(room: Room) -> None:
    from cockpit.domain.commands import SwitchMode
    from cockpit.domain.mode import Mode

    room.facts.append([reported(1)])
    command = SwitchMode(
        command_id="c1", by="duty", scope="330110", at=NOON, mode=Mode.WARTIME, event_id="hotline_12345:1"
    )
    assert room.commands.append([command, command]) == [True, False]
    with room.projector() as projector:
        first = Dispatcher(projector=projector, facts=room.facts, group=room.commands.group("dispatch", "a"))
        entry = room.commands.group("dispatch", "a").read(count=1, block_ms=0)[0]
        assert entry.command == command  # read, and then the process is killed
        assert first.step(block_ms=0) == 1
        assert first.step(block_ms=0) == 0
        assert followed(room, projector).situation.modes["330110"].mode is Mode.WARTIME
    assert room.types().count("ModeChanged") == 1


def test_an_instant_of_the_past_is_shown_as_it_was_known_then(room: Room) -> None:
    late = entered(1, Stage.CLOSED, NOON + minutes(1))
    room.facts.append([reported(1), late])
    room.archive()
    history = room.history()
    assert history.rewind(NOON - minutes(1)).events == {}
    assert history.rewind(NOON).events["hotline_12345:1"].is_open
    assert not history.rewind(NOON + minutes(1)).events["hotline_12345:1"].is_open
    assert history.rewind(datetime(2000, 1, 1, tzinfo=UTC)).seq == 0


def _until(true: Callable[[], bool]) -> None:
    """Wait until `true`, at most ten seconds."""
    import threading
    import time

    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.01)
