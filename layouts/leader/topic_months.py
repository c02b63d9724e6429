"""投诉月度: by month and quarter, beside the same month of the year before; each opens the list of that month."""

from typing import Any

from dash import html

from cockpit.services.analyses.months import Month
from cockpit.services.analyses.topics import Months
from layouts.leader.address import CUSTOM
from layouts.leader.detail import graph
from layouts.leader.topic_charts import months_figure
from layouts.leader.view import LeaderView
from layouts.numerals import count_of


def months(view: LeaderView, topic: Months) -> list[Any]:
    """Bars by month, and a line a quarter."""
    texts = view.texts
    about = texts.format("topic.months.about", source=texts[f"source.{topic.source.value}"])
    if not topic.months:
        return [html.P(texts["leader.trend.empty"], className="ld-empty")]
    hrefs = [href_of(view, topic, month) for month in topic.months]
    head = html.Thead(html.Tr([html.Th(texts[f"topic.months.{name}"]) for name in ("quarter", "months", "sum")]))
    quarters: dict[str, list[tuple[Month, str]]] = {}
    for month, href in zip(topic.months, hrefs, strict=True):
        quarters.setdefault(month.quarter, []).append((month, href))
    rows = [_row(view, quarter, its) for quarter, its in reversed(quarters.items())]
    return [
        html.Div(
            [
                html.Span(about),
                html.A(
                    texts["leader.step.rate_by_month"],
                    href=view.address.href(indicator="complaint_rate", part="", step="month", source=""),
                    **{"data-step": "month"},
                ),
            ],
            className="ld-sub between",
        ),
        html.Div(
            [
                graph("leader-months", months_figure(view, topic.months, hrefs), 260),
                html.Div(html.Table([head, html.Tbody(rows)]), className="ld-rows", tabIndex=0),
            ],
            className="ld-two wide",
        ),
    ]


def href_of(view: LeaderView, topic: Months, month: Month) -> str:
    """The page of that month: its count is the figure of 上报量 there."""
    until = "" if month.period.is_open else month.period.until.isoformat()
    return view.address.href(
        range=CUSTOM, since=month.period.since.isoformat(), until=until, source=topic.source.value,
        indicator="reported_today",
    )  # fmt: skip


def _row(view: LeaderView, quarter: str, its: list[tuple[Month, str]]) -> Any:
    cells: list[Any] = []
    for month, href in its:
        shown = f"{month.first.month}: {count_of(month.count, view.texts)}"
        cells.append(html.A(shown, href=href, className="pick", **{"data-month": month.first.isoformat()}))
    total = sum(month.count for month, _ in its)
    return html.Tr(
        [html.Td(quarter), html.Td(cells, className="months"), html.Td(count_of(total, view.texts), className="num b")]
    )
