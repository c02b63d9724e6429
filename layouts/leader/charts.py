"""下钻图表: trend, hour × weekday, category and source as plotly figures; each point carries the address it opens.

Colours are those of the tokens, which plotly cannot read.
"""

from typing import Any

from cockpit.domain.source import Source
from cockpit.situation.period import Period
from layouts.leader.address import CUSTOM
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

ACCENT, WARM, _LINE = "#62c6e6", "#f2a65a", "#12233a"
_AXIS, _TEXT = "#8ea1ba", "#eef4fb"
GRID, ZERO, _NONE = "rgba(150,182,220,.12)", "rgba(150,182,220,.3)", "rgba(0,0,0,0)"
_FONT = "Source Han Sans SC, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
#: the darkest and the brightest cell of the heat of hours
_HEAT = [[0, "rgba(98,198,230,.06)"], [1, "rgba(98,198,230,.92)"]]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST_BARS = 8

Figure = dict[str, Any]


def trend_figure(view: LeaderView) -> Figure:
    """The indicator by day as a line, reports as bars below it; days under the target are ringed."""
    texts, indicator, steps = view.texts, view.indicator, view.trend
    scale = 100 if indicator.is_rate else 1
    x = [view.local(step.period.since).strftime("%Y-%m-%d") for step in steps]
    values = [None if step.why or step.measure.value is None else scale * step.measure.value for step in steps]
    hrefs = [_href_of(view, step.period) for step in steps]
    told = [
        texts.format(
            "leader.trend.hover",
            day=day,
            value=texts["value.none"] if value is None else view.with_unit(indicator, step.measure),
            n=count_of(step.reported, texts),
        )
        for day, value, step in zip(x, values, steps, strict=True)
    ]
    failing = [
        indicator.is_rate and indicator.worth_a_look == "missed" and v is not None and v < 100 * view.target
        for v in values
    ]
    line = {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": values, "customdata": hrefs, "text": told,
        "hovertemplate": "%{text}<extra></extra>", "connectgaps": False,
        "line": {"color": ACCENT, "width": 2.2},
        "marker": {
            "size": [8 if f else 4 for f in failing], "color": [_LINE if f else ACCENT for f in failing],
            "line": {"color": [WARM if f else ACCENT for f in failing], "width": [2 if f else 0 for f in failing]},
        },
    }  # fmt: skip
    bars = {
        "type": "bar", "x": x, "y": [step.reported for step in steps], "yaxis": "y2", "customdata": hrefs,
        "marker": {"color": ACCENT, "opacity": 0.26}, "hoverinfo": "skip",
    }  # fmt: skip
    most = max([step.reported for step in steps], default=0) or 1
    layout = layout_of(margin={"l": 44, "r": 8, "t": 8, "b": 24})
    layout |= {
        "xaxis": axis(type="category", nticks=5, tickvals=_few(x), ticktext=[day[5:] for day in _few(x)]),
        "yaxis": axis(gridcolor=GRID, showgrid=True, range=_range_of([v for v in values if v is not None], view)),
        "yaxis2": {"overlaying": "y", "visible": False, "range": [0, 3.6 * most], "fixedrange": True},
        "bargap": 0.3,
    }
    if indicator.is_rate and indicator.worth_a_look == "missed":
        target = 100 * view.target
        layout["shapes"] = [
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": target, "y1": target,
                "line": {"color": "rgba(238,244,251,.6)", "width": 1, "dash": "dot"},
            }
        ]  # fmt: skip
        layout["annotations"] = [
            {
                "xref": "paper", "x": 1, "y": target, "yanchor": "bottom", "xanchor": "right", "showarrow": False,
                "text": texts.format("leader.trend.target", n=f"{target:.0f}"), "font": font(color="#dbe7f5"),
            }
        ]  # fmt: skip
    if not any(step.reported for step in steps) and not any(v is not None for v in values):
        layout["annotations"] = [message(texts["leader.trend.empty"])]
    return {"data": [bars, line], "layout": layout}


def _href_of(view: LeaderView, period: Period) -> str:
    until = "" if period.is_open else period.until.isoformat()
    return view.address.href(range=CUSTOM, since=period.since.isoformat(), until=until)


def heat_figure(view: LeaderView) -> Figure:
    """How many of the listed events were reported in each hour of the week."""
    texts, hours = view.texts, view.breakdown.hours
    days = [texts[f"weekday.{day}"] for day in _DAYS]
    hrefs = [[view.address.href(weekday=str(d), hour=str(h)) for h in range(24)] for d in range(7)]

    def cell(d: int, h: int) -> str:
        return texts.format("leader.heat.hover", day=days[d], hour=f"{h:02d}", n=count_of(hours[d][h], texts))

    told = [[cell(d, h) for h in range(24)] for d in range(7)]
    cells = {
        "type": "heatmap", "z": hours, "x": list(range(24)), "y": days, "customdata": hrefs, "text": told,
        "hovertemplate": "%{text}<extra></extra>", "colorscale": _HEAT, "showscale": False, "xgap": 2, "ygap": 2,
        "zmin": 0, "zmax": max(1, *(n for row in hours for n in row)),
    }  # fmt: skip
    layout = layout_of(margin={"l": 44 if texts.lang == "zh-CN" else 80, "r": 8, "t": 4, "b": 22})
    layout |= {
        "xaxis": axis(tickvals=[0, 6, 12, 18], ticktext=["00", "06", "12", "18"]),
        "yaxis": axis(autorange="reversed"),
    }
    return {"data": [cells], "layout": layout}


def kinds_figure(view: LeaderView) -> Figure:
    """The categories of the listed events, the most first; a class opens into its subclasses."""
    deep = view.address.category.count(".") >= 1
    counts: dict[str, int] = {}
    for category, n in view.breakdown.categories:
        key = category if deep else ".".join(category.split(".")[:2])
        counts[key] = counts.get(key, 0) + n
    rows = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_BARS]
    return _bars(
        view,
        [(view.kind_of(category), n, view.address.href(category=category) if category else "") for category, n in rows],
        "leader.kinds.hover",
    )


def sources_figure(view: LeaderView) -> Figure:
    """Where the listed events came from."""
    rows = sorted(view.breakdown.sources, key=lambda pair: -pair[1])
    return _bars(
        view, [(_source(view, source), n, view.address.href(source=source.value)) for source, n in rows],
        "leader.sources.hover",
    )  # fmt: skip


def _source(view: LeaderView, source: Source) -> str:
    return view.texts[f"source.{source.value}"]


def _bars(view: LeaderView, rows: list[tuple[str, int, str]], hover: str) -> Figure:
    """Horizontal bars of one colour, fading by rank, each with its number."""
    names = [name for name, _, _ in rows]
    most = max([n for _, n, _ in rows], default=1)
    bars = {
        "type": "bar", "orientation": "h", "x": [n for _, n, _ in rows], "y": list(range(len(rows))),
        "customdata": [href for _, _, href in rows],
        "text": [count_of(n, view.texts) for _, n, _ in rows], "textposition": "outside", "cliponaxis": False,
        "textfont": font(color=_TEXT),
        "hovertext": [view.texts.format(hover, name=name, n=count_of(n, view.texts)) for name, n, _ in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"color": ACCENT, "opacity": [1 - 0.09 * rank for rank in range(len(rows))]},
    }  # fmt: skip
    layout = layout_of(margin={"l": 92, "r": 48, "t": 2, "b": 2})
    layout |= {
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, most]},
        "yaxis": axis(
            tickvals=list(range(len(rows))), ticktext=[_short(name) for name in names],
            range=[max(len(rows), 4) - 0.5, -0.5],
        ),
        "bargap": 0.45,
    }  # fmt: skip
    if not rows:
        layout["annotations"] = [message(view.texts["leader.trend.empty"])]
    return {"data": [bars], "layout": layout}


def _short(name: str) -> str:
    return name if len(name) <= 12 else name[:11] + "…"


def _few(days: list[str]) -> list[str]:
    """Four of the days, the first and the last among them."""
    if len(days) <= 5:
        return days
    last = len(days) - 1
    return [days[round(last * n / 4)] for n in range(5)]


def _range_of(values: list[float], view: LeaderView) -> list[float]:
    """Room below the line for the bars; a rate's axis ends at 100."""
    if not values:
        return [0, 100 if view.indicator.is_rate else 4]
    low, high = min(values), max(values)
    if view.indicator.is_rate:
        goal = 100 * view.target
        low, high = min(low, goal - 3), min(100.6, max(high + 0.8, goal + 3))
        return [low - 0.45 * (high - low), high]
    return [-0.45 * max(high, 4), 1.1 * max(high, 4)]


def font(**more: Any) -> dict[str, Any]:
    return {"family": _FONT, "size": 12, "color": _AXIS, **more}


def axis(**more: Any) -> dict[str, Any]:
    return {
        "fixedrange": True, "showgrid": False, "zeroline": False, "zerolinecolor": ZERO, "tickfont": font(),
        "ticks": "", **more,
    }  # fmt: skip


def message(text: str) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "font": font(), "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}


def layout_of(margin: dict[str, int]) -> dict[str, Any]:
    return {
        "autosize": True,
        "margin": {**margin, "pad": 0},
        "paper_bgcolor": _NONE,
        "plot_bgcolor": _NONE,
        "font": font(),
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": _LINE, "bordercolor": ZERO, "font": font(color=_TEXT)},
    }
