"""环节流向: where reports came in, how far they came and whether in time, as a Sankey; each band opens."""

from typing import Any

from dash import html

from cockpit.services.analyses.topics import FlowTopic
from layouts.leader.detail import graph
from layouts.leader.topic_charts import sankey_figure
from layouts.leader.topic_list import with_list
from layouts.leader.view import LeaderView
from layouts.numerals import count_of


def flow(view: LeaderView, topic: FlowTopic) -> list[Any]:
    """The bands, and the list of the one that is open. On a phone the same as lines."""
    texts = view.texts
    about = texts.format("topic.flow.about", n=count_of(topic.total, texts))
    body: Any = html.P(texts["leader.list.empty"], className="ld-empty")
    if topic.total:
        body = html.Div(graph("leader-flow", sankey_figure(view, topic.links), 340), className="ld-flow")
    return [
        html.Div(html.Span(about), className="ld-sub between"),
        with_list(view, body, topic.picked, link_name(view, view.address.pick)),
    ]


def link_name(view: LeaderView, key: str) -> str:
    """`镇街 → 已结案`."""
    begin, _, end = key.partition(">")
    return f"{node_name(view, begin)} → {node_name(view, end)}"


def node_name(view: LeaderView, name: str) -> str:
    """A level, how far, or whether in time."""
    return view.texts.find(f"level.{name}", view.texts.find(f"topic.flow.{name}", name))
