"""走势: the chosen indicator step by step, its usual band (常态带), the days unlike it, and what is unknown."""

import math
from collections.abc import Sequence
from math import inf
from typing import Any

from dash import html

from cockpit.domain.figure_rule import LEAST_WEEKS
from cockpit.services.drill_calendar import StepLength
from cockpit.services.drill_trend import SIGMAS
from cockpit.situation.period import Period
from layouts.leader.address import CUSTOM
from layouts.leader.amounts import scale_of, told
from layouts.leader.charts import ACCENT, GRID, LATE, LINE, WARM, Figure, axis, font, layout_of, message
from layouts.leader.outages import outage_lines
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_BAND, _NONE = "rgba(98,198,230,.13)", "rgba(0,0,0,0)"


def trend_figure(view: LeaderView) -> Figure:
    """A line over its band, reports as bars below. Under the target: ringed; unusual: a diamond; partial: hollow."""
    texts, indicator, steps = view.texts, view.indicator, view.trend
    known = [None if step.why else step.measure.value for step in steps]
    ago = [None if c.year_before is None else c.year_before.value for c in view.calendar]
    scale, unit = scale_of(indicator, [v for v in (*known, *ago) if v is not None])
    x = [view.local(step.period.since).strftime("%Y-%m-%d") for step in steps]
    values = [None if v is None else scale * v for v in known]
    hrefs = [_href_of(view, step.period) for step in steps]
    partial = [bool(view.drilled.outages(indicator, step.period)) for step in steps]
    partial = [p or not c.is_over for p, c in zip(partial, view.calendar, strict=True)] if view.calendar else partial
    unusual = [usual.is_unusual(v) for usual, v in zip(view.usual, known, strict=True)]
    failing = [_is_judged(view) and v is not None and v < view.target for v in known]
    line = {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": values, "customdata": hrefs,
        "text": [_said(view, i) for i in range(len(steps))],
        "hovertemplate": "%{text}<extra></extra>", "connectgaps": False,
        "line": {"color": ACCENT, "width": 2.2},
        "marker": {
            "symbol": ["diamond" if u else "circle" for u in unusual],
            "size": [11 if u else 8 if f or p else 4 for u, f, p in zip(unusual, failing, partial, strict=True)],
            "color": [
                WARM if u else LINE if f or p else ACCENT for u, f, p in zip(unusual, failing, partial, strict=True)
            ],
            "line": {
                "color": [LATE if p else WARM if f else ACCENT for f, p in zip(failing, partial, strict=True)],
                "width": [2 if f or p else 0 for f, p in zip(failing, partial, strict=True)],
            },
        },
    }  # fmt: skip
    bars = {
        "type": "bar", "x": x, "y": [step.reported for step in steps], "yaxis": "y2", "customdata": hrefs,
        "marker": {"color": ACCENT, "opacity": 0.26},
        "hoverinfo": "none",  # with "skip" a click on a bar would not be heard
    }  # fmt: skip
    edges = [edge * scale for usual in view.usual for edge in (usual.low, usual.high) if edge is not None]
    most = max([step.reported for step in steps], default=0) or 1
    layout = layout_of(margin={"l": 44, "r": 8, "t": 8, "b": 24})
    shown = [*(v for v in values if v is not None), *edges, *(scale * v for v in ago if v is not None)]
    layout |= {
        "xaxis": axis(type="category", tickvals=_few(x), ticktext=[_tick(view, day) for day in _few(x)]),
        "yaxis": axis(
            gridcolor=GRID, showgrid=True, range=_range_of(shown, view),
            **_ticks(shown, view),
            ticksuffix=texts[unit] if unit == "value.percent" else "",
        ),
        "yaxis2": {"overlaying": "y", "visible": False, "range": [0, 3.6 * most], "fixedrange": True},
        "bargap": 0.3,
    }  # fmt: skip
    if _is_judged(view):
        layout |= _target(view, right=_is_clear(values, 100 * view.target))
    if not any(step.reported for step in steps) and not any(v is not None for v in values):
        layout["annotations"] = [message(texts["leader.trend.empty"])]
    return {"data": [bars, *_band(view, x, scale), *_year_before(x, ago, scale), line], "layout": layout}


def trend_unit(view: LeaderView) -> str:
    """What the axis counts in, where its numbers do not say so themselves."""
    known = [s.measure.value for s in view.trend if not s.why and s.measure.value is not None]
    unit = scale_of(view.indicator, known)[1]
    return "" if unit in ("", "value.percent") else view.texts[unit]


def trend_said(view: LeaderView) -> str:
    """What the band is told from, and how many steps lie outside; too little history says so."""
    texts, weeks = view.texts, [usual.weeks for usual in view.usual]
    if view.calendar:
        return texts["leader.step.said" if any(c.year_before for c in view.calendar) else "leader.step.said_alone"]
    if not view.indicator.is_of_events:
        return texts["leader.subject.no_usual"]
    if len(weeks) > 1 and max((s.period.until - s.period.since).days for s in view.trend) > 1:
        return texts["leader.usual.long"]
    most = max(weeks, default=0)
    if most < LEAST_WEEKS:
        return texts.format("leader.usual.little", n=most, least=LEAST_WEEKS)
    values = [None if step.why else step.measure.value for step in view.trend]
    outside = sum(usual.is_unusual(v) for usual, v in zip(view.usual, values, strict=True))
    key = "leader.usual.outside" if outside else "leader.usual.inside"
    return texts.format(key, n=outside, weeks=most, sigmas=f"{SIGMAS:g}")


def _said(view: LeaderView, i: int) -> str:
    """What a point says: the day, the value or why there is none, what is usual, what was lost."""
    texts, indicator, step, usual = view.texts, view.indicator, view.trend[i], view.usual[i]
    value = texts["value.none"] if step.why or step.measure.value is None else view.with_unit(indicator, step.measure)
    if step.why:
        value = f"{value} {texts[f'leader.why.{step.why.value}']}"
    day = view.local(step.period.since).strftime("%Y-%m-%d")
    if view.calendar:
        day = (
            step_name(view, day)
            if view.calendar[i].is_over
            else f"{step_name(view, day)} {texts['leader.step.running']}"
        )
    lines = [texts.format("leader.trend.hover", day=day, value=value, n=count_of(step.reported, texts))]
    if usual.low is not None and usual.high is not None:
        band = {"low": told(indicator, usual.low, texts), "high": told(indicator, usual.high, texts)}
        lines.append(texts.format("leader.usual.hover", weeks=usual.weeks, **band))
    before = view.calendar[i].year_before if view.calendar else None
    if before is not None and before.value is not None:
        lines.append(texts.format("leader.step.year_before", value=view.with_unit(indicator, before)))
    outages = view.drilled.outages(indicator, step.period)
    if outages:
        lines.append(outage_lines(view, outages))
    return "<br>".join(lines)


def step_name(view: LeaderView, day: str) -> str:
    """What a week, month or quarter is called that begins with a day: `2026-11-16`, `2026-11`, `2026 Q4`."""
    if view.address.step == StepLength.QUARTER:
        return f"{day[:4]} Q{(int(day[5:7]) + 2) // 3}"
    return day[:7] if view.address.step == StepLength.MONTH else day


def step_tabs(view: LeaderView) -> Any:
    """日 周 月 季."""
    links = [
        html.A(
            view.texts[f"leader.step.{length.value}"],
            href=view.address.href(step=length.value),
            className="on" if view.address.step == length else "",
            **{"data-step": length.value},
        )
        for length in StepLength
    ]
    return html.Div(links, className="ld-seg", role="group")


def _tick(view: LeaderView, day: str) -> str:
    return step_name(view, day) if view.address.step in (StepLength.MONTH, StepLength.QUARTER) else day[5:]


def _year_before(x: list[str], ago: list[float | None], scale: float) -> list[dict[str, Any]]:
    """The same months of the year before, as a dotted line."""
    if all(v is None for v in ago):
        return []
    y = [None if v is None else scale * v for v in ago]
    line = {"color": LINE, "width": 1.4, "dash": "dot"}
    return [{"type": "scatter", "mode": "lines+markers", "x": x, "y": y, "line": line, "hoverinfo": "skip",
             "marker": {"size": 3, "color": LINE}, "connectgaps": False}]  # fmt: skip


def _band(view: LeaderView, x: list[str], scale: float) -> list[dict[str, Any]]:
    """The lower edge, and the upper one filled down to it."""
    if not any(usual.low is not None for usual in view.usual):
        return []
    edge = {"type": "scatter", "mode": "lines", "x": x, "hoverinfo": "skip", "line": {"color": _NONE, "width": 0}}
    low = [None if usual.low is None else scale * usual.low for usual in view.usual]
    high = [None if usual.high is None else scale * usual.high for usual in view.usual]
    return [{**edge, "y": low}, {**edge, "y": high, "fill": "tonexty", "fillcolor": _BAND}]


def _is_judged(view: LeaderView) -> bool:
    return view.indicator.is_rate and view.indicator.worth_a_look == "missed"


def _is_clear(values: Sequence[float | None], target: float) -> bool:
    """True if the line ends farther from its target than it begins: the name of the target stands where it is free."""
    first, last = (inf if v is None else abs(v - target) for v in (values[0], values[-1])) if values else (inf, inf)
    return last >= first


def _target(view: LeaderView, *, right: bool) -> dict[str, Any]:
    """The line that a rate should not lie under."""
    target = 100 * view.target
    line = {"color": "rgba(238,244,251,.6)", "width": 1, "dash": "dot"}
    text = view.texts.format("leader.trend.target", n=f"{target:.0f}")
    return {
        "shapes": [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target, "line": line}],
        "annotations": [
            {
                "xref": "paper", "x": int(right), "xanchor": "right" if right else "left",
                "y": target, "yanchor": "bottom", "showarrow": False, "text": text, "font": font(color="#dbe7f5"),
            }
        ],
    }  # fmt: skip


def _href_of(view: LeaderView, period: Period) -> str:
    until = "" if period.is_open else period.until.isoformat()
    return view.address.href(range=CUSTOM, since=period.since.isoformat(), until=until)


def _few(days: list[str]) -> list[str]:
    """Five of the days, the first and the last among them; each of a week, of which five would lie unevenly."""
    if len(days) <= 7:
        return days
    last = len(days) - 1
    return [days[round(last * n / 4)] for n in range(5)]


def _ticks(values: list[float], view: LeaderView) -> dict[str, Any]:
    """Round numbers from nothing up: below nothing lie the bars."""
    highest = max([0.0, *values])
    if _is_judged(view) or not highest:
        return {}
    size = 10.0 ** math.floor(math.log10(highest / 2))
    step = next(size * n for n in (5, 2, 1) if size * n <= highest / 2)
    return {"tickvals": [step * n for n in range(int(highest / step) + 1)]}


def _range_of(values: list[float], view: LeaderView) -> list[float]:
    """Room below the line for the bars; a percentage's axis ends at 100."""
    percent = view.indicator.is_rate and view.indicator.per == 100
    if not values:
        return [0, 100 if percent else 4]
    low, high = min(values), max(values)
    if percent and _is_judged(view):
        goal = 100 * view.target
        low, high = min(low, goal - 3), min(100.6, max(high + 0.8, goal + 3))
        return [low - 0.45 * (high - low), high]
    high = max(high, 4) if view.indicator.adds_up else high or 4
    return [-0.45 * high, 1.1 * high]
