"""检查点: a situation as bytes, so that a start needs only the facts that came after it.

An array of three: everything but the events; what is kept beside packed events, so that a start need not unpack them;
the events, whole or packed.
"""

import gc
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

import msgspec

from cockpit.domain.act import Act
from cockpit.domain.alarm import Alarm
from cockpit.domain.attendance import Attendance
from cockpit.domain.event import Event, Step
from cockpit.domain.mode import ModeState
from cockpit.domain.order import Order
from cockpit.domain.plot import Plot
from cockpit.domain.working_calendar import WorkingCalendar
from cockpit.situation.alarm_groups import AlarmGroup
from cockpit.situation.alarm_ledger import LedgerLine
from cockpit.situation.evacuations import BoardRecord, Boards, board_of
from cockpit.situation.finding_ledger import CameraLine, FindingLedger, VerdictCount
from cockpit.situation.order_book import OrderBook
from cockpit.situation.packed_events import PackedEvents, packing, take_packed
from cockpit.situation.plan_book import RunningPlan
from cockpit.situation.situation import CalendarDay, FeedTurn, Happening, PastAlarm, Refusal, Rules, Situation

#: raised when the shape below changes: an older checkpoint is then passed over and the journal replayed
VERSION = 16

#: events encoded at once: other threads get their turn in between
_EVENTS_A_PIECE = 500
#: as msgpack marks them
_ARRAY_OF_THREE, _ARRAY_32 = b"\x93", b"\xdd"


class StaleCheckpointError(ValueError):
    """The bytes are from another version of this program or from other rules."""


class _Checkpoint(msgspec.Struct, frozen=True):
    version: int
    rules: Rules
    seq: int
    position: str
    orphans: dict[str, tuple[Step, ...]]
    orphan_acts: dict[str, tuple[Act, ...]]
    alarms: list[Alarm]
    rang_before: dict[str, tuple[Alarm, ...]]
    alarm_groups: list[AlarmGroup]
    alarm_ledger: list[tuple[str, str, LedgerLine]]
    finding_cameras: list[tuple[str, str, CameraLine]]
    finding_kinds: list[tuple[str, str, int, VerdictCount]]
    past_alarms: dict[str, tuple[PastAlarm, ...]]
    modes: list[ModeState]
    mode_changes: list[ModeState]
    lost_feeds: dict[str, datetime]
    feed_turns: list[FeedTurn]
    hours: list[tuple[str, int, int]]
    arrived: dict[str, datetime]
    past_days: list[tuple[str, str, int, int]]
    happenings: list[Happening]
    refusals: dict[str, Refusal]
    day: date | None
    calendar_days: list[CalendarDay]
    orders: list[Order]
    order_turns: dict[str, int]
    evacuations: list[BoardRecord]
    evacuation_turn: int
    attendance: dict[str, Attendance]
    plan_runs: list[RunningPlan]
    recalled: list[str]
    plots: list[Plot]


_decoder = msgspec.msgpack.Decoder(tuple[_Checkpoint, PackedEvents, list[Event | bytes]])
_encode = msgspec.msgpack.Encoder().encode


def checkpoint_of(situation: Situation) -> bytes:
    """The whole situation; `restored` gives it back."""
    return b"".join(pieces_of(situation))


def pieces_of(situation: Situation) -> Iterator[bytes]:
    """The checkpoint in pieces. Hold the situation's lock for this call alone: the pieces are made from copies."""
    head, pack = _encode(_head_of(situation)), packing(situation)

    def pieces() -> Iterator[bytes]:
        beside, events = pack()
        yield _ARRAY_OF_THREE + head
        yield _encode(beside)
        yield _ARRAY_32 + len(events).to_bytes(4, "big")
        for start in range(0, len(events), _EVENTS_A_PIECE):
            yield b"".join(map(_encode, events[start : start + _EVENTS_A_PIECE]))

    return pieces()


def _head_of(situation: Situation) -> _Checkpoint:
    return _Checkpoint(
        version=VERSION,
        rules=_comparable(situation.rules),
        seq=situation.seq,
        position=situation.position,
        orphans=situation.orphans,
        orphan_acts=situation.orphan_acts,
        alarms=list(situation.alarms.values()),
        rang_before=situation.rang_before,
        alarm_groups=list(situation.alarm_groups.alive.values()),
        alarm_ledger=[(device, rule, line) for (device, rule), line in situation.alarm_ledger.items()],
        finding_cameras=[(*key, line) for key, line in situation.findings.cameras.items()],
        finding_kinds=[(*key, count) for key, count in situation.findings.kinds.items()],
        past_alarms=situation.past_alarms,
        modes=list(situation.modes.values()),
        mode_changes=situation.mode_changes,
        lost_feeds=situation.lost_feeds,
        feed_turns=list(situation.feed_turns),
        hours=[(code, hour, n) for (code, hour), n in situation.hours.items()],
        arrived=situation.arrived,
        past_days=[(code, day, n, m) for (code, day), (n, m) in situation.past_days.items()],
        happenings=list(situation.happenings),
        refusals=situation.refusals,
        day=situation.day,
        calendar_days=list(situation.calendar_days.values()),
        orders=list(situation.orders.values()),
        order_turns=situation.orders.turns,
        evacuations=[board.record() for board in situation.evacuations.values()],
        evacuation_turn=situation.evacuations.turn,
        attendance=situation.attendance,
        plan_runs=list(situation.plan_runs.values()),
        recalled=list(situation.recalled),
        plots=list(situation.plots.values()),
    )


def restored(body: bytes, rules: Rules) -> Situation:
    """The situation of a checkpoint. Raises StaleCheckpointError if it does not fit this program and `rules`."""
    with _without_collector():
        return _restored(body, rules)


def _restored(body: bytes, rules: Rules) -> Situation:
    try:
        saved, beside, events = _decoder.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError) as unreadable:
        raise StaleCheckpointError(str(unreadable)) from unreadable
    if saved.version != VERSION or saved.rules != _comparable(rules):
        raise StaleCheckpointError(f"checkpoint is of version {saved.version} with {saved.rules}")
    situation = Situation(
        rules=rules,
        seq=saved.seq,
        position=saved.position,
        orphans=saved.orphans,
        orphan_acts=saved.orphan_acts,
        alarms={alarm.alarm_id: alarm for alarm in saved.alarms},
        rang_before=saved.rang_before,
        alarm_ledger={(device, rule): line for device, rule, line in saved.alarm_ledger},
        findings=FindingLedger(
            {(camera, kind): line for camera, kind, line in saved.finding_cameras},
            {(code, kind, per_cent): count for code, kind, per_cent, count in saved.finding_kinds},
        ),
        past_alarms=saved.past_alarms,
        modes={state.scope: state for state in saved.modes},
        mode_changes=saved.mode_changes,
        lost_feeds=saved.lost_feeds,
        feed_turns=deque(saved.feed_turns, maxlen=20),
        hours=Counter({(code, hour): n for code, hour, n in saved.hours}),
        arrived=saved.arrived,
        past_days={(code, day): (n, m) for code, day, n, m in saved.past_days},
        happenings=deque(saved.happenings, maxlen=40),
        refusals=saved.refusals,
        day=saved.day,
        calendar_days={d.day: d for d in saved.calendar_days},
        orders=OrderBook(saved.orders, saved.order_turns),
        plan_runs={running.run.run_id: running for running in saved.plan_runs},
        evacuations=Boards(
            ((b.evacuation.evacuation_id, board_of(b)) for b in saved.evacuations), turn=saved.evacuation_turn
        ),
        attendance=saved.attendance,
        recalled=dict.fromkeys(saved.recalled),
        plots={plot.plot_id: plot for plot in saved.plots},
    )
    situation.alarm_groups.alive = {group.group_id: group for group in saved.alarm_groups}
    for alarm in saved.alarms:
        if alarm.group_id:
            situation.alarm_groups.put(alarm.alarm_id, alarm.group_id)
    take_packed(situation, beside, events)
    return situation


def _comparable(rules: Rules) -> Rules:
    """Rules without their calendar: nothing in a checkpoint was computed with it, so next year's may come in."""
    return replace(rules, calendar=WorkingCalendar())


@contextmanager
def _without_collector() -> Iterator[None]:
    """A checkpoint is up to a million new objects and no garbage: looking for some takes four times as long as reading
    it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
