"""换指标: the other indicators by group, in a menu that is shut until somebody wants one."""

from typing import Any

from dash import html

from cockpit.situation.indicators import REGISTRY, Group
from layouts.leader.view import LeaderView


def picker(view: LeaderView) -> Any:
    """All of the registry; the chosen one is marked, and the page is about it after a click."""
    texts, chosen = view.texts, view.indicator.name
    groups = []
    for group in Group:
        links = [
            html.A(
                view.title_of(indicator.name),
                href=view.address.href(indicator=indicator.name, part=""),
                className="on" if indicator.name == chosen else "",
                title=view.definition_of(indicator.name),
                **{"data-pick": indicator.name},
            )
            for indicator in REGISTRY
            if indicator.group is group
        ]
        groups.append(html.Div([html.B(texts[f"indicator_group.{group.value}"]), *links], className="ld-group"))
    return html.Details(
        [html.Summary(texts["indicator_group.title"]), html.Div(groups, className="menu ld-groups")],
        className="ld-menu ld-picker",
        id="leader-picker",
    )
