"""24 小时上报趋势: reports by hour against the median of the seven days before, as a plotly figure.

The figure is written as plain data: it is rebuilt every second, and `graph_objects` would cost more than all
other panels together. Colours are those of the tokens, which plotly cannot read.
"""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode
from cockpit.situation.figures import Figures
from layouts import element as html
from layouts.context import ScreenContext
from layouts.numerals import count_of
from layouts.opens import Ways, number, weave
from layouts.wall import Wall

_ACCENT = {Mode.PEACETIME: "#62c6e6", Mode.WARTIME: "#f2a65a"}
_AXIS, _TEXT = "#8ea1ba", "#eef4fb"
_GRID, _ZERO = "rgba(150,182,220,.12)", "rgba(150,182,220,.3)"
_FONT = "Source Han Sans SC, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_STEPS = (1, 2, 3, 4, 5, 6, 8, 10)
#: invisible ticks keep the labels off the corner
_AXES = {"ticks": "outside", "tickcolor": "rgba(0,0,0,0)", "fixedrange": True, "ticklabeloverflow": "allow"}


def trend_figure(figures: Figures | None, context: ScreenContext | None, texts: Texts, wall: Wall) -> dict[str, Any]:
    """Bars of today (hatched for the hour that still runs) and the dotted median; axes only without data."""
    hourly = figures.hourly if figures else [None] * 24
    median = figures.hourly_median if figures else [None] * 24
    top = _top_of([v for v in (*hourly, *median) if v is not None])
    known = [h for h, n in enumerate(hourly) if n is not None and any(hourly)]
    empty = figures is not None and not any(hourly)
    accent = _ACCENT[figures.mode if figures else Mode.PEACETIME]
    now = context.local(figures.as_of).hour if figures and context else None
    bars = {
        "type": "bar",
        "x": [h + 0.5 for h in known],
        "y": [hourly[h] for h in known],
        "width": 0.7,
        "marker": {
            "color": accent,
            "opacity": 0.85,
            "line": {"width": [1 if h == now else 0 for h in known], "color": accent},
            "pattern": {
                "shape": ["/" if h == now else "" for h in known],
                "size": 5,
                "solidity": 0.45,
                "fgcolor": accent,
                "bgcolor": "rgba(0,0,0,0)",
            },
        },
        "text": [texts.format("trend.hover", hour=f"{h:02d}", n=count_of(hourly[h], texts)) for h in known],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [h + 0.5 for h in range(24)],
        "y": median,
        "line": {"color": "rgba(238,244,251,.75)", "width": 2.2, "dash": "dot"},
        "hoverinfo": "skip",
    }
    return {"data": [bars, line], "layout": _layout(texts, wall, top, empty=empty)}


def _layout(texts: Texts, wall: Wall, top: float, *, empty: bool) -> dict[str, Any]:
    font = {"family": _FONT, "size": 16, "color": _AXIS}
    message = {
        "text": texts["trend.empty"], "showarrow": False, "font": font,
        "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5,
    }  # fmt: skip
    return {
        "width": wall.trend_width,
        "height": wall.trend_height,
        "autosize": False,
        "margin": {"l": 50, "r": 10, "t": 12, "b": 36, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font,
        "showlegend": False,
        "bargap": 0.3,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#12233a", "bordercolor": _GRID, "font": {"size": 16, "color": _TEXT}},
        "xaxis": {
            "range": [0, 24.01], "tickvals": [0, 6, 12, 18, 24], "ticktext": ["00", "06", "12", "18", "24"],
            "showgrid": False, "zeroline": False, "ticklen": 6, **_AXES, "tickfont": font,
        },
        "yaxis": {
            "range": [0, top * 1.01], "tickvals": [0, top / 2, top], "ticktext": [_tick(v) for v in (0, top / 2, top)],
            "gridcolor": _GRID, "zeroline": True, "zerolinecolor": _ZERO, "ticklen": 8, **_AXES, "tickfont": font,
        },
        "annotations": [message] if empty else [],
    }  # fmt: skip


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _top_of(values: list[Any]) -> float:
    """A round even number at or above all values: its half is a label too, and the axis stays while bars grow."""
    most = max([*values, 4])
    power = 10 ** (len(str(int(most))) - 1)
    return float(next(step * power for step in _STEPS if step * power >= most and step * power % 2 == 0))


def trend_notes(figures: Figures, context: ScreenContext, texts: Texts) -> list[Any]:
    """The legend under the chart, and the peak of today in words."""
    known = [(n, -h) for h, n in enumerate(figures.hourly) if n]
    notes = [
        html.span([html.i(className="key-bar"), texts["trend.today"]]),
        html.span([html.i(className="key-dots"), texts["trend.median"]]),
    ]
    if known:
        n, hour = max(known)
        there = Ways.of(figures, context, texts).indicator("reported_today", hour=str(-hour))
        peak = weave(texts["trend.peak"], hour=f"{-hour:02d}", n=number(n, there, texts))
        notes.append(html.span(peak, className="peak"))
    return notes
