"""计数: computes the figures of a scope at an instant from the columns of the situation."""

from datetime import datetime, timedelta

import numpy as np

from cockpit.domain.alarm import Alarm
from cockpit.domain.event import Event
from cockpit.domain.event_clocks import clocks_of
from cockpit.domain.mode import Mode
from cockpit.domain.overtime import JUDGED, colour_of, turning_points
from cockpit.domain.scope import Scope
from cockpit.domain.timing import Timing
from cockpit.situation.alarm_listing import open_groups
from cockpit.situation.figures import BoardRow, Counts, Figures, LevelRow, RedRow
from cockpit.situation.indicators import BY_NAME, Moment, day_part, measure_of, measures
from cockpit.situation.modes import mode_of
from cockpit.situation.raisings import rang_in
from cockpit.situation.situation import Situation
from cockpit.situation.table import DISMISSED, FINISHED, LEVELS, OPEN, PAUSED, PHASES, SOURCES, Mask

_HOUR = 3600
_PAST_DAYS = 7
#: a day of which nothing came for so long has arrived
_ARRIVING_S = 20


def figures_of(situation: Situation, scope: Scope, now: datetime, *, divisions: list[str], lines: int = 12) -> Figures:
    """Every figure of `scope` at `now`. `divisions`: codes below the scope for the pass board, in official order.

    Costs a few milliseconds for 50,000 open events: only the listed rows are touched as objects.
    """
    table = situation.table
    moment = Moment.of(now, situation.rules.zone())
    within = table.within(scope)
    state = mode_of(situation, scope)
    incident = state.incident if state else None
    reported = within & day_part(table.rows["reported"], moment)
    alarms = [a for a in situation.alarms.values() if scope.covers(a.place.code) and a.raised_at is not None]
    rang = rang_in(situation, scope, moment)
    today = now.astimezone(situation.rules.zone()).date().isoformat()
    moves = situation.handovers.on(today, scope)
    hours = _hours_in(situation, scope)
    return Figures(
        as_of=now,
        scope=scope,
        mode=state.mode if state else Mode.PEACETIME,
        mode_since=state.at if state else None,
        mode_event_id=state.event_id if state else None,
        mode_event_title=incident.title if incident else "",
        counts=_counts(situation, within, moment),
        measures=measures(table, within, moment),
        past_rate=_past_rate(situation, scope, within, moment),
        hourly=_hourly(hours, moment),
        hourly_median=_hourly_median(hours, _whole_days(situation, now), moment),
        sources=[(s, int((reported & (table.rows["source"] == i)).sum())) for i, s in enumerate(SOURCES)],
        red=_red(situation, within, now, moment, lines),
        levels=_levels(situation, within),
        handed_down=[moves[i, True] for i in range(3)],
        handed_up=[moves[i, False] for i in range(3)],
        alarms=sorted(alarms, key=_alarm_order)[:lines],
        alarms_today=rang.today,
        alarm_groups=open_groups(situation, scope)[:lines],
        alarms_open=rang.open,
        board=_board(situation, moment, divisions),
        happenings=[
            (h, event.report.title, event.report.place.code)
            for h in reversed(situation.happenings)
            if (event := situation.events.get(h.event_id))
            and scope.covers(event.report.place.code)
            and not (event.ended_at and event.ended_at.timestamp() < moment.day)
        ][:lines],
        feed_turns=list(reversed(situation.feed_turns))[:lines],
        incident=incident,
    )


def _alarm_order(alarm: Alarm) -> float:
    return -alarm.raised_at.timestamp() if alarm.raised_at else 0.0


def _counts(situation: Situation, within: Mask, moment: Moment) -> Counts:
    rows = situation.table.rows
    green = within & (rows["state"] == FINISHED) & (rows["closed"] >= moment.day)
    running = within & (rows["state"] == OPEN)
    paused = within & (rows["state"] == PAUSED)
    overtime = running & (moment.now > rows["overtime"])
    at_risk = running & (moment.now >= rows["at_risk"]) & ~overtime
    shown = green | running | paused
    return Counts(
        green=int(green.sum()),
        blue=int((running & ~overtime & ~at_risk).sum() + paused.sum()),
        at_risk=int(at_risk.sum()),
        overtime=int(overtime.sum()),
        paused=int(paused.sum()),
        unplaced=int((shown & ~rows["drawable"]).sum()),
    )


def _red(situation: Situation, within: Mask, now: datetime, moment: Moment, lines: int) -> list[RedRow]:
    """Overdue by longest first, then at risk by least time left."""
    table = situation.table
    red = within & (table.rows["state"] == OPEN) & (moment.now >= table.rows["at_risk"])
    # the deadline orders both: the earliest is overdue longest or has the least time left
    picked = np.flatnonzero(red)
    picked = picked[np.argsort(table.rows["overtime"][picked], kind="stable")][:lines]
    chosen = np.zeros(len(table.rows), dtype=bool)
    chosen[picked] = True
    found = [_red_row(event, now, situation.timing) for event in situation.events.pick(table.ids(chosen))]
    return sorted(found, key=lambda row: row.overtime_at)


def _red_row(event: Event, now: datetime, timing: Timing) -> RedRow:
    turning = turning_points(event, timing)
    if turning.overtime_at is None:
        raise ValueError(f"{event.event_id} has no limit, it cannot be red")
    return RedRow(
        event_id=event.event_id,
        colour=colour_of(event, now, timing),
        title=event.report.title,
        code=event.report.place.code,
        unit=event.unit,
        stage=event.stage,
        overtime_at=turning.overtime_at,
        share=_share_used(event, now, turning.overtime_at, timing),
    )


def _share_used(event: Event, now: datetime, overtime_at: datetime, timing: Timing) -> float:
    """used / allowed of the clock that is over first; 1.0 where nothing was allowed."""
    clocks = [c for c in clocks_of(event, timing) if c.allowed_s > 0 and (c.ended_at is None or c.kind in JUDGED)]
    ends = [(abs((c.overtime_at(timing.calendar) or now) - overtime_at), i) for i, c in enumerate(clocks)]
    if not ends:
        return 1.0
    worst = clocks[min(ends)[1]]
    return worst.used_s(now, timing.calendar) / worst.allowed_s


def _levels(situation: Situation, within: Mask) -> list[LevelRow]:
    rows = situation.table.rows
    open_rows = rows[within & ((rows["state"] == OPEN) | (rows["state"] == PAUSED))]
    return [
        LevelRow(
            level=level,
            waiting={
                phase: int(((open_rows["level"] == i) & (open_rows["phase"] == j)).sum())
                for j, phase in enumerate(PHASES)
            },
        )
        for i, level in enumerate(LEVELS)
    ]


def _hourly(counts: dict[int, int], moment: Moment) -> list[int | None]:
    first = int(moment.day // _HOUR)
    begun = int((moment.now - moment.day) // _HOUR)
    return [counts.get(first + h, 0) if h <= begun else None for h in range(24)]


def _hourly_median(counts: dict[int, int], days: list[int], moment: Moment) -> list[float | None]:
    """The median of the whole days (how many days ago each was) for each hour; None without any."""
    first = int(moment.day // _HOUR)
    if not days:
        return [None] * 24
    return [float(np.median([counts.get(first - 24 * d + h, 0) for d in days])) for h in range(24)]


def _whole_days(situation: Situation, now: datetime) -> list[int]:
    """Which of the seven days before today the fold knows from end to end, as days ago.

    A day counts when reports from before its beginning are known (so it was seen from its beginning: the first day
    ever heard of never counts), and when none of its own has arrived for a while (history that is told after the fact
    would draw a line near zero). A day without any report counts as soon as no other past day is arriving.
    """
    today = now.astimezone(situation.rules.zone()).date()
    past = {d: (today - timedelta(days=d)).isoformat() for d in range(1, _PAST_DAYS + 1)}
    first = min(situation.arrived, default=today.isoformat())
    arriving = {
        day
        for day, at in situation.arrived.items()
        if day < today.isoformat() and (now - at).total_seconds() < _ARRIVING_S
    }
    return [
        d
        for d, day in past.items()
        if first < day and day not in arriving and (day in situation.arrived or not arriving)
    ]


def _hours_in(situation: Situation, scope: Scope) -> dict[int, int]:
    counts: dict[int, int] = {}
    for (code, hour), n in situation.hours.items():
        if scope.covers(code) or not code:
            counts[hour] = counts.get(hour, 0) + n
    return counts


def _past_rate(situation: Situation, scope: Scope, within: Mask, moment: Moment) -> float | None:
    """按期处置率 over the seven days before today: what has left the fold and what is still in it."""
    rows = situation.table.rows
    handled = within & (rows["state"] != DISMISSED)
    handled &= (rows["handled"] < moment.day) & (rows["handled"] >= moment.day - _PAST_DAYS * 86_400)
    good = handled & (np.isnan(rows["deadline"]) | (rows["handled"] <= rows["deadline"]))
    should, in_time = int(handled.sum()), int(good.sum())
    for (code, _day), (n, m) in situation.past_days.items():
        if scope.covers(code):
            should, in_time = should + n, in_time + m
    return in_time / should if should else None


def _board(situation: Situation, moment: Moment, divisions: list[str]) -> list[BoardRow]:
    indicator = BY_NAME["on_time_handling_rate"]
    rows = []
    for code in divisions:
        measure = measure_of(indicator, situation.table, situation.table.within(Scope(code)), moment)
        rows.append(BoardRow(code=code, on_time=measure.numerator, due=measure.denominator or 0))
    return rows
