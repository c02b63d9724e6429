"""右栏: an event with its whole process, or the map of the divisions below with what the events are."""

import json
from typing import Any

from dash import dcc, html

from cockpit.domain.act import Act
from cockpit.domain.event import Event
from cockpit.domain.overtime import Colour, clock_of, colour_of
from cockpit.domain.process import Entry, process_of
from cockpit.domain.source import Source
from cockpit.situation.origins import origins_of
from layouts.data_text import OF_DATA
from layouts.glyph import OF_COLOUR, glyph
from layouts.leader.charts import kinds_figure, sources_figure
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_GRAPH = {"displayModeBar": False, "doubleClick": False, "showTips": False, "responsive": True}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def graph(name: str, figure: Any, height: int) -> Any:
    """A chart whose points open addresses (68-leader.js)."""
    return dcc.Graph(id=name, figure=figure, config=_GRAPH, style={"height": f"{height}px"}, className="ld-graph")


def side(view: LeaderView) -> Any:
    """The right column."""
    return _event(view, view.detail) if view.address.event else _places(view)


def _places(view: LeaderView) -> Any:
    texts, chosen = view.texts, view.title_of(view.indicator.name)
    cells = {"data-cells": json.dumps(_cells(view), ensure_ascii=False), "data-none": texts["leader.map.none"]}
    sources = graph("leader-sources", sources_figure(view), 132)
    return html.Div(
        [
            html.Section(
                [
                    html.Header([html.H2(texts["leader.map.title"]), html.Span(chosen, className="sub")]),
                    html.Div(id="leader-map", className="ld-map", **cells),
                    _legend(view),
                ],
                className="ld-panel",
            ),
            html.Section(
                [
                    html.Header([html.H2(texts["leader.kinds.title"]), _up(view)]),
                    graph("leader-kinds", kinds_figure(view), 196),
                ],
                className="ld-panel",
            ),
            html.Section([html.Header(html.H2(texts["leader.sources.title"])), sources], className="ld-panel"),
            _definition(view),
        ],
        className="ld-side",
    )  # fmt: skip


def _up(view: LeaderView) -> Any:
    if not view.address.category:
        return html.Span()
    above = view.address.category.rpartition(".")[0] if view.address.category.count(".") > 1 else ""
    key = "leader.kinds.up"
    return html.A(
        view.kind_of(above) if above else view.texts[key], href=view.address.href(category=above), className="sub"
    )


def _cells(view: LeaderView) -> list[dict[str, Any]]:
    """What 69-leader-map.js paints: each division below with its colour's share, what it says and where it leads."""
    split, indicator = view.figures[view.indicator.name], view.indicator
    values = [m.value for m in split.children]
    known = [v for v in values if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    cells = []
    for (code, name), measure in zip(view.children, split.children, strict=True):
        value = measure.value
        share = None if value is None else min(value, 0.5) if high == low else (value - low) / (high - low)
        failing = indicator.is_rate and indicator.worth_a_look == "missed" and view.passes(measure) is False
        n = measure.numerator if measure.denominator is None else measure.denominator
        told = view.with_unit(indicator, measure) if value is not None else view.texts["value.no_sample"]
        cells.append(
            {
                "code": code,
                "name": name,
                "href": view.address.href(scope=code),
                "share": share,
                "failing": failing,
                "label": view.texts.format("leader.map.label", name=name, value=told, n=count_of(n, view.texts)),
            }
        )
    return cells


def _legend(view: LeaderView) -> Any:
    texts = view.texts
    ends = ("few", "many") if view.indicator.adds_up else ("low", "high")
    fails = [glyph("fail", css="warm"), texts["leader.board.fail"]] if view.indicator.worth_a_look == "missed" else []
    return html.Div(
        [
            html.Span([texts[f"leader.map.{ends[0]}"], html.I(className="ramp"), texts[f"leader.map.{ends[1]}"]]),
            html.Span(fails),
        ],
        className="ld-sub between",
    )


def _definition(view: LeaderView) -> Any:
    """口径: in words, its version, whether it adds up and why not, and its sources."""
    texts, indicator = view.texts, view.indicator
    names = _origins(view)
    lines = [
        html.B(f"{view.title_of(indicator.name)} = {view.definition_of(indicator.name)}"),
        texts[indicator.why_not or "leader.definition.adds"],
        f"{texts.format('leader.definition.sources', names=names)} · "
        + texts.format("leader.definition.version", n=indicator.version),
    ]
    people = view.figures[indicator.name].whole.denominator if indicator.per_people else None
    base = texts.format("leader.definition.people", n=count_of(people, texts)) if people else ""
    links = [html.P(html.A(base, href=view.address.href(topic="people") + "#leader-topic"))] if base else []
    return html.Section(
        [html.Header(html.H2(texts["leader.definition.title"])), *(html.P(line) for line in lines), *links],
        className="ld-panel ld-definition",
        id="leader-definition",
    )


def _origins(view: LeaderView) -> str:
    """Which feeds and registers tell the figure, as the API names them."""
    texts, asked = view.texts, view.address.source
    told_by = origins_of(view.indicator, Source(asked) if asked else None)
    every = len(told_by.feeds) == len(Source)
    feeds = [texts.find(f"source.{name}", texts.find(f"feed.{name}", name)) for name in told_by.feeds]
    registers = [texts[f"leader.register.{register.value}"] for register in told_by.registers]
    between = "、" if texts.lang.startswith("zh") else ", "
    return between.join([*([texts["leader.definition.all_sources"]] if every else feeds), *registers])


def _event(view: LeaderView, event: Event | None) -> Any:
    texts = view.texts
    close = texts["leader.detail.close"]
    href = view.address.href(cursor=view.address.cursor)
    back = html.A(glyph("close"), href=href, id="leader-close", className="close", title=close, **{"aria-label": close})
    if event is None:
        head = html.Header([html.H2(texts["leader.event"]), back])
        nothing = html.P(texts["leader.detail.none"], className="ld-empty")
        return html.Div(html.Section([head, nothing], className="ld-panel"), className="ld-side")
    at, timing, report = view.drilled.known.at, view.drilled.known.timing, event.report
    colour = Colour.GREEN if event.is_dismissed else colour_of(event, at, timing)
    title = html.H2([glyph(OF_COLOUR[colour], css=OF_COLOUR[colour]), html.Span(report.title, **OF_DATA)])
    source = texts[f"source.{report.source.value}"]
    entries = [_entry(view, entry) for entry in process_of(event, at, timing)]
    reported = _line(view, texts["leader.detail.reported"], report.reported_at, source, "", over=False)
    act = html.A(texts["leader.detail.duty"], href=f"/duty?event={event.event_id}", className="btn pri")
    return html.Div(
        html.Section(
            [
                html.Header([title, back]),
                _facts(view, event, colour),
                html.H3(texts["leader.detail.process"]),
                html.Ol([reported, *entries], className="ld-process", id="leader-process", tabIndex=0),
                html.Div([act] if view.may_command and view.is_live else [], className="ld-acts"),
            ],
            className="ld-panel ld-event",
            **{"data-event-id": event.event_id, "aria-label": report.title},
        ),
        className="ld-side",
    )


def _facts(view: LeaderView, event: Event, colour: Colour) -> Any:
    """Where, from whom, how it stands against its limit, and what was said."""
    texts, report = view.texts, event.report
    code = report.place.code
    names = [view.name_of(code[:n]) for n in (9, 12, 15) if len(code) >= n]
    due = clock_of(event, view.drilled.known.timing).overtime_at
    limit = texts["leader.detail.no_limit"] if due is None else texts.format("leader.detail.due", time=view.time(due))
    kind = view.kind_of(report.category) if report.category else report.category_text
    return html.Div(
        [
            html.P(" › ".join(names) or texts["leader.map.rest"]),
            html.P(f"{event.event_id} · {texts[f'source.{report.source.value}']}", className="mut"),
            html.P(" · ".join((texts[f"colour.{colour.value}"], limit, kind or texts["leader.kinds.none"]))),
            html.P(report.description, className="said", **OF_DATA),
        ],
        className="ld-facts",
    )


def _entry(view: LeaderView, entry: Entry) -> Any:
    texts, item = view.texts, entry.item
    name = texts[f"act.{item.kind.value}"] if isinstance(item, Act) else texts[f"stage.{item.stage.value}"]
    who = " · ".join(part for part in (item.unit, _masked(item.by), item.note) if part)
    if entry.refused_in is not None:
        who = texts.format(
            "leader.detail.rule",
            reason=texts.format("rule.told_in_wrong_stage", stage=texts[f"stage.{entry.refused_in.value}"]),
        )
    over = entry.took_s is not None and entry.limit_s is not None and entry.took_s > entry.limit_s
    took = []
    if entry.took_s is not None:
        took.append(texts.format("leader.detail.took", age=age_of(entry.took_s, view)))
    if entry.limit_s is not None:
        took.append(texts.format("leader.detail.limit", age=age_of(entry.limit_s, view)))
    return _line(view, name, item.at, who, " / ".join(took), over=over)


def _line(view: LeaderView, name: str, at: Any, who: str, took: str, *, over: bool) -> Any:
    return html.Li(
        [
            html.P([html.B(name), html.Span(view.time(at))]),
            html.Small([html.Span(who, **OF_DATA), html.Span(took, className="over-tx" if over else "")]),
        ],
        className="over" if over else "",
    )


def _masked(name: str) -> str:
    """A person's name as pages show it: the family name and stars."""
    return name[:1] + "*" * (len(name) - 1) if name else ""


def age_of(seconds: float, view: LeaderView) -> str:
    """A duration in its largest unit: seconds, minutes, hours with one decimal, days with one."""
    texts = view.texts
    if seconds < _MINUTE:
        return texts.format("age.seconds", n=round(seconds))
    if seconds < _HOUR:
        return texts.format("age.minutes", n=round(seconds / _MINUTE))
    if seconds < _DAY:
        return texts.format("age.hours", n=f"{seconds / _HOUR:.1f}")
    return texts.format("age.days", n=f"{seconds / _DAY:.1f}")
