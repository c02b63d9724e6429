"""最可能超时: open events by the probability that they become overtime, why, and until when a push helps."""

from datetime import UTC, datetime
from typing import Any

from dash import html

from cockpit.domain.event import Event
from cockpit.services.analyses.topics import MostLikely
from cockpit.services.forecast.open_events import Forecast, Forecasts
from cockpit.services.forecast.wording import reason_of, span_of, why_of
from layouts.data_text import OF_DATA
from layouts.glyph import glyph
from layouts.leader.detail import graph
from layouts.leader.topic_charts import reliability_figure
from layouts.leader.view import LeaderView
from layouts.numerals import count_of


def most_likely(view: LeaderView, topic: MostLikely) -> list[Any]:
    """The list, and beside it the reliability curve with its scores."""
    texts, found = view.texts, topic.found
    total = texts.format("topic.overtime.total", n=count_of(len(found.items), texts), k=count_of(found.likely, texts))
    notes = []
    if found.why:
        told = texts.format("topic.overtime.by_rule", why=why_of(found.why, texts))
        notes.append(html.P(told, className="ld-say", role="status"))
    head = html.Thead(html.Tr([html.Th(texts[f"topic.overtime.{name}"]) for name in _COLUMNS]))
    rows = [_row(view, forecast, event) for forecast, event in topic.first]
    table: Any = html.P(texts["topic.overtime.none"], className="ld-empty")
    if rows:
        table = html.Table([head, html.Tbody(rows)])
    return [
        html.Div([html.Span(total), _which(view, topic)], className="ld-sub between"),
        *notes,
        html.Div([html.Div(table, className="ld-rows", tabIndex=0), _trust(view, found)], className="ld-two"),
    ]


def _which(view: LeaderView, topic: MostLikely) -> Any:
    """All of them, or only those that a push still helps."""
    texts = view.texts
    sizes = {"": ("every", len(topic.found.items)), "1": ("still", topic.still)}
    return html.Div(
        [
            html.A(
                texts.format(f"topic.overtime.{key}", n=count_of(n, texts)),
                href=view.address.href(still=still) + "#leader-topic",
                className="on" if still == view.address.still else "",
                **{"data-count": str(n)},
            )
            for still, (key, n) in sizes.items()
        ],
        className="ld-seg",
        role="group",
    )


_COLUMNS = ("chance", "what", "place", "left", "why", "push")


def _row(view: LeaderView, forecast: Forecast, event: Event) -> Any:
    texts, report = view.texts, event.report
    title = report.title or report.category_text or event.event_id
    link = html.A(title, href=view.address.href(event=event.event_id), title=event.event_id, **OF_DATA)
    code = report.place.code
    return html.Tr(
        [
            html.Td(_chance(view, forecast)),
            html.Td([link, html.Small(event.unit, **OF_DATA)]),
            html.Td(view.name_of(code[:12]) if len(code) >= 9 else texts["leader.map.rest"]),
            html.Td([span_of(forecast.left_s, texts), html.Small(texts[f"stage.{event.stage.value}"])]),
            html.Td(reason_of(forecast, texts)),
            html.Td(_push(view, forecast)),
        ],
        className="sel" if event.event_id == view.address.event else "",
        **{
            "data-forecast": event.event_id,
            "data-probability": "" if forecast.probability is None else repr(forecast.probability),
        },
    )  # fmt: skip


def _chance(view: LeaderView, forecast: Forecast) -> list[Any]:
    """A bar and the number; by the rule a word instead, never a number that nobody learned."""
    if forecast.probability is None:
        key = "at_risk" if forecast.at_risk else "doing"
        word = view.texts["colour.at_risk" if forecast.at_risk else "colour.blue"]
        return [html.Span([glyph("risk" if forecast.at_risk else "doing", css=key), word], className="by-rule")]
    n = f"{100 * forecast.probability:.0f}"
    css = "fill warm" if forecast.is_likely else "fill"
    return [
        html.Span(html.I(className=css, style={"width": f"{n}%"}), className="ld-track"),
        html.Span([n, html.Small(view.texts["value.percent"])], className="n"),
    ]


def _push(view: LeaderView, forecast: Forecast) -> Any:
    if forecast.push_at is None:
        return html.Span(view.texts["value.none"], title=view.texts["forecast.push_unknown"])
    if forecast.push_at <= view.topic_at:
        return html.Span(view.texts["topic.overtime.past"], className="mut", title=view.texts["forecast.push_past"])
    told = view.time(forecast.push_at)
    return html.Span(told, className="warm", title=view.texts.format("forecast.push", time=told))


def _trust(view: LeaderView, found: Forecasts) -> Any:
    """How the model did on events that it had not seen, and which model it is."""
    texts, trial = view.texts, found.trial
    if trial is None or found.trained_at is None:
        nothing = html.P(texts["topic.overtime.no_trial"], className="ld-empty")
        return html.Div([html.H3(texts["topic.overtime.curve"]), nothing], className="ld-trust")
    rule = min(trial.brier_rule, trial.brier_used, trial.brier_tenths)
    lines = [
        texts.format(
            "topic.overtime.brier", a=f"{trial.brier:.3f}", b=f"{rule:.3f}", c=f"{trial.brier_rule:.3f}",
            d=f"{trial.brier_used:.3f}",
        ),
        texts.format(
            "topic.overtime.tried", n=count_of(trial.questions, texts), m=count_of(trial.unanswered, texts),
            since=_day(view, trial.since), until=_day(view, trial.until),
        ),
        texts.format(
            "topic.overtime.model", n=found.number, time=view.time(found.trained_at), cases=count_of(found.cases, texts)
        ),
    ]  # fmt: skip
    return html.Div(
        [
            html.H3(texts["topic.overtime.curve"]),
            graph("leader-reliability", reliability_figure(view, trial.bins), 190),
            *(html.P(line) for line in lines),
        ],
        className="ld-trust",
        **{"data-brier": repr(trial.brier), "data-rule": repr(rule)},
    )


def _day(view: LeaderView, at: float) -> str:
    return view.local(datetime.fromtimestamp(at, UTC)).strftime("%m-%d")
