"""战时 on the drill-down: one line with the incident and how long it lasts, shown by 69-leader-war.js."""

from typing import Any

from dash import html

from layouts.glyph import glyph
from layouts.leader.view import LeaderView


def war_line(view: LeaderView) -> Any:
    """Hidden in peacetime. The page is not moved: whoever reads goes to the incident by the link."""
    texts = view.texts
    return html.Div(
        [
            html.Span(id="mode", **{"data-mode": "peacetime"}),
            html.P(
                [
                    glyph("focus"),
                    html.B(texts["war.banner"]),
                    html.Span(id="leader-war-title", className="what"),
                    html.Span(id="leader-war-clock", className="since"),
                    html.A(
                        texts["leader.war.open"],
                        id="leader-war-open",
                        href="/leader",
                        **{"data-href": view.address.href(event="EVENT", scope="")},
                    ),
                    html.A(texts["leader.war.wall"], href="/screen"),
                ],
                id="leader-war",
                className="ld-war",
                role="status",
                hidden=True,
                **{"data-none": texts["mode.no_focus"]},
            ),
        ]
    )
