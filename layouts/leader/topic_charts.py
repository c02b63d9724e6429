"""专题图表: plotly figures of the analyses, in the colours and fonts of the other charts."""

from collections.abc import Mapping, Sequence

from cockpit.services.analyses.months import Month
from cockpit.services.forecast.scoring import Bin
from layouts.leader.charts import ACCENT, GRID, WARM, ZERO, Figure, axis, font, layout_of
from layouts.leader.view import LeaderView
from layouts.numerals import count_of


def reliability_figure(view: LeaderView, bins: Sequence[Bin]) -> Figure:
    """What was said against what came, by tenths: on the diagonal it says as often as it comes."""
    texts, most = view.texts, max((b.count for b in bins), default=1)
    told = [
        texts.format(
            "topic.overtime.bin", said=f"{100 * b.said:.0f}", came=f"{100 * b.came:.0f}", n=count_of(b.count, texts)
        )
        for b in bins
    ]
    curve = {
        "type": "scatter", "mode": "lines+markers", "text": told,
        "x": [100 * b.said for b in bins], "y": [100 * b.came for b in bins],
        "hovertemplate": "%{text}<extra></extra>", "line": {"color": ACCENT, "width": 2},
        "marker": {"color": ACCENT, "size": [6 + 10 * (b.count / most) ** 0.5 for b in bins], "opacity": 0.8},
    }  # fmt: skip
    ideal = {
        "type": "scatter", "mode": "lines", "x": [0, 100], "y": [0, 100], "hoverinfo": "skip",
        "line": {"color": ZERO, "width": 1, "dash": "dot"},
    }  # fmt: skip
    layout = layout_of(margin={"l": 44, "r": 10, "t": 6, "b": 40})
    ticks = {"tickvals": [0, 50, 100], "range": [-3, 103]}
    layout |= {
        "xaxis": axis(title={"text": texts["topic.overtime.said"], "font": font(), "standoff": 4}, **ticks),
        "yaxis": axis(
            title={"text": texts["topic.overtime.came"], "font": font(), "standoff": 2}, showgrid=True, gridcolor=GRID,
            **ticks,
        ),
    }  # fmt: skip
    return {"data": [ideal, curve], "layout": layout}


#: the bands' colours by what they end in
_TONES = {"late": WARM, "overtime": "#ff5a67", "closed": "#4fbf8b", "in_time": "#4fbf8b"}


def sankey_figure(view: LeaderView, links: Mapping[str, int]) -> Figure:
    """First level → how far → in time; a band carries the address of its list."""
    texts = view.texts
    names: list[str] = []
    for key in links:
        names += [name for name in key.split(">") if name not in names]
    labels = [texts.find(f"level.{name}", texts.find(f"topic.flow.{name}", name)) for name in names]
    pairs = [(key.partition(">")[0], key.partition(">")[2], key, n) for key, n in links.items()]
    hrefs = [view.address.href(pick=key) + "#leader-topic" for _, _, key, _ in pairs]
    told = [
        texts.format("topic.flow.hover", a=labels[names.index(a)], b=labels[names.index(b)], n=count_of(n, texts))
        for a, b, _, n in pairs
    ]
    sankey = {
        "type": "sankey", "arrangement": "fixed", "textfont": font(color="#dbe7f5"),
        "node": {
            "label": labels, "pad": 14, "thickness": 12, "line": {"width": 0}, "hoverinfo": "skip",
            "color": [_TONES.get(name, ACCENT) for name in names],
        },
        "link": {
            "source": [names.index(a) for a, *_ in pairs], "target": [names.index(b) for _, b, *_ in pairs],
            "value": [n for *_, n in pairs], "customdata": hrefs, "label": told,
            "color": [_faded(_TONES.get(b, ACCENT)) for _, b, *_ in pairs],
            "hovertemplate": "%{label}<extra></extra>",
        },
    }  # fmt: skip
    return {"data": [sankey], "layout": layout_of(margin={"l": 16, "r": 16, "t": 8, "b": 12})}


def months_figure(view: LeaderView, months: Sequence[Month], hrefs: Sequence[str]) -> Figure:
    """A bar a month, and a mark where the same month of the year before stood."""
    texts, x = view.texts, [month.first.strftime("%Y-%m") for month in months]
    told = [
        texts.format(
            "topic.months.hover", month=name, n=count_of(month.count, texts), before=count_of(month.year_before, texts)
        )
        for name, month in zip(x, months, strict=True)
    ]
    bars = {
        "type": "bar", "x": x, "y": [month.count for month in months], "customdata": list(hrefs), "text": told,
        "textposition": "none", "hovertemplate": "%{text}<extra></extra>", "marker": {"color": ACCENT, "opacity": 0.7},
    }  # fmt: skip
    before = {
        "type": "scatter", "mode": "markers", "x": x, "y": [month.year_before for month in months], "hoverinfo": "skip",
        "marker": {"symbol": "line-ew", "size": 14, "line": {"color": WARM, "width": 2}},
    }  # fmt: skip
    layout = layout_of(margin={"l": 48, "r": 12, "t": 8, "b": 30})
    layout |= {
        "xaxis": axis(type="category", tickvals=x[:: max(1, len(x) // 6)]),
        "yaxis": axis(gridcolor=GRID, showgrid=True, rangemode="tozero"),
        "bargap": 0.3,
    }
    return {"data": [bars, before], "layout": layout}


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},.28)"
