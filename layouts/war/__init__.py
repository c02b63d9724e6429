"""战时的面板: the panels that a wall shows around one incident. Data in, trees out; the ladder, the board of households
and the cameras are frames here, filled by `assets/js/82…84` from what the push holds in the browser."""

from collections.abc import Mapping
from typing import Any

from dash import html

from cockpit.catalogue import Texts
from cockpit.services.wartime import Scene
from layouts.context import ScreenContext
from layouts.page import ScreenPage
from layouts.panel import as_of_badge, header, sub, waiting_panel
from layouts.wall import Wall
from layouts.war.checklist import checklist
from layouts.war.evacuation import evacuation_frame, pace
from layouts.war.incident import incident
from layouts.war.nearest import nearest
from layouts.war.timeline import timeline

__all__ = ["war_sections", "war_told", "war_trees"]


def war_sections(page: ScreenPage, texts: Texts, wall: Wall) -> list[Any]:
    """Where the panels of wartime stand; hidden in peacetime by the style sheet, so that a turn costs one attribute."""

    def section(name: str, title: str, children: Any) -> Any:
        return html.Section(children, id=f"panel-{name}", className=f"panel war {name}", **{"aria-label": title})

    def filled(name: str, title: str, rows: int) -> Any:
        found = page.trees.get(f"panel-{name}")
        return section(name, title, waiting_panel(title, texts, rows) if found is None else found)

    return [
        filled("incident", texts["incident.title"], 3),
        filled("near", texts["near.title"], 3),
        section("evacuation", texts["evacuation.title"], evacuation_frame(page, texts)),
        filled("checklist", texts["checklist.title"], 2),
        section("cameras", texts["cameras.title"], _cameras(texts)),
        section("ladder", texts["ladder.title"], _ladder(texts, wall)),
        filled("timeline", texts["timeline.title"], 0),
    ]


def war_trees(scene: Scene, context: ScreenContext, texts: Texts, wall: Wall) -> dict[str, Any]:
    """Component id → children of what the server renders once a second."""
    return {
        "panel-incident": incident(scene, context, texts),
        "panel-near": nearest(scene, context, texts, wall),
        "evacuation-pace": pace(scene, context, texts),
        "panel-checklist": checklist(scene, context, texts, wall),
        "panel-timeline": timeline(scene, context, texts),
    }


def war_told(scene: Scene) -> Mapping[str, Any]:
    """What the browser's own drawings need beside the view: marks of the map, cameras, the outline of the danger."""
    return {
        "event_id": scene.mode.event_id,
        "counts": None if scene.counts is None else dict(scene.counts),
        "near": [
            [n.id, n.kind, n.name, round(n.lon, 6), round(n.lat, 6), n.eta_s and round(n.eta_s), n.status]
            for n in scene.near or ()
        ],
        "marks": [[kind, round(lon, 6), round(lat, 6), name] for kind, lon, lat, name in scene.marks],
        "cameras": None
        if scene.cameras is None
        else [[c.id, c.name, round(c.distance_m), c.url, c.stream, c.is_demo] for c in scene.cameras],
        "danger": [[round(lon, 6), round(lat, 6)] for lon, lat in scene.danger],
    }


def _cameras(texts: Texts) -> list[Any]:
    return [
        header(texts["cameras.title"], as_of_badge(texts, None, ()), [html.Span(id="cameras-sub", className="sub")]),
        html.Div(id="camera-tiles", className="cams"),
    ]


def _ladder(texts: Texts, wall: Wall) -> list[Any]:
    """The five totals and the rows are 82-war-ladder.js's; `data-rows`: how many rows there is room for."""
    stops = ("delivered", "read", "accepted", "departed", "arrived")
    totals = [
        html.Div(
            [html.B(html.A("—", className="opens", **{"data-rung": stop})), html.Small(texts[f"ladder.{stop}"])],
            className=stop,
        )
        for stop in stops
    ]
    return [
        header(
            texts["ladder.title"],
            as_of_badge(texts, None, ()),
            [html.Span(html.A(id="ladder-sub", className="opens"), className="sub")],
        ),
        html.Div(totals, className="rungs"),
        html.Div(sub(), id="ladder-rows", className="rows", **{"data-rows": str(wall.ladder_rows)}),
    ]
