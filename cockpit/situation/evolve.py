"""折叠: what each kind of fact changes in the situation. A table from fact type to function."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from cockpit.domain.act import Act
from cockpit.domain.evacuation_facts import (
    DoorsSplit,
    DoorsTaken,
    EvacuationEnded,
    EvacuationStarted,
    HelpersChanged,
    HouseholdTapped,
)
from cockpit.domain.event import Step, event_of
from cockpit.domain.facts import (
    AlarmActed,
    AlarmCleared,
    AlarmRaised,
    AttendanceMarked,
    CalendarDaySet,
    CommandRefused,
    DayCleared,
    DayStarted,
    EventActed,
    EventBecameAtRisk,
    EventBecameOvertime,
    EventRecalled,
    EventReported,
    Fact,
    FeedLost,
    FeedRecovered,
    ModeChanged,
    StageEntered,
)
from cockpit.situation.alarm_fold import alarm_acted, alarm_told, drop_alarms_before
from cockpit.situation.attendance import attendance_marked, drop_old_marks
from cockpit.situation.calendar_days import calendar_day_set
from cockpit.situation.evacuations import (
    Boards,
    doors_split,
    doors_taken,
    evacuation_ended,
    evacuation_started,
    forget_ended,
    helpers_changed,
    household_tapped,
)
from cockpit.situation.leaving import bucket_of, clear_all, clear_linked, clear_some, count_day, day_start
from cockpit.situation.modes import mode_changed
from cockpit.situation.orders import EVOLVE_ORDERS, drop_ended_orders
from cockpit.situation.plan_runs import EVOLVE_PLANS, forget_plan_runs
from cockpit.situation.plot_book import EVOLVE_PLOTS, forget_plots
from cockpit.situation.situation import Changed, FeedTurn, Happening, Refusal, Situation

#: the trend compares with the seven days before; older counts leave the fold
_DAYS_KEPT = 9
_REFUSALS_KEPT = 2_000


def evolve(situation: Situation, fact: Fact, position: str) -> list[Changed]:
    """Fold one fact into the situation and tell what it touched. A fact that is known changes only `seq`."""
    situation.seq += 1
    situation.position = position
    return list(_EVOLVE[type(fact)](situation, fact))


def _event_reported(situation: Situation, fact: EventReported) -> Iterable[Changed]:
    event_id = fact.report.event_id
    if event_id in situation.events:
        return
    steps, acts = situation.orphans.pop(event_id, ()), situation.orphan_acts.pop(event_id, ())
    event = event_of(fact.report, steps, acts)
    situation.put(event)
    situation.findings.note(None, event)
    _count_report(situation, fact)
    yield Changed("event", event_id)


def _count_report(situation: Situation, fact: EventReported) -> None:
    """Into its hour and its day. A table tells live only what is not over: it makes no whole day of one before."""
    zone = situation.rules.zone()
    day = fact.report.reported_at.astimezone(zone).date()
    if fact.report.is_imported and day < fact.received_at.astimezone(zone).date():
        return
    situation.hours[bucket_of(fact.report.place.code), int(fact.report.reported_at.timestamp() // 3600)] += 1
    situation.arrived[day.isoformat()] = _latest(situation.arrived.get(day.isoformat()), fact.received_at)


def _stage_entered(situation: Situation, fact: StageEntered) -> Iterable[Changed]:
    step = fact.step if fact.step.fact_id else replace(fact.step, fact_id=fact.fact_id)
    event = situation.events.get(fact.event_id)
    if event is None:
        _keep_orphan(situation.orphans, fact.event_id, step)
        return
    moved = event.with_step(step)
    if moved is event:
        return
    situation.put(moved)
    situation.findings.note(event, moved)
    if len(moved.refused) == len(event.refused):
        situation.happenings.append(Happening(step.at, fact.event_id, step.stage.value, step.unit))
    yield Changed("event", fact.event_id)


def _event_acted(situation: Situation, fact: EventActed) -> Iterable[Changed]:
    act = fact.act if fact.act.fact_id else replace(fact.act, fact_id=fact.fact_id)
    event = situation.events.get(fact.event_id)
    if event is None:
        _keep_orphan(situation.orphan_acts, fact.event_id, act)
        return
    acted = event.with_act(act)
    if acted is event:
        return
    situation.put(acted)
    yield Changed("event", fact.event_id)


def _event_recalled(situation: Situation, fact: EventRecalled) -> Iterable[Changed]:
    """As if it had never left: its share in the days goes back into the event, and what came meanwhile joins it."""
    event_id = fact.report.event_id
    if event_id in situation.events:
        return
    steps, acts = situation.orphans.pop(event_id, ()), situation.orphan_acts.pop(event_id, ())
    came = {step.fact_id for step in steps} | {act.fact_id for act in acts}
    then = event_of(
        fact.report,
        tuple(step for step in fact.steps if step.fact_id not in came),
        tuple(act for act in fact.acts if act.fact_id not in came),
    )
    if fact.was_live:
        count_day(situation, then, -1)
    back = event_of(fact.report, (*then.steps, *steps), (*then.acts, *acts))
    situation.put(back)
    situation.findings.note(then, back)
    situation.recalled[event_id] = None
    yield Changed("event", event_id)


T = TypeVar("T", bound=Step | Act)


def _keep_orphan(orphans: dict[str, tuple[T, ...]], event_id: str, orphan: T) -> None:
    known: tuple[T, ...] = orphans.get(event_id, ())
    if all(o.fact_id != orphan.fact_id for o in known):
        orphans[event_id] = (*known, orphan)


def _command_refused(situation: Situation, fact: CommandRefused) -> Iterable[Changed]:
    situation.refusals[fact.command_id] = Refusal(fact.rule, fact.reason)
    while len(situation.refusals) > _REFUSALS_KEPT:
        del situation.refusals[next(iter(situation.refusals))]
    return ()


def _feed_lost(situation: Situation, fact: FeedLost) -> Iterable[Changed]:
    situation.lost_feeds[fact.feed] = fact.at
    _note_turn(situation, fact, lost_s=0.0)
    return ()


def _feed_recovered(situation: Situation, fact: FeedRecovered) -> Iterable[Changed]:
    since = situation.lost_feeds.pop(fact.feed, None)
    _note_turn(situation, fact, lost_s=(fact.at - since).total_seconds() if since else 0.0)
    return ()


def _note_turn(situation: Situation, fact: FeedLost | FeedRecovered, *, lost_s: float) -> None:
    if any(turn.fact_id == fact.fact_id for turn in situation.feed_turns):
        return
    situation.feed_turns.append(
        FeedTurn(
            fact.at, fact.fact_id, fact.feed, isinstance(fact, FeedLost), fact.title_zh, fact.title_en, lost_s
        )
    )  # fmt: skip


def _remembered(situation: Situation, fact: EventBecameAtRisk | EventBecameOvertime) -> Iterable[Changed]:
    """Colour follows from the clock; these facts are for the journal, and redraw the event at the right second."""
    if fact.event_id in situation.events:
        yield Changed("event", fact.event_id)


def _day_started(situation: Situation, fact: DayStarted) -> Iterable[Changed]:
    if situation.day is not None and fact.day <= situation.day:
        return
    if situation.day is not None:  # what nobody has cleared since the day before
        yield from clear_all(situation, day_start(situation.day, situation))
    situation.day = fact.day
    start = day_start(fact.day, situation)
    yield from clear_linked(situation, start)
    yield from clear_some(situation, start)
    yield from drop_alarms_before(situation, start)
    yield from drop_ended_orders(situation, start)
    yield from forget_plan_runs(situation, start)
    yield from forget_plots(situation, start)
    yield from (Changed("evacuation", key) for key in forget_ended(situation.evacuations, start))
    drop_old_marks(situation, start)
    oldest = start - timedelta(days=_DAYS_KEPT)
    for key in [k for k in situation.hours if k[1] < oldest.timestamp() // 3600]:
        del situation.hours[key]
    oldest_day = (fact.day - timedelta(days=_DAYS_KEPT)).isoformat()
    for day_key in [k for k in situation.past_days if k[1] < oldest_day]:
        del situation.past_days[day_key]
    for day in [k for k in situation.arrived if k < oldest_day]:
        del situation.arrived[day]
    for orphans in (situation.orphans, situation.orphan_acts):
        for event_id in [k for k, items in orphans.items() if max(item.at for item in items) < oldest]:
            del orphans[event_id]


def _day_cleared(situation: Situation, fact: DayCleared) -> Iterable[Changed]:
    """One of another day has been overtaken: the day that has begun since took the rest along."""
    return clear_some(situation, day_start(fact.day, situation)) if fact.day == situation.day else ()


def _latest(known: datetime | None, new: datetime) -> datetime:
    return new if known is None or new > known else known


def _on_boards(fold: Callable[[Boards, Any], Iterable[str]]) -> Callable[[Situation, Any], Iterable[Changed]]:
    """The fold of a fact about an evacuation."""
    return lambda situation, fact: [Changed("evacuation", key) for key in fold(situation.evacuations, fact)]


_EVOLVE: dict[type[Fact], Callable[[Situation, Any], Iterable[Changed]]] = {
    EventReported: _event_reported,
    StageEntered: _stage_entered,
    EventActed: _event_acted,
    EventRecalled: _event_recalled,
    AlarmRaised: alarm_told,
    AlarmCleared: alarm_told,
    AlarmActed: alarm_acted,
    EventBecameAtRisk: _remembered,
    EventBecameOvertime: _remembered,
    ModeChanged: mode_changed,
    CalendarDaySet: calendar_day_set,
    AttendanceMarked: attendance_marked,
    CommandRefused: _command_refused,
    FeedLost: _feed_lost,
    FeedRecovered: _feed_recovered,
    DayStarted: _day_started,
    DayCleared: _day_cleared,
    **EVOLVE_ORDERS,
    **EVOLVE_PLANS,
    **EVOLVE_PLOTS,
    EvacuationStarted: _on_boards(evacuation_started),
    DoorsTaken: _on_boards(doors_taken),
    DoorsSplit: _on_boards(doors_split),
    HouseholdTapped: _on_boards(household_tapped),
    HelpersChanged: _on_boards(helpers_changed),
    EvacuationEnded: _on_boards(evacuation_ended),
}
