"""就近调度: the frames of dispatch on the desk: who is near, orders written to them, and what became of these.

85–89-dispatch-*.js fill them. Closed, the desk is as before; the list of orders shows itself once there are any.
"""

from typing import Any, NamedTuple

from dash import html

from cockpit.catalogue import Texts
from layouts.glyph import glyph
from layouts.panel import as_of_badge, waiting_rows


class Tab(NamedTuple):
    """One tab of the panel under the map; `name` is what the address says: `?work=orders`."""

    name: str
    text: str


TABS = (
    Tab("orders", "dispatch.orders"),
    Tab("plan", "dispatch.plan_tab"),
    Tab("advice", "dispatch.advice"),
    Tab("evacuation", "dispatch.evacuation"),
)

#: how a search begins on the map: the deed, its glyph, its words
TOOLS = (("point", "point"), ("ring", "ring"), ("polygon", "polygon"))


def draw_tools(texts: Texts) -> Any:
    """A point, a ring or an outline on the map: each begins a search for what is near it."""
    return html.Div(
        [
            html.Button(
                glyph(icon),
                type="button",
                title=texts[f"dispatch.draw_{name}"],
                **{"data-action": f"draw-{name}", "data-draw": name, "aria-label": texts[f"dispatch.draw_{name}"]},
            )
            for name, icon in TOOLS
        ],
        className="map-draw",
        role="group",
        **{"aria-label": texts["dispatch.draw"]},
    )


def drawing_hint() -> Any:
    return html.Div("", id="map-drawing", className="map-drawing", role="status", hidden=True)


def nearby(texts: Texts) -> Any:
    """就近力量: candidates with their reasons."""
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [html.H2(texts["dispatch.nearby"]), html.Span(texts["dispatch.nearby_sub"], className="sub")],
                        className="heads",
                    ),
                    html.Span("", id="near-asof", className="asof"),
                    html.Button(
                        glyph("close"),
                        type="button",
                        className="near-close",
                        **{"data-action": "dispatch-close", "aria-label": texts["keys.close"]},
                    ),
                ]
            ),
            html.Div(id="near-filters", className="near-filters"),
            html.Div(
                waiting_rows(3),
                id="near-list",
                className="near-list rows",
                role="listbox",
                tabIndex=0,
                **{"aria-label": texts["dispatch.nearby"], "aria-multiselectable": "true", "data-state": "idle"},
            ),
        ],
        id="panel-nearby",
        className="panel nearby",
        **{"aria-label": texts["dispatch.nearby"]},
    )


def composer(texts: Texts) -> Any:
    """派单: whom, what, until when; one key sends."""
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [html.H2(texts["dispatch.compose"]), html.Span("", id="compose-plan", className="sub")],
                        className="heads",
                    ),
                    html.Span([html.Kbd("1"), "–", html.Kbd("9"), texts["dispatch.pick"]], className="asof"),
                    html.Button(
                        texts["dispatch.units.add"],
                        type="button",
                        className="facet units-open",
                        title=texts["dispatch.units.title"],
                        **{"data-action": "units-open"},
                    ),
                ]
            ),
            html.Div(
                [
                    html.Div(id="compose-people", className="compose-people"),
                    html.Div(id="compose-task", className="compose-task"),
                    html.Div(id="compose-within", className="compose-within"),
                    html.Div(id="compose-said", className="compose-said", role="alert"),
                    html.Div(id="compose-buttons", className="compose-buttons"),
                ],
                className="body",
            ),
        ],
        id="panel-composer",
        className="panel composer",
        **{"aria-label": texts["dispatch.compose"]},
    )


def unit_picker(texts: Texts) -> Any:
    """＋部门: over the candidates while departments are chosen."""
    return html.Section(
        [
            html.Header(
                [
                    html.H2(texts["dispatch.units.title"]),
                    html.Button(
                        glyph("close"),
                        type="button",
                        className="near-close",
                        **{"data-action": "units-close", "aria-label": texts["keys.close"]},
                    ),
                ]
            ),
            html.Div(id="unit-field", className="unit-field"),
            html.Div(
                id="unit-list",
                className="unit-list",
                role="listbox",
                **{"aria-label": texts["dispatch.units.title"], "aria-multiselectable": "true"},
            ),
        ],
        id="unit-picker",
        className="panel unit-picker",
        hidden=True,
        **{"aria-label": texts["dispatch.units.title"]},
    )


def work(texts: Texts) -> Any:
    """Under the map: 在途指令, 预案, 推荐方案, 疏散."""
    tabs = [
        html.Button(
            [html.Span(texts[tab.text]), html.B("", **{"data-tab-count": tab.name})],
            type="button",
            role="tab",
            **{"data-action": f"work-{tab.name}", "data-work-tab": tab.name, "aria-selected": "false"},
        )
        for tab in TABS
    ]
    return html.Section(
        [
            html.Header(
                [
                    html.Div(tabs, className="work-tabs", role="tablist", **{"aria-label": texts["dispatch.work"]}),
                    html.Span("", id="work-sub", className="sub"),
                    html.Span(id="work-sums", className="sub"),
                    as_of_badge(texts, None, ()),
                    html.Button(
                        glyph("close"),
                        type="button",
                        className="work-close",
                        **{"data-action": "work-close", "aria-label": texts["keys.close"]},
                    ),
                ]
            ),
            html.Div(id="work-body", className="work-body rows", tabIndex=-1),
        ],
        id="panel-work",
        className="panel work",
        **{"aria-label": texts["dispatch.work"]},
    )


def plan_dialog(texts: Texts) -> Any:
    """一键指挥: closed until a matched plan is asked for; what it will do is shown before it is run."""
    return html.Div(
        html.Div(
            id="plan-box",
            className="box",
            role="dialog",
            **{"aria-label": texts["dispatch.run_plan"], "aria-modal": "true"},
        ),
        id="plan-dialog",
        className="plan-dialog",
        hidden=True,
    )


def order_toasts() -> Any:
    """What was just sent, and ten seconds to take it back."""
    return html.Div(id="order-toasts", className="order-toasts", role="status", **{"aria-live": "polite"})
