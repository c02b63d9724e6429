"""疏散看板: one square a household. Counts and squares come with every tap (83-war-board.js); from here, once a second,
the pace and the projected finish."""

from typing import Any

from dash import html as dash_html

from cockpit.catalogue import Texts
from cockpit.services.wartime import EvacuationPace, Scene
from layouts import element as html
from layouts.context import ScreenContext
from layouts.opens import Shows, opens
from layouts.page import ScreenPage
from layouts.panel import as_of_badge, header
from layouts.war.to_desk import to_doors

#: the doors that the pace is reckoned from, as the desk's address says it
LATELY = "lately"
#: in the order in which squares are filled and the legend names them
STATES = ("moved", "told", "nobody_home", "needs_help", "refused", "not_reached")


def evacuation_frame(page: ScreenPage, texts: Texts) -> list[Any]:
    key = [
        dash_html.Span(
            [dash_html.I(), texts[f"evacuation.{state}"], " ", dash_html.B(_number({"data-state": state}))],
            className=f"key {state}",
        )
        for state in STATES
    ]
    return [
        header(
            texts["evacuation.title"],
            as_of_badge(texts, None, ()),
            [dash_html.Span(dash_html.A(id="evacuation-sub", className="opens"), className="sub")],
        ),
        dash_html.Div(
            [
                dash_html.Div([dash_html.Span(dash_html.A("—", id="evacuation-moved", className="opens")),
                               dash_html.Small(dash_html.A(id="evacuation-all", className="opens"))],
                              className="hero"),
                dash_html.Div(page.trees.get("evacuation-pace", []), id="evacuation-pace", className="pace"),
            ],
            className="hero-line",
        ),
        dash_html.Canvas(id="evacuation-squares", className="squares", role="img"),
        dash_html.Div(key, className="keys-of-squares"),
    ]  # fmt: skip


def _number(told: dict[str, str]) -> Any:
    """A number that 83-war-board.js fills and leads to its doors."""
    return dash_html.A("—", className="opens", **told)


def pace(scene: Scene, context: ScreenContext, texts: Texts) -> list[Any]:
    """`当前 58 户/分`, `预计 14:37 完成 ±2 分`; what cannot be said is not guessed."""
    going = scene.evacuation
    if going is None:
        return []
    rate = (
        texts["evacuation.rate_unknown"]
        if going.rate_per_min is None
        else texts.format("evacuation.rate", n=f"{going.rate_per_min:g}")
    )
    doors = "" if going.rate_per_min is None else to_doors(scene, context, texts, LATELY)
    return [html.div(opens(rate, doors, Shows.RATE)), html.div(_finish(going, context, texts), className="finish")]


def _finish(going: EvacuationPace, context: ScreenContext, texts: Texts) -> str:
    if going.why in ("done", "ended", "stalled"):
        return texts[f"evacuation.{going.why}"]
    if going.finish is None:
        return texts["evacuation.finish_unknown"]
    low, mid, high = going.finish
    time = context.local(mid).strftime("%H:%M")
    spread = round((high - low).total_seconds() / 120)
    if spread < 1:
        return texts.format("evacuation.finish_plain", time=time)
    return texts.format("evacuation.finish", time=time, n=spread)
