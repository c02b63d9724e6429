"""物联总览 /iot: what devices watch over by domain, the groups of alarms that are open, and any device in full.

Cards and groups are drawn by `assets/js/97-iot-draw.js`, the drawer by `98-iot-device.js`, from the API and what the
push holds in the browser; here is the frame that they are drawn in.
"""

from typing import Any

from dash import dcc, html

from cockpit.catalogue import Texts
from layouts.duty.page import DeskPage, stage_of
from layouts.duty.title_bar import feed_block, war_banner
from layouts.map_chrome import sound
from layouts.title_bar import clock, link_bar, page_link

__all__ = ["DEVICE_GRAPH", "iot_page"]

#: px of a window below which the page is no stage: it flows and scrolls
_FLOWS_BELOW = 860
#: the only component whose `figure` is set
DEVICE_GRAPH = "device-graph"
_EMPTY = {
    "data": [],
    "layout": {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "xaxis": {"visible": False},
               "yaxis": {"visible": False}, "margin": {"l": 44, "r": 8, "t": 8, "b": 28}, "height": 200},
}  # fmt: skip


def iot_page(page: DeskPage, texts: Texts) -> Any:
    """The page's component tree."""
    return html.Main(
        [
            _bar(page, texts),
            html.Div("", id="iot-rules", className="iot-rules", role="status", hidden=True),
            html.Div(
                _waiting(texts),
                id="iot-domains",
                className="iot-domains",
                role="group",
                **{"aria-label": texts["iot.title"]},
            ),
            _panel(
                "iot-groups",
                texts["iot.groups"],
                html.Div(_loading(texts), id="iot-group-list", className="rows", tabIndex=0),
                html.Div(id="iot-listed", className="iot-filters iot-listed", role="group"),
            ),
            _panel(
                "iot-devices",
                texts["iot.devices"],
                html.Div(_loading(texts), id="iot-device-list", className="rows", tabIndex=0),
                html.Div(
                    [
                        dcc.Input(
                            id="iot-search",
                            type="search",
                            placeholder=texts["iot.search"],
                            className="iot-search",
                            debounce=False,
                            maxLength=100,
                        ),
                        html.Div(id="iot-filters", className="iot-filters", role="group"),
                    ],
                    className="iot-find",
                ),
            ),
            _drawer(texts),
        ],
        id="stage",
        className="stage",
        lang=page.lang,
        **stage_of(page, texts),
        **{
            "data-flows-below": str(_FLOWS_BELOW),
            "data-opens": " ".join(sorted(page.opens)),
            "data-may-act": "true" if page.may_switch else "false",
        },
    )


def _bar(page: DeskPage, texts: Texts) -> Any:
    tags = [html.Span(texts["product.demo"], className="tagx amb")] if page.demo else []
    return html.Header(
        [
            html.Div(
                [
                    html.H1([texts["iot.title"], html.I(page.whose(texts))]),
                    war_banner(texts),
                    html.Div(className="vr"),
                    html.A(texts["desk.title"], href=f"/duty?lang={page.lang}", className="iot-link"),
                    *([page_link("patrol", page.lang, texts)] if page.may_switch else []),
                    *tags,
                ],
                className="left",
            ),
            html.Div(
                [
                    sound(texts),
                    feed_block(page, texts),
                    clock(),
                    link_bar(texts),
                ],
                className="right",
            ),
        ],
        id="title-bar",
        className="bar",
    )


def _panel(name: str, title: str, body: Any, tools: Any = None) -> Any:
    head = html.Header(
        [html.Div([html.H2(title), html.Span("", className="sub", id=f"{name}-sub")], className="heads")]
    )
    return html.Section([head, tools, body], id=f"panel-{name}", className=f"panel {name}", **{"aria-label": title})


def _drawer(texts: Texts) -> Any:
    return html.Section(
        [
            html.Div(html.P(texts["iot.nothing"]), id="device-head", className="drawer-idle"),
            html.Div(
                dcc.Graph(
                    id=DEVICE_GRAPH,
                    figure=_EMPTY,
                    config={"displayModeBar": False, "doubleClick": False, "showTips": False},
                    style={"height": "200px"},
                ),
                id="device-chart",
                className="device-chart",
                hidden=True,
            ),
            html.Div(id="device-body", className="drawer-body rows", tabIndex=-1),
            html.Div(id="device-actions", className="drawer-actions"),
        ],
        id="panel-device",
        className="panel device",
        **{"aria-label": texts["iot.device"], "data-state": "idle"},
    )


def _loading(texts: Texts) -> list[Any]:
    return [html.Div(texts["iot.loading"], className="empty", role="status")]


def _waiting(texts: Texts) -> list[Any]:
    return [html.Div(texts["iot.loading"], className="iot-card waiting")]
