"""大屏 /screen: the whole wall. The map is the ground, panels are instruments on it.

Panels wait until the push fills them (`layouts.panels.panel_trees`, by component id), or start filled when
the page brings `trees`.
"""

import json
from collections.abc import Callable
from typing import Any

from dash import dcc, html

from cockpit.catalogue import Texts
from cockpit.domain.mode import Mode
from layouts.layers import layer_catalogue
from layouts.map_chrome import layer_bar, notices
from layouts.mode_dialog import mode_dialog, view_question
from layouts.page import ScreenPage
from layouts.panel import waiting_panel
from layouts.panels import TREND_GRAPH
from layouts.panels.board import board_title
from layouts.panels.trend import trend_figure
from layouts.title_bar import title_bar
from layouts.wall import Wall, wall_of
from layouts.war import war_sections

_SIDES = ("left", "top", "right", "bottom")


def screen(page: ScreenPage, texts: Texts, situation_map: Any = None) -> Any:
    """The wall's component tree. `situation_map`: the dl.Map, the only live thing that is not a panel."""
    wall = wall_of(page.stage)
    war = page.mode is Mode.WARTIME
    return html.Main(
        [
            html.Div(
                situation_map,
                className="map-ground",
                **{
                    "data-pad": ",".join(str(px) for px in wall.map_padding),
                    "data-covered": ",".join(str(px) for px in wall.map_covered),
                },
                **({"data-bounds": ",".join(f"{degrees:.5f}" for degrees in page.bounds)} if page.bounds else {}),
            ),
            *(html.Div(className=f"scrim {side}") for side in ("left", "right", "top", "bottom")),
            title_bar(page, texts),
            *_panels(page, texts, wall),
            *war_sections(page, texts, wall),
            layer_bar(page, texts),
            *layer_catalogue(texts),
            *notices(page, texts),
            html.Div(
                [
                    html.Div(_start(page, "ticker", list), id="ticker", className="ticker"),
                    html.Div(_start(page, "health", list), id="health", className="health"),
                ],
                className="foot",
            ),
            mode_dialog(page, texts),
            view_question(texts),
        ],
        id="stage",
        className="stage",
        lang=page.lang,
        style={f"--covered-{side}": f"{px}px" for side, px in zip(_SIDES, wall.map_covered, strict=True)},
        **{
            "data-page": page.name,
            "data-scope": page.scope,
            "data-lang": page.lang,
            "data-stage": wall.name,
            "data-mode": "war" if war else "peace",
            "data-tz": page.tz,
            "data-csrf": page.csrf,
            "data-opens": " ".join(sorted(page.opens)),
            "data-build": page.build,
            "data-as-of": page.as_of.isoformat() if page.as_of else "",
            "data-texts": json.dumps(dict(texts), ensure_ascii=False),
            "data-link": "history" if page.as_of else "waiting",
            "data-start": json.dumps(page.start, ensure_ascii=False, default=str) if page.start else "",
        },
    )


def _start(page: ScreenPage, component: str, waiting: Callable[[], Any]) -> Any:
    """The children a component starts with: the page's own, or what waits for the first push."""
    found = page.trees.get(component)
    return waiting() if found is None else found


def _panels(page: ScreenPage, texts: Texts, wall: Wall) -> list[Any]:
    def section(name: str, title: str, rows: int) -> Any:
        component = f"panel-{name}"
        children = _start(page, component, lambda: waiting_panel(title, texts, rows))
        return html.Section(children, id=component, className=f"panel {name}", **{"aria-label": title})

    panels = [
        section("today", texts["today.title"], 3),
        _trend(page, texts, wall),
        section("sources", texts["sources.title"], 4),
        section("red", texts["red.title"], 3),
        section("alarms", texts["alarms.title"], 2),
        section("board", board_title(page.scope, texts), 2),
        section("flow", texts["flow.title"], 1),
    ]
    if wall.has_indicators:
        panels.append(section("indicators", texts["indicators.title"], 1))
    return panels


def _trend(page: ScreenPage, texts: Texts, wall: Wall) -> Any:
    """The chart is a component of its own: only its figure changes, so it is never mounted twice."""
    figure = _start(page, TREND_GRAPH, lambda: trend_figure(None, None, texts, wall))
    return html.Section(
        [
            *waiting_panel(texts["trend.title"], texts, 0)[:1],
            html.Div(
                [
                    dcc.Graph(
                        id=TREND_GRAPH,
                        figure=figure,
                        config={"displayModeBar": False, "doubleClick": False, "showTips": False},
                        style={"width": f"{wall.trend_width}px", "height": f"{wall.trend_height}px"},
                    ),
                    html.Div(_start(page, "trend-notes", list), id="trend-notes", className="trend-notes"),
                ],
                className="body",
            ),
        ],
        id="panel-trend",
        className="panel trend",
        **{"aria-label": texts["trend.title"]},
    )
