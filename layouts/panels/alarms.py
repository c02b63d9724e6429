"""物联告警: what devices say, newest first."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.alarm import Alarm
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ALARM_FEEDS, ScreenContext
from layouts.numerals import count_of
from layouts.panel import as_of_badge, empty_line, header, sub
from layouts.wall import Wall


def alarms(figures: Figures, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    known = context.heard(ALARM_FEEDS) or figures.alarms_today > 0
    counts = texts.format(
        "alarms.sub",
        today=count_of(figures.alarms_today if known else None, texts),
        open=count_of(figures.alarms_open if known else None, texts),
    )
    rows = [_row(alarm, context, texts) for alarm in figures.alarms[: wall.alarm_rows]]
    nothing = texts["alarms.empty"] if known else texts["value.unknown"]
    return [
        header(texts["alarms.title"], as_of_badge(texts, context, ALARM_FEEDS), [sub(counts)]),
        html.div(rows if rows else empty_line(nothing), className="rows"),
    ]


def _row(alarm: Alarm, context: ScreenContext, texts: Texts) -> Any:
    raised = alarm.is_open
    at = context.local(alarm.raised_at).strftime("%H:%M:%S") if alarm.raised_at else texts["value.none"]
    what = _what(alarm, context, texts)
    return html.div(
        [
            html.span(at, className="at"),
            html.span(texts.find(f"alarm_kind.{alarm.kind}", alarm.kind), className="kind"),
            html.span(what, className="what", title=what),
            html.span(texts[f"alarm_state.{alarm.state.value}"], className="tagx amb" if raised else "tagx"),
        ],
        className="alarm" if raised else "alarm cleared",
        **{"data-alarm-id": alarm.alarm_id},
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
