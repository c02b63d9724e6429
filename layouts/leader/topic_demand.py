"""需求预测: reports expected tomorrow by division and shift, beside what the same weekday brought last."""

from datetime import datetime, timedelta
from typing import Any

from dash import html

from cockpit.services.forecast.demand import Demand, DemandLine
from layouts.leader.address import CUSTOM, DAYS_AHEAD
from layouts.leader.view import LeaderView
from layouts.numerals import count_of

_SHIFTS = ("night", "day", "evening")


def demand(view: LeaderView, topic: Demand) -> list[Any]:
    """A line a division: three shifts, the hours as a strip, and the same weekday of the week before."""
    texts = view.texts
    days = [
        html.A(
            texts[f"topic.demand.day_{n}"],
            href=view.address.href(day=n) + "#leader-topic",
            className="on" if n == view.address.day else "",
        )
        for n in DAYS_AHEAD
    ]
    kind = texts["topic.demand.workday" if topic.is_workday else "topic.demand.day_off"]
    told = texts.format("topic.demand.about", day=topic.day.isoformat(), kind=kind)
    bar = html.Div([html.Span(told), html.Div(days, className="ld-seg")], className="ld-sub between")
    if topic.whole is None or topic.why in ("nothing_learned", "too_far"):
        why = texts[f"forecast.demand_why.{topic.why.value}"] if topic.why else texts["leader.trend.empty"]
        return [bar, html.P(why, className="ld-empty", role="status")]
    columns = ("place", *_SHIFTS, "total", "hours", "last_week")
    head = html.Thead(html.Tr([html.Th(texts[f"topic.demand.{name}"]) for name in columns]))
    names = dict(view.children)
    most = max((max(line.hours) for line in topic.children), default=0.0) or max(topic.whole.hours) or 1.0
    lines = [_line(view, topic, topic.whole, texts["topic.demand.whole"], most=max(topic.whole.hours) or 1.0)]
    lines += [_line(view, topic, line, names.get(line.code, line.code), most=most) for line in topic.children]
    if topic.rest is not None and topic.children and (topic.rest.total >= 0.05 or topic.rest.last_week):
        lines.append(_line(view, topic, topic.rest, texts["leader.map.rest"], most=most))
    return [
        bar,
        *_notes(view, topic),
        html.Div(html.Table([head, html.Tbody(lines)]), className="ld-rows ld-demand", tabIndex=0),
    ]


def _notes(view: LeaderView, topic: Demand) -> list[Any]:
    texts, trial = view.texts, topic.trial
    if trial is None:
        return []
    scores = texts.format(
        "topic.demand.tried", days=trial.days, a=f"{trial.shifts:.2f}", b=f"{trial.shifts_naive:.2f}",
        c=f"{trial.cells:.4f}", d=f"{trial.cells_naive:.4f}",
    )  # fmt: skip
    warn = [html.P(texts[f"forecast.demand_why.{topic.why.value}"], className="ld-say")] if topic.why else []
    return [*warn, html.P(scores, className="ld-say mut")]


def _line(view: LeaderView, topic: Demand, line: DemandLine, name: str, *, most: float) -> Any:
    texts, zone = view.texts, view.drilled.zone
    here = topic.whole is line
    place: Any = name
    if line.code and not here:
        place = html.A(name, href=view.address.href(scope=line.code) + "#leader-topic")
    since = datetime(topic.day.year, topic.day.month, topic.day.day, tzinfo=zone) - timedelta(days=7)
    listed = view.address.href(
        range=CUSTOM, since=since.isoformat(), until=(since + timedelta(days=1)).isoformat(),
        indicator="reported_today", **({"scope": line.code} if line.code else {}),
    )  # fmt: skip
    strip = [
        html.I(
            style={"opacity": f"{0.08 + 0.92 * n / most:.2f}"},
            title=texts.format("topic.demand.hour", h=f"{h:02d}", n=f"{n:.1f}"),
        )
        for h, n in enumerate(line.hours)
    ]
    before = count_of(line.last_week, texts)
    cells = [
        html.Td(place),
        *(html.Td(_few(n), className="num") for n in line.shifts),
        html.Td(_few(line.total), className="num b"),
        html.Td(html.Span(strip, className="ld-strip")),
        html.Td(html.A(before, href=listed) if line.code else before, className="num"),
    ]
    return html.Tr(cells, className="whole" if here else "", **{"data-place": line.code})


def _few(n: float) -> str:
    """Small numbers with a decimal: half a report in a shift is not none."""
    return f"{n:.0f}" if n >= 20 else f"{n:.1f}"
