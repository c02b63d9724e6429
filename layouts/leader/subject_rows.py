"""主体清单: a line for a hand-over, alarm, gridworker, grid or record behind the chosen number, and where it leads."""

from typing import Any
from urllib.parse import urlencode

from dash import html

from cockpit.domain.alarm import Alarm, AlarmState
from cockpit.domain.resource import masked_name
from cockpit.services.subjects.force import GridLine, Worker
from cockpit.services.subjects.records import Record
from cockpit.services.subjects.walked import WalkedGrid
from cockpit.situation.handovers import Handover
from layouts.data_text import OF_DATA
from layouts.glyph import glyph
from layouts.leader.view import LeaderView

_COLUMNS = ("status", "what", "place", "when")
_STATES = {
    AlarmState.RAISED: ("over", "over"),
    AlarmState.ACKNOWLEDGED: ("doing", "doing"),
    AlarmState.ASSIGNED: ("doing", "doing"),
    AlarmState.CLEARED: ("done", "done"),
    AlarmState.FALSE: ("none", "mut"),
}
_DAY_S, _MINUTE_S = 86_400, 60


def subject_table(view: LeaderView) -> Any:
    """The page of the list as a table."""
    head = html.Thead(html.Tr([html.Th(view.texts[f"leader.subject.{name}"]) for name in _COLUMNS]))
    return html.Table([head, html.Tbody([_row(view, record) for record in view.records])])


def subject_title(view: LeaderView) -> str:
    """What the list is a list of."""
    if view.indicator.is_of_events:
        return view.texts["leader.list.title"]
    return view.texts[f"leader.subject.{view.indicator.subject.value}"]


def _row(view: LeaderView, record: Any) -> Any:
    match record:
        case Handover():
            return _handover(view, record)
        case Alarm():
            return _alarm(view, record)
        case Worker():
            return _worker(view, record)
        case GridLine():
            return _grid(view, record)
        case WalkedGrid():
            return _walked(view, record)
        case Record():
            return _record(view, record)
    raise TypeError(type(record).__name__)


def _handover(view: LeaderView, move: Handover) -> Any:
    """Leads to its event; who handed it on, from which level to which."""
    texts, report, step = view.texts, move.event.report, move.step
    way = f"{texts[f'level.{move.from_level.value}']} → {texts[f'level.{move.to_level.value}']}"
    title = report.title or report.category_text or report.event_id
    who = " · ".join(part for part in (texts[f"source.{report.source.value}"], step.unit, step.by, step.note) if part)
    what = (title, view.address.href(event=report.event_id, cursor=view.address.cursor), [who])
    shape = ("doing" if move.is_down else "ring", "doing" if move.is_down else "mut")
    return _line(
        view, (*shape, way), what, report.place.code, way, view.time(step.at), **{"data-event-id": report.event_id}
    )


def _alarm(view: LeaderView, alarm: Alarm) -> Any:
    """Leads to its device; one that became an event to that as well."""
    texts, (shape, css) = view.texts, _STATES[alarm.state]
    kind = texts.find(f"alarm_kind.{alarm.kind}", alarm.kind)
    more: list[Any] = [f"{alarm.message or alarm.device_id}"]
    if alarm.event_id:
        more += [" · ", html.A(texts["leader.event"], href=view.address.href(event=alarm.event_id))]
    state = texts[f"alarm_state.{alarm.state.value}"]
    when = view.time(alarm.raised_at) if alarm.raised_at else texts["value.none"]
    return _line(
        view, (shape, css, state), (kind, _device(view, alarm.device_id), more), alarm.place.code, when, state,
        **{"data-alarm-id": alarm.alarm_id, "data-device": alarm.device_id},
    )  # fmt: skip


def _worker(view: LeaderView, worker: Worker) -> Any:
    """Leads to where they went today on the map of tracks."""
    texts, entry = view.texts, worker.entry
    name = entry.name if view.may_command else masked_name(entry.name)
    state = texts["leader.subject.on" if worker.on else "leader.subject.off"]
    when = view.time(worker.located_at) if worker.located_at else texts["leader.subject.never"]
    asked = {"subjects": entry.subject_id, "scope": view.drilled.question.scope.code, "lang": texts.lang}
    shift = texts.find(f"leader.shift.{entry.shift}", entry.shift)
    return _line(
        view, ("done" if worker.on else "none", "done" if worker.on else "mut", state),
        (name, f"/tracks?{urlencode(asked)}", [entry.subject_id, f" · {shift}" if shift else ""]),
        entry.grid_code, when, texts[f"leader.subject.by_{worker.by.value}"], **{"data-subject-id": entry.subject_id},
    )  # fmt: skip


def _grid(view: LeaderView, grid: GridLine) -> Any:
    """Leads to the grid's own page."""
    texts, covered = view.texts, bool(grid.on_duty or grid.present)
    state = texts["leader.subject.on" if grid.on_duty else "leader.subject.off"]
    own = texts.format("leader.subject.staffed", n=grid.on_duty)
    href = view.address.href(scope=grid.code)
    return _line(
        view, ("done" if covered else "none", "done" if covered else "mut", state),
        (view.name_of(grid.code), href, [grid.code]), grid.code, own,
        texts.format("leader.subject.present", n=grid.present), **{"data-grid": grid.code},
    )  # fmt: skip


def _walked(view: LeaderView, grid: WalkedGrid) -> Any:
    """Leads to the grid's own page."""
    texts, visited = view.texts, grid.visited_at is not None
    state = texts["leader.subject.visited" if visited else "leader.subject.not_visited"]
    return _line(
        view, ("done" if visited else "none", "done" if visited else "mut", state),
        (view.name_of(grid.code), view.address.href(scope=grid.code), [grid.code]), grid.code,
        view.time(grid.visited_at) if grid.visited_at else texts["leader.subject.not_visited"],
        texts.format("leader.subject.visited_days", n=grid.days) if grid.days > 1 else state if visited else "",
        **{"data-grid": grid.code},
    )  # fmt: skip


def _record(view: LeaderView, record: Record) -> Any:
    """A device leads to its own page, a door is looked up at the desk."""
    texts, is_door = view.texts, record.kind == "household"
    kind = texts["leader.subject.household"] if is_door else texts.find(f"alarm_kind.{record.kind}", record.kind)
    rule = (
        texts.format("leader.subject.fresh_for", days=round(record.fresh_for_s / _DAY_S))
        if record.fresh_for_s >= _DAY_S
        else texts.format("leader.subject.fresh_for_s", n=max(1, round(record.fresh_for_s / _MINUTE_S)))
    )
    when = view.time(record.checked_at) if record.checked_at else texts["leader.subject.never"]
    name = record.name or record.record_id
    more = [kind, f" · {record.record_id}" if record.name else ""]
    return _line(
        view, ("done" if record.fresh else "over", "done" if record.fresh else "warm", rule),
        (name, "" if is_door else _device(view, record.record_id), more), record.code, when, rule,
        **{"data-record-id": record.record_id},
    )  # fmt: skip


def _device(view: LeaderView, device_id: str) -> str:
    asked = {"device": device_id, "scope": view.drilled.question.scope.code, "lang": view.texts.lang}
    return f"/iot?{urlencode(asked)}"


def _line(
    view: LeaderView, status: tuple[str, str, str], what: tuple[str, str, list[Any]], code: str, when: str, below: str,
    **data: str,
) -> Any:  # fmt: skip
    """`status`: glyph, colour, word; `what`: name, where it leads (empty: nowhere), what stands below."""
    shape, css, word = status
    name, href, more = what
    place = view.name_of(code[:12]) if len(code) >= 9 else view.texts["leader.map.rest"]
    return html.Tr(
        [
            html.Td(html.Span(glyph(shape, css=css), title=word)),
            html.Td([html.A(name, href=href) if href else name, html.Small(more)], **OF_DATA),
            html.Td(place),
            html.Td([when, html.Small(below)]),
        ],
        **data,
    )
