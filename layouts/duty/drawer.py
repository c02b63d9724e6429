"""事件抽屉: the frame of the chosen event. 75-desk-drawer.js fills it, 77-desk-actions.js its buttons and forms."""

from typing import Any

from dash import html

from cockpit.catalogue import Texts


def drawer(texts: Texts) -> Any:
    return html.Section(
        [
            html.Div(
                html.Div([html.P(texts["drawer.nothing"]), html.P(texts["drawer.how"])], className="drawer-idle"),
                id="drawer-head",
                className="drawer-head",
            ),
            html.Div(id="drawer-body", className="drawer-body rows", tabIndex=0),
            html.Div(id="drawer-form", className="drawer-form"),
            html.Button(
                [html.Span(texts["dispatch.open"]), html.Kbd("D")],
                type="button",
                className="drawer-dispatch",
                **{"data-action": "dispatch-open"},
            ),
            html.Div(id="drawer-actions", className="drawer-actions"),
        ],
        id="panel-drawer",
        className="panel drawer",
        **{"aria-label": texts["drawer.title"], "data-state": "idle"},
    )
