"""视图: what a browser of one scope holds of the situation, and the difference between two of them.

A view is plain data (it goes over the wire as JSON):
`{"events": {id: row}, "alarms": {id: row}, …, "mode": {...}}`. A browser joins with a whole view and its `seq`, then
applies deltas; `apply(old, diff(old, new)) == new` is a law with a property test.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.domain.alarm import Alarm, AlarmActKind
from cockpit.domain.docket import CLAIM_FOR
from cockpit.domain.event import Event, Place
from cockpit.domain.overtime import Clocked, clocked
from cockpit.domain.plausibility import UNDRAWABLE
from cockpit.domain.scope import Scope
from cockpit.domain.timing import Timing
from cockpit.situation.evacuations import evacuation_row
from cockpit.situation.modes import mode_of as mode_of
from cockpit.situation.modes import mode_row as mode_row
from cockpit.situation.orders import order_row
from cockpit.situation.packed_event import Outline, outlined
from cockpit.situation.plan_book import plan_run_row
from cockpit.situation.plot_book import plot_row
from cockpit.situation.situation import Changed, Situation

View = dict[str, Any]
#: `{"events": {id: row | None}, "alarms": {id: row | None}, "mode": {...}}`; None means gone, absent means same
Delta = dict[str, Any]


class Viewed(NamedTuple):
    """How the things of one kind appear in views: under which name, whose they are, and as which row."""

    name: str
    items: Callable[[Situation], Mapping[str, Any]]
    #: division or grid code: a view has what lies in its scope
    code_of: Callable[[Any], str]
    row_of: Callable[[Any], list[Any]]
    is_shown: Callable[[Any], bool] = lambda _item: True
    #: for what lies in more places than one code says
    is_in: Callable[[Any, Scope], bool] | None = None

    def rows(self, situation: Situation, scope: Scope) -> dict[str, list[Any]]:
        """The rows of a whole view."""
        shown = {k: self.row(item, scope) for k, item in self.items(situation).items()}
        return {key: row for key, row in shown.items() if row is not None}

    def row(self, item: Any, scope: Scope) -> list[Any] | None:
        """The row of one of them; None if a view of this scope has it not."""
        is_in = self.is_in(item, scope) if self.is_in else scope.covers(self.code_of(item))
        return self.row_of(item) if is_in and self.is_shown(item) else None


def millis(at: datetime | None) -> int | None:
    """Milliseconds since 1970, as browsers count."""
    return None if at is None else round(at.timestamp() * 1000)


def _where(place: Place | Outline) -> tuple[float | None, float | None]:
    """The place as drawn: a doubtful one is kept in the record but not drawn as if true."""
    if place.lon is None or place.lat is None or UNDRAWABLE.intersection(place.flags):
        return None, None
    return round(place.lon, 6), round(place.lat, 6)


def event_row(event: Event, timing: Timing, told: Clocked | None = None) -> list[Any]:
    """`[lon, lat, state, at_risk_at, overtime_at, title, late, code, source, category, severity, reported_at, stage,
    level, unit, claim]`; times in ms, null where there is none. `claim` is `[by, account, lapses_at]` or null.

    `state` is `open`, `paused` or `closed`; the browser derives the colour from it, the two instants and
    the server's clock, with the rule of `overtime.colour_of`. `category` is the code, or the source's own words
    where there is no code. New columns come at the end: a browser reads rows by place.
    """
    report = event.report
    told = told or clocked(event, timing)
    turning = told.turning
    state = "closed" if event.is_finished else "paused" if event.paused_since else "open"
    return [
        *_where(report.place),
        state,
        millis(turning.at_risk_at),
        millis(turning.overtime_at),
        report.title,
        told.is_late(event),
        report.place.code,
        report.source.value,
        report.category or report.category_text,
        report.severity.value if report.severity else None,
        millis(report.reported_at),
        event.stage.value,
        event.level.value,
        event.unit,
        _claim(event),
    ]


def outline_row(outline: Outline) -> list[Any]:
    """The row of a packed event, as `event_row` gives it of the whole one: it has ended, so no clock of it runs."""
    claim = outline.claim
    return [
        *_where(outline),
        "closed",
        None,
        None,
        outline.title,
        outline.is_late,
        outline.code,
        outline.source.value,
        outline.category or outline.category_text,
        outline.severity.value if outline.severity else None,
        millis(outline.reported_at),
        outline.stage.value,
        outline.level.value,
        outline.unit,
        [claim[0], claim[1], millis(claim[2] + CLAIM_FOR)] if claim else None,
    ]


def _claim(event: Event) -> list[Any] | None:
    """认领, also one that has lapsed since: nothing happens to the event then, so the browser's clock has to tell."""
    claim = event.docket.claim
    return [claim.by, claim.account, millis(claim.last_at + CLAIM_FOR)] if claim else None


def alarm_row(alarm: Alarm) -> list[Any]:
    """`[lon, lat, kind, raised_at, message, severity, state, group_id, device_id, code, event_id, by, unit_assigned,
    value, unit]`; `by` is who acknowledged it, empty text where there is nothing. New columns come at the end."""
    acknowledged = alarm.find_act(AlarmActKind.ACKNOWLEDGED)
    return [
        *_where(alarm.place),
        alarm.kind,
        millis(alarm.raised_at),
        alarm.message,
        alarm.severity.value,
        alarm.state.value,
        alarm.group_id,
        alarm.device_id,
        alarm.place.code,
        alarm.event_id,
        acknowledged.by if acknowledged else "",
        alarm.unit_assigned,
        alarm.value,
        alarm.unit,
    ]


def view_of(situation: Situation, scope: Scope, *, closed_since: datetime | None = None) -> View:
    """The whole view of a scope. Events finished before `closed_since` (local midnight) are left out."""
    return {
        "events": dict(_event_rows(situation, scope, closed_since)),
        **{viewed.name: viewed.rows(situation, scope) for viewed in VIEWED.values()},
        "mode": mode_row(situation, scope),
    }


def _event_rows(situation: Situation, scope: Scope, closed_since: datetime | None) -> Iterator[tuple[str, list[Any]]]:
    for event_id, held in situation.events.held():
        if isinstance(held, Event):
            if is_shown(held, scope, closed_since):
                yield event_id, event_row(held, situation.timing, situation.clocked.get(event_id))
        elif is_shown(outline := outlined(held), scope, closed_since):
            yield event_id, outline_row(outline)


def is_shown(event: Event | Outline, scope: Scope, closed_since: datetime | None) -> bool:
    """True for what a screen of `scope` draws: open events, and those finished today."""
    code = event.report.place.code if isinstance(event, Event) else event.code
    if event.is_dismissed or not scope.covers(code):
        return False
    return closed_since is None or event.closed_at is None or event.closed_at >= closed_since


#: what views have besides events, by the kind that `Changed` names
VIEWED: dict[str, Viewed] = {
    "alarm": Viewed(
        "alarms", lambda s: s.alarms, lambda alarm: alarm.place.code, alarm_row,
        lambda alarm: alarm.is_open,
    ),
    "order": Viewed("orders", lambda s: s.orders, lambda order: order.issued.place.code, order_row),
    "plan_run": Viewed("plan_runs", lambda s: s.plan_runs, lambda running: running.run.code, plan_run_row),
    "plot": Viewed(
        "plots", lambda s: s.plots, lambda plot: plot.code, plot_row,
        lambda plot: not plot.is_removed, lambda plot, scope: plot.is_in(scope),
    ),
    "evacuation": Viewed("evacuations", lambda s: s.evacuations, lambda b: b.evacuation.code, evacuation_row),
}  # fmt: skip
#: the tables of a view
KINDS = ("events", *(viewed.name for viewed in VIEWED.values()))


def delta_of(
    situation: Situation, scope: Scope, changed: Iterable[Changed], *, closed_since: datetime | None = None
) -> Delta:
    """The delta that carries everything in `changed`: equal to `diff` of the views before and after."""
    timing = situation.timing
    delta: Delta = {kind: {} for kind in KINDS}
    for kind, key in changed:
        if kind == "event":
            event = situation.events.get(key)
            shown = event is not None and is_shown(event, scope, closed_since)
            told = situation.clocked.get(key)
            delta["events"][key] = event_row(event, timing, told) if event is not None and shown else None
        elif kind == "mode":
            delta["mode"] = mode_row(situation, scope)
        elif (viewed := VIEWED.get(kind)) is not None:
            item = viewed.items(situation).get(key)
            delta[viewed.name][key] = None if item is None else viewed.row(item, scope)
    return delta


def diff(old: View, new: View) -> Delta:
    """The smallest delta from `old` to `new`."""
    delta: Delta = {}
    for kind in KINDS:
        rows = {k: row for k, row in new[kind].items() if old[kind].get(k) != row}
        rows.update({k: None for k in old[kind] if k not in new[kind]})
        delta[kind] = rows
    if old["mode"] != new["mode"]:
        delta["mode"] = new["mode"]
    return delta


def apply(view: View, delta: Delta) -> View:
    """The view after a delta; a delta may be applied twice."""
    result: View = {"mode": delta.get("mode", view["mode"])}
    for kind in KINDS:
        rows = {**view[kind], **delta.get(kind, {})}
        result[kind] = {k: row for k, row in rows.items() if row is not None}
    return result
