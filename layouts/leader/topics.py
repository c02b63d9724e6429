"""专题栏: one analysis below the lists, chosen by tabs; which one is in the address."""

from typing import Any

from dash import html

from cockpit.services.analyses.topics import MostLikely
from layouts.leader.address import TOPICS
from layouts.leader.topic_demand import demand
from layouts.leader.topic_overtime import most_likely
from layouts.leader.view import LeaderView


def topics(view: LeaderView) -> list[Any]:
    """The panel; nothing where the page has no topics."""
    topic, texts = view.topic, view.texts
    if topic is None:
        return []
    chosen = view.address.topic
    tabs = [
        html.A(
            texts[f"topic.{name}.title"],
            href=view.address.href(topic=name) + "#leader-topic",
            className="on" if name == chosen else "",
            **({"aria-current": "true"} if name == chosen else {}),
        )
        for name in TOPICS
    ]
    body = most_likely(view, topic) if isinstance(topic, MostLikely) else demand(view, topic)
    return [
        html.Section(
            [
                html.Header([html.H2(texts["topic.title"]), html.Nav(tabs, className="ld-seg ld-tabs")]),
                *body,
            ],
            className="ld-panel ld-topic",
            id="leader-topic",
            **{"aria-label": texts[f"topic.{chosen}.title"], "data-topic": chosen},
        )
    ]
