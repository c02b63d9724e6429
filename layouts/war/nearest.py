"""就近力量: who and what is near, how far by road, how soon there, and why it ranks where it does."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.services.wartime import Near, Scene
from layouts import element as html
from layouts.context import ScreenContext
from layouts.glyph import glyph
from layouts.opens import Shows, opens
from layouts.panel import as_of_badge, empty_line, header, sub
from layouts.wall import Wall
from layouts.war.to_desk import to_near

#: the glyph of each kind; others get the place mark
GLYPHS = {
    "gridworker": "man", "volunteer": "man", "vehicle": "car", "fire_station": "fire", "hydrant": "hydrant",
    "camera": "camera", "hospital": "medical", "clinic": "medical", "aed": "medical", "police": "police",
    "shelter": "shelter", "rescue_team": "hand", "repair_team": "hand",
}  # fmt: skip


def nearest(scene: Scene, context: ScreenContext, texts: Texts, wall: Wall) -> list[Any]:
    badge = as_of_badge(texts, None, ())
    title = texts["near.title"]
    if scene.place is None:
        return [header(title, badge), empty_line(texts["near.no_place"])]
    if scene.near is None:
        return [header(title, badge), empty_line(texts["near.unknown"])]
    if not scene.near and not scene.comes:
        return [header(title, badge), empty_line(texts["near.empty"])]
    rows = [_row(near, texts) for near in scene.near[: wall.near_rows]]
    return [
        header(title, badge, _sent(scene, context, texts)),
        html.div(rows, className="rows nears"),
    ]


def _sent(scene: Scene, context: ScreenContext, texts: Texts) -> list[Any]:
    """How many could be sent, as the way to the desk that lists them."""
    if scene.comes is None:
        return []
    return [sub(opens(texts.format("near.sub", n=scene.comes), to_near(scene, context, texts), Shows.RECORDS))]


def _row(near: Near, texts: Texts) -> Any:
    why = near.why.get(texts.lang, "")
    kind = texts.find(f"near_kind.{near.kind}", near.kind)
    facts = " · ".join(part for part in (kind, why or texts.find(f"near.status_{near.status}", near.status)) if part)
    return html.div(
        [
            glyph(GLYPHS.get(near.kind, "event"), css=f"kind {near.kind}"),
            html.div(
                [html.div(near.name, className="t"), html.div(facts, className="m", title=facts)], className="what"
            ),
            html.div(
                [html.div(_eta(near, texts), className="eta"), html.small(_distance(near, texts))], className="right"
            ),
        ],
        className=f"row near {near.status}",
        **{"data-near-id": near.id, "data-kind": near.kind},
    )


def _eta(near: Near, texts: Texts) -> str:
    """`?` where the position is too old to promise a time."""
    if near.eta_s is None or near.status == "stale":
        return texts["near.eta_unknown"]
    minutes = round(near.eta_s / 60)
    return texts.format("near.minutes", n=minutes) if minutes >= 1 else texts["near.under_minute"]


def _distance(near: Near, texts: Texts) -> str:
    """By road where there is one; a straight line says that it is one."""
    by_road = near.by_road and near.road_m is not None
    return texts.format(
        "near.road" if by_road else "near.straight",
        distance=length_of(near.road_m if by_road else near.distance_m, texts),
    )


def length_of(metres: float | None, texts: Texts) -> str:
    """`640 m`, `2.8 km`."""
    if metres is None:
        return texts["value.none"]
    if metres < 1000:
        return texts.format("near.metres", n=round(metres / 10) * 10)
    return texts.format("near.km", n=f"{metres / 1000:.1f}")
