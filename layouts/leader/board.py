"""达标板: the divisions below, pass or fail in official order (达标式); the ranking is the second tab."""

from typing import Any

from dash import html

from cockpit.services.drill_figures import Why
from cockpit.situation.indicators import Measure, Part
from layouts.glyph import glyph
from layouts.leader.amounts import records_of, told
from layouts.leader.bar import level_name
from layouts.leader.exporting import taken_away
from layouts.leader.view import LeaderView
from layouts.numerals import count_of, short_percent_of

#: digits of a code → the level as the API names it
_LEVELS = {9: "street", 12: "community", 15: "grid"}
_SHAPES = {True: ("pass", "done"), False: ("fail", "warm"), None: ("none", "mut")}


def board(view: LeaderView) -> Any:
    """One line a division, and what lies in none of them; together they are this level."""
    texts = view.texts
    split = view.figures[view.indicator.name]
    pairs = list(zip(view.children, split.children, strict=True))
    if view.address.board == "rank":
        pairs.sort(key=lambda pair: _order(view, pair[1]))
    lines = [_line(view, code, name, measure, i) for i, ((code, name), measure) in enumerate(pairs, 1)]
    rest = max(split.rest.numerator, split.rest.denominator or 0)
    if rest and view.children:
        key = "rest_grid" if len(view.children[0][0]) == 15 else "rest"
        lines.append(_line(view, "", texts[f"leader.map.{key}"], split.rest, 0))
    length = len(view.children[0][0]) if view.children else 0
    tabs = [
        html.A(
            texts[f"leader.board.{name}_view"],
            href=view.address.href(board=name),
            className="on" if view.address.board == name else "",
        )
        for name in ("pass", "rank")
    ]
    title = texts.format("leader.board.title", level=level_name(view, length))
    return html.Section(
        [
            html.Header([html.H2(title), html.Div(tabs, className="ld-seg", role="group")]),
            html.Div(_summary(view), className="ld-sub between"),
            html.Div(lines or html.P(texts["leader.map.none"], className="ld-empty"), className="ld-rows", tabIndex=0),
            *_export(view, length),
        ],
        className="ld-panel ld-board",
        id="leader-board",
        **{"aria-label": title},
    )


def _export(view: LeaderView, length: int) -> list[Any]:
    """Links where the divisions below are those of one level."""
    level = _LEVELS.get(length)
    if not level:
        return []
    links = taken_away(view, "divisions", indicator=view.indicator.name, level=level)
    return [html.Footer(links, className="ld-sub between")]


def _judged(view: LeaderView) -> bool:
    """True for a rate that has a target."""
    return view.indicator.is_rate and view.indicator.worth_a_look is Part.MISSED


def _order(view: LeaderView, measure: Measure) -> tuple[bool, float]:
    """The best first; without a sample last."""
    value = measure.value
    if value is None:
        return True, 0.0
    return False, value if view.indicator.better == "lower" else -value


def _summary(view: LeaderView) -> list[Any]:
    texts, split = view.texts, view.figures[view.indicator.name]
    if not _judged(view):
        if not view.indicator.is_of_events:
            return [html.Span(records_of(texts, view.indicator, split.whole.numerator))]
        return [html.Span(texts.format("leader.board.counts_plain", n=count_of(split.whole.numerator, texts)))]
    passing = [view.passes(measure) for measure in split.children]
    counts = texts.format("leader.board.counts", n=passing.count(True), m=passing.count(False), k=passing.count(None))
    return [html.Span(counts), html.Span(texts.format("leader.board.target", n=f"{100 * view.target:.0f}"))]


def _line(view: LeaderView, code: str, name: str, measure: Measure, rank: int) -> Any:
    texts = view.texts
    why = view.drilled.why(measure, of=view.indicator)
    sample = measure.denominator if measure.denominator is not None else measure.numerator
    passes = view.passes(measure) if _judged(view) and why is None else None
    shape, css = _SHAPES[passes]
    word = texts["leader.board.pass" if passes else "leader.board.fail" if passes is False else "leader.board.none"]
    ranked = view.address.board == "rank" and rank
    mark = html.Span(str(rank), className="mut") if ranked else html.Span(glyph(shape, css=css), title=word)
    cells = [
        mark if _judged(view) or ranked else html.Span(),
        html.Span(name, className="name"),
        _track(view, measure, css),
        html.Span(_value(view, measure, why), className=f"value {css if passes is False else ''}"),
        html.Span(
            texts[f"leader.why.{why.value}"]
            if why is Why.NO_SAMPLE or (why is not None and not view.indicator.is_of_events)
            else texts.format(
                "leader.board.people" if view.indicator.per_people else "leader.board.sample", n=count_of(sample, texts)
            )
            if view.indicator.is_of_events
            else records_of(texts, view.indicator, sample),
            className="sample",
        ),
    ]
    props = {
        "data-division": code,
        "data-numerator": str(measure.numerator),
        "data-denominator": "" if measure.denominator is None else str(measure.denominator),
    }
    state = f"ld-line {'failing' if passes is False else ''}"
    if not code:
        return html.Div(cells, className=f"{state} rest", **props)
    return html.A(cells, href=view.address.href(scope=code), className=state, **props)


def _value(view: LeaderView, measure: Measure, why: Why | None) -> str:
    if why is not None:
        return view.texts["value.none"]
    return (
        short_percent_of(measure.value, view.texts)
        if view.indicator.is_rate and view.indicator.per == 100
        else told(view.indicator, measure.value, view.texts)
        if view.indicator.is_timed and measure.value is not None
        else view.shown(view.indicator, measure)
    )


def _track(view: LeaderView, measure: Measure, css: str) -> Any:
    """How far: a rate between a low mark and 100 with the target on it, a count against the most."""
    values = [m.value for m in view.figures[view.indicator.name].children if m.value is not None]
    if view.indicator.is_timed or view.indicator.per != 100:
        share, goal = (measure.value or 0.0) / (max(values, default=0.0) or 1.0), list[Any]()
    elif view.indicator.is_rate:
        floor = 2 * view.target - 1 if _judged(view) else 0.0
        share = 0.0 if measure.value is None else (measure.value - floor) / (1 - floor)
        goal = [html.I(className="goal", style={"left": f"{100 * (view.target - floor) / (1 - floor):.1f}%"})]
    else:
        most = max((m.numerator for m in view.figures[view.indicator.name].children), default=0) or 1
        share, goal = measure.numerator / most, []
    bar = html.I(className=f"fill {css}", style={"width": f"{100 * min(max(share, 0.0), 1.0):.1f}%"})
    return html.Span([bar, *(goal if _judged(view) else [])], className="ld-track")
