"""下钻图表: hour × weekday, category and source as plotly figures; each point carries the address it opens.

Colours are those of the tokens, which plotly cannot read.
"""

from typing import Any

from cockpit.domain.source import Source
from cockpit.situation.indicator import Subject
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

ACCENT, WARM, LATE, LINE = "#62c6e6", "#f2a65a", "#e9b44c", "#12233a"
_AXIS, _TEXT = "#8ea1ba", "#eef4fb"
GRID, ZERO, _NONE = "rgba(150,182,220,.12)", "rgba(150,182,220,.3)", "rgba(0,0,0,0)"
_FONT = "Source Han Sans SC, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
#: the darkest and the brightest cell of the heat of hours
_HEAT = [[0, "rgba(98,198,230,.06)"], [1, "rgba(98,198,230,.92)"]]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST_BARS = 8

Figure = dict[str, Any]
#: what stands where nothing is split: nothing came, or what is listed is no event
_EMPTY = {True: "leader.trend.empty", False: "leader.subject.no_split"}


def heat_figure(view: LeaderView) -> Figure:
    """How many of the listed events were reported in each hour of the week."""
    texts, hours = view.texts, view.breakdown.hours
    days = [texts[f"weekday.{day}"] for day in _DAYS]
    narrows = view.indicator.is_of_events
    hrefs = [[view.address.href(weekday=str(d), hour=str(h)) if narrows else "" for h in range(24)] for d in range(7)]

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
    if (view.indicator.is_of_instant and not view.indicator.is_of_events) or view.indicator.subject in (
        Subject.HANDOVERS,
        Subject.WALKED_GRIDS,
    ):
        layout["annotations"] = [message(texts["leader.subject.no_hours"])]
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
        "constraintext": "none",  # a number is never drawn smaller than its label
        "textfont": font(color=_TEXT),
        "hovertext": [view.texts.format(hover, name=name, n=count_of(n, view.texts)) for name, n, _ in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"color": ACCENT, "opacity": [1 - 0.09 * rank for rank in range(len(rows))]},
    }  # fmt: skip
    # the same words are longer in English
    letters, left = (12, 92) if view.texts.lang == "zh-CN" else (20, 132)
    if not rows:
        left = 48  # nothing has a name: what is said instead stands in the middle
    layout = layout_of(margin={"l": left, "r": 48, "t": 2, "b": 2})
    layout |= {
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, most]},
        "yaxis": axis(
            # a blank keeps the name off its bar
            tickvals=list(range(len(rows))), ticktext=[_short(name, letters) + " " for name in names],
            range=[max(len(rows), 4) - 0.5, -0.5],
        ),
        "bargap": 0.45,
    }  # fmt: skip
    if not rows:
        layout["annotations"] = [message(view.texts[_EMPTY[view.indicator.is_of_events]])]
    return {"data": [bars], "layout": layout}


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1] + "…"


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
        "hoverlabel": {"bgcolor": LINE, "bordercolor": ZERO, "font": font(color=_TEXT)},
    }
