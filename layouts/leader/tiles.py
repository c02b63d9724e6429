"""指标块: six numbers that open to their records, each with its definition, its instant and what it was before."""

from typing import Any

from dash import html

from cockpit.services.drill_figures import Why
from cockpit.situation.indicators import BY_NAME, Better, Indicator, Measure
from layouts.glyph import glyph
from layouts.leader.amounts import digits_of, records_of, told, unit_of
from layouts.leader.outages import outage_lines
from layouts.leader.view import LeaderView
from layouts.numerals import count_of


def tiles(view: LeaderView) -> Any:
    """The row of tiles. The number chooses the indicator, the count at the right opens its list."""
    return html.Div([_tile(view, BY_NAME[name]) for name in view.tiles], className="ld-tiles", id="leader-tiles")


def _tile(view: LeaderView, indicator: Indicator) -> Any:
    texts, split = view.texts, view.figures[indicator.name]
    why = view.drilled.why(split.whole, of=indicator)
    definition = view.definition_of(indicator.name)
    chosen = indicator.name == view.address.indicator
    records = split.whole.numerator
    listed = texts["value.none"] if why else records_of(texts, indicator, records)
    return html.Section(
        [
            html.A(
                [
                    html.H3([view.title_of(indicator.name), _trust(view, indicator)]),
                    html.Div(_number(view, indicator, split.whole, why), className="v"),
                    html.Div(html.Span(definition), className="d", title=definition),
                ],
                href=view.address.href(indicator=indicator.name, part=""),
                className="ld-choose",
                title=view.texts.format("leader.tile.open", title=view.title_of(indicator.name)),
            ),
            html.Div(
                [
                    html.Span(view.local(view.drilled.known.at).strftime("%H:%M"), className="at"),
                    html.A(
                        [listed, html.I(className="g g-next")],
                        href=view.address.href(indicator=indicator.name, part="numerator") + "#leader-list",
                        className="to-list",
                        **{"data-records": str(records)},
                    ),
                ],
                className="ends",
            ),
        ],
        className="ld-panel ld-tile" + (" chosen" if chosen else ""),
        **{
            "data-indicator": indicator.name,
            "data-value": "" if split.whole.value is None or why else repr(split.whole.value),
            "data-numerator": str(records),
            "data-denominator": "" if split.whole.denominator is None else str(split.whole.denominator),
            "data-why": why.value if why else "",
            "data-partial": "true" if view.drilled.outages(indicator) else "false",
        },
    )  # fmt: skip


def _number(view: LeaderView, indicator: Indicator, measure: Measure, why: Why | None) -> list[Any]:
    if why is not None:
        return [html.Span(view.texts["value.none"]), html.Em(view.texts[f"leader.why.{why.value}"], className="mut")]
    unit = unit_of(indicator, measure.value, view.texts)
    return [html.Span([view.shown(indicator, measure), html.Small(unit)]), _change(view, indicator, measure)]


def _change(view: LeaderView, indicator: Indicator, measure: Measure) -> Any:
    """▲▼ by up or down, its colour by good or bad; nothing where there is nothing to compare."""
    then = view.figures_before[indicator.name].whole
    why = view.before.why(then, whole=True, of=indicator)
    how = view.texts[f"leader.compare.{view.address.vs}"]
    if why is not None or then.value is None or measure.value is None:
        return html.Em("", title=f"{how}: {view.texts['leader.compare.none']}")
    was = view.texts.format("leader.compare.was", what=how, value=view.with_unit(indicator, then))
    change = (measure.value - then.value) * (indicator.per if indicator.is_rate else 1)
    if round(abs(change), 2) == 0:
        return html.Em(view.texts["leader.compare.same"], className="mut", title=was)
    good = None if indicator.better is Better.NEITHER else (change > 0) == (indicator.better is Better.HIGHER)
    size = f"{abs(change):.{digits_of(indicator)}f}" if indicator.is_rate else count_of(round(abs(change)), view.texts)
    if indicator.is_timed:
        size = told(indicator, abs(change), view.texts)
    css = "mut" if good is None else "good" if good else "bad"
    return html.Em(f"{'▲' if change > 0 else '▼'} {size}", className=css, title=was)


def _trust(view: LeaderView, indicator: Indicator) -> Any:
    """The worst state of what a figure depends on: a source that was lost in the period makes it incomplete."""
    outages = view.drilled.outages(indicator)
    lost = bool(view.drilled.known.lost) or bool(outages)
    title = outage_lines(view, outages) if outages else ""
    return html.Span(glyph("late" if lost else "fresh"), className="late" if lost else "fresh", title=title)
