"""报告的图: one chart as SVG, drawn once for the page and for the document, so that both show the same.

The words of a chart are kept beside its shapes: the document sets them in its own font.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 720, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 42, 22, 24
_BAR, _LINE, _TARGET, _GRID, _INK = "#9db7d8", "#1f4e8c", "#b3541e", "#dfe5ee", "#5a6c82"
_FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
#: labels below the axis
_MOST_LABELS = 24


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts with a label each, and a rate 0…1 over some of them; `texts` name both and the target's line."""

    labels: Sequence[str]
    counts: Sequence[int]
    rates: Sequence[float | None]
    target: float | None
    count_text: str
    rate_text: str
    target_text: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a place of the chart, in its own units; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str
    fill: str

    @property
    def svg(self) -> str:
        where = f'x="{self.x:.1f}" y="{self.y:.1f}" text-anchor="{self.anchor}"'
        return f'<text {where} fill="{self.fill}">{escape(self.text)}</text>'


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes as pieces of SVG, and the words that belong to them."""

    shapes: list[str]
    labels: list[Label]
    width: int = _WIDTH
    height: int = _HEIGHT

    def svg(self, *, words: bool) -> str:
        """The chart; it grows with its place. Nothing but shapes and, where they are wanted, escaped words."""
        said = "".join(one.svg for one in self.labels) if words else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" font-family="{_FONT}" font-size="10">{"".join(self.shapes)}{said}</svg>'
        )


def bars(chart: Bars) -> Chart:
    """Counts as bars and, if there is any, the rate as a line over them with its target."""
    inner, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    most = _round_up(max(chart.counts, default=0))
    step = inner / max(len(chart.counts), 1)
    drawn = Chart([], [_label(_LEFT, 11, chart.count_text, "start")])
    for share in (0, 0.5, 1):
        y = _TOP + tall * (1 - share)
        drawn.shapes.append(_line(_LEFT, y, _WIDTH - _RIGHT, y, _GRID))
        drawn.labels.append(_label(_LEFT - 6, y + 3.5, f"{most * share:,.0f}", "end"))
    every = -(-len(chart.labels) // _MOST_LABELS)
    for i, (label, count) in enumerate(zip(chart.labels, chart.counts, strict=True)):
        high, x = tall * count / most, _LEFT + step * i
        drawn.shapes.append(
            f'<rect x="{x + step * 0.18:.1f}" y="{_TOP + tall - high:.1f}" width="{step * 0.64:.1f}" '
            f'height="{high:.1f}" fill="{_BAR}"/>'
        )
        if i % every == 0:
            drawn.labels.append(_label(x + step / 2, _HEIGHT - 9, label, "middle"))
    if any(rate is not None for rate in chart.rates):
        _draw_rates(drawn, chart, inner, tall, step)
    return drawn


def _draw_rates(drawn: Chart, chart: Bars, inner: float, tall: float, step: float) -> None:
    known = [rate for rate in (*chart.rates, chart.target) if rate is not None]
    low = min(0.9, int(min(known) * 10) / 10)

    def y_of(rate: float) -> float:
        return _TOP + tall * (1 - (rate - low) / (1 - low))

    right = _WIDTH - _RIGHT
    drawn.labels.append(_label(right, 11, chart.rate_text, "end", _LINE))
    drawn.labels.extend(_label(right + 6, y_of(r) + 3.5, f"{100 * r:.0f}%", "start", _LINE) for r in (low, 1.0))
    if chart.target is not None:
        y = y_of(chart.target)
        drawn.shapes.append(_line(_LEFT, y, _LEFT + inner, y, _TARGET, dashed=True))
        drawn.labels.append(_label(_LEFT + 4, y + 11, chart.target_text, "start", _TARGET))
    run: list[tuple[float, float]] = []
    for i, rate in enumerate([*chart.rates, None]):
        if rate is not None:
            run.append((_LEFT + step * (i + 0.5), y_of(rate)))
            drawn.shapes.append(f'<circle cx="{run[-1][0]:.1f}" cy="{run[-1][1]:.1f}" r="2.4" fill="{_LINE}"/>')
            continue
        if len(run) > 1:  # a day without a sample is a gap, not a zero
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            drawn.shapes.append(f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="1.6"/>')
        run = []


def _round_up(most: int) -> int:
    """A round number to end an axis at, even, so that its half is whole."""
    if most <= 2:
        return 2
    size = int(10 ** (len(str(most)) - 1))
    for factor in (1, 2, 3, 4, 5, 6, 8, 10):
        if factor * size >= most:
            top = factor * size
            return top if top % 2 == 0 else top + 1
    return most


def _label(x: float, y: float, text: str, anchor: str, fill: str = _INK) -> Label:
    return Label(round(x, 1), round(y, 1), text, anchor, fill)


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{dash}/>'
