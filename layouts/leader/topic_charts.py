"""专题图表: plotly figures of the analyses, in the colours and fonts of the other charts."""

from collections.abc import Sequence

from cockpit.services.forecast.scoring import Bin
from layouts.leader.charts import ACCENT, GRID, ZERO, Figure, axis, font, layout_of
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
