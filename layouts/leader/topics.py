"""专题栏: one analysis below the lists, chosen by tabs; which one is in the address."""

from typing import Any

from dash import html

from cockpit.services.analyses.people import Coverage, People
from cockpit.services.analyses.topics import FlowTopic, Months, MostLikely, PivotTopic, Repeats, Units
from cockpit.services.forecast.demand import Demand
from layouts.leader.address import TOPICS
from layouts.leader.topic_coverage import coverage
from layouts.leader.topic_demand import demand
from layouts.leader.topic_flow import flow
from layouts.leader.topic_months import months
from layouts.leader.topic_overtime import most_likely
from layouts.leader.topic_people import people
from layouts.leader.topic_pivot import pivot
from layouts.leader.topic_repeats import repeats
from layouts.leader.topic_units import units
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
    match topic:
        case MostLikely():
            body = most_likely(view, topic)
        case Demand():
            body = demand(view, topic)
        case Units():
            body = units(view, topic)
        case Repeats():
            body = repeats(view, topic)
        case FlowTopic():
            body = flow(view, topic)
        case Months():
            body = months(view, topic)
        case PivotTopic():
            body = pivot(view, topic)
        case People():
            body = people(view, topic)
        case Coverage():
            body = coverage(view, topic)
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
