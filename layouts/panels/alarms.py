"""物联告警: the groups of alarms that somebody must look at, then what devices said lately."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.alarm import Alarm, AlarmState
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ALARM_FEEDS, ScreenContext
from layouts.data_text import OF_DATA
from layouts.opens import Ways, number, weave
from layouts.panel import as_of_badge, empty_line, header, sub
from layouts.wall import Wall


def alarms(figures: Figures, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    known = context.heard(ALARM_FEEDS) or figures.alarms_today > 0
    ways = Ways.of(figures, context, texts)
    counts = weave(
        texts["alarms.sub"],
        today=number(figures.alarms_today if known else None, ways.alarms("today"), texts),
        open=number(figures.alarms_open if known else None, ways.alarms("open"), texts),
    )
    rows = _rows(figures, context, texts)[: wall.alarm_rows]
    nothing = texts["alarms.empty"] if known else texts["value.unknown"]
    return [
        header(texts["alarms.title"], as_of_badge(texts, context, ALARM_FEEDS), [sub(*counts)]),
        html.div(rows if rows else empty_line(nothing), className="rows"),
    ]


def _rows(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    """Every alarm once: in its group while something of it is open, else by itself, the newest first."""
    grouped = {alarm.alarm_id for _, members in figures.alarm_groups for alarm in members}
    rows = [
        _row(members[0], context, texts) if len(members) == 1 else _group_row(group_id, members, context, texts)
        for group_id, members in figures.alarm_groups
    ]
    return rows + [_row(alarm, context, texts) for alarm in figures.alarms if alarm.alarm_id not in grouped]


def _group_row(group_id: str, members: list[Alarm], context: ScreenContext, texts: Texts) -> Any:
    still = [alarm for alarm in members if alarm.is_open]
    gravest = min(still, key=lambda alarm: alarm.severity.value)
    waiting = sum(alarm.state is AlarmState.RAISED for alarm in still)
    newest = max((alarm.raised_at for alarm in members if alarm.raised_at), default=None)
    kind = texts.find(f"alarm_kind.{gravest.kind}", gravest.kind)
    state = texts.format("alarms.waiting", n=waiting) if waiting else texts[f"alarm_state.{gravest.state.value}"]
    what, times = _what(gravest, context, texts), texts.format("alarms.times", n=len(members))
    return html.div(
        [
            html.span(context.local(newest).strftime("%H:%M:%S") if newest else texts["value.none"], className="at"),
            html.span([kind, html.b(times, className="times")], className="kind"),
            html.span(what, className="what", title=what, **OF_DATA),
            html.span(state, className="tagx amb" if waiting else "tagx"),
        ],
        className="alarm group",
        **{"data-group-id": group_id, "data-severity": gravest.severity.value},
    )


def _row(alarm: Alarm, context: ScreenContext, texts: Texts) -> Any:
    waiting = alarm.state is AlarmState.RAISED
    at = context.local(alarm.raised_at).strftime("%H:%M:%S") if alarm.raised_at else texts["value.none"]
    what = _what(alarm, context, texts)
    return html.div(
        [
            html.span(at, className="at"),
            html.span(texts.find(f"alarm_kind.{alarm.kind}", alarm.kind), className="kind"),
            html.span(what, className="what", title=what, **OF_DATA),
            html.span(texts[f"alarm_state.{alarm.state.value}"], className="tagx amb" if waiting else "tagx"),
        ],
        className="alarm" if alarm.is_open else "alarm cleared",
        **{"data-alarm-id": alarm.alarm_id, "data-severity": alarm.severity.value},
    )


def _what(alarm: Alarm, context: ScreenContext, texts: Texts) -> str:
    """Where, then the device's own words or its reading."""
    street = context.street_name(alarm.place.code, texts.lang)
    place = alarm.place.address or street or alarm.device_id
    reading = "" if alarm.value is None else f"{alarm.value:g} {alarm.unit}".strip()
    said = alarm.message or reading
    # devices often repeat their street and their address in their own words
    whole = said if said.startswith(place) else f"{place} {said}".strip()
    return whole.removeprefix(street).strip() or whole
