"""去值班台: where the numbers of an incident lead: the desk with the same event, its 就近力量 or the plan that runs."""

from urllib.parse import urlencode

from cockpit.catalogue import LANGS, Texts
from cockpit.services.wartime import Scene
from layouts.context import ScreenContext


def to_near(scene: Scene, context: ScreenContext, texts: Texts) -> str:
    """The desk's list of who could be sent; empty for a past instant and where nobody knows the place. An event that
    is not where the incident is, or not known, is looked around by the place itself."""
    if scene.place is None:
        return ""
    lon, lat = scene.place
    at = scene.event.report.place if scene.event else None
    is_there = at is not None and (at.lon, at.lat) == (lon, lat)
    return _desk(scene, context, texts, near="event" if is_there else f"{lon:.6f},{lat:.6f}")


def to_plan(scene: Scene, context: ScreenContext, texts: Texts) -> str:
    """The checklist of the plan that runs, under the desk's map; empty for a past instant."""
    return _desk(scene, context, texts, work="plan")


def to_doors(scene: Scene, context: ScreenContext, texts: Texts, doors: str) -> str:
    """The doors of the evacuation that a number counts, on the desk's board; empty for a past instant."""
    if not scene.mode.event_id:
        return ""
    return _desk(scene, context, texts, near="event", work="evacuation", doors=doors)


def _desk(scene: Scene, context: ScreenContext, texts: Texts, **asked: str) -> str:
    if context.is_past or not scene.scope:
        return ""
    event = {} if asked.get("near", "event") != "event" else {"event": scene.mode.event_id or ""}
    lang = {} if texts.lang == LANGS[0] else {"lang": texts.lang}
    return "/duty?" + urlencode({"scope": scene.scope, **lang, **event, **asked}, safe=",:")
