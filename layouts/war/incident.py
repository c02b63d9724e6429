"""事件概况: what happened where, how far its handling has come, its clock, and who is on it."""

from typing import Any

from cockpit.catalogue import Texts
from cockpit.domain.event import Event
from cockpit.services.wartime import Scene
from cockpit.situation.view import millis
from layouts import element as html
from layouts.context import EVENT_FEEDS, ScreenContext
from layouts.panel import as_of_badge, empty_line, header
from layouts.panels.red_list import countdown


def incident(scene: Scene, context: ScreenContext, texts: Texts) -> list[Any]:
    event, about = scene.event, scene.mode.incident
    severity = event.report.severity if event else None
    tags = [html.span(f"{texts[f'severity.{severity}']} {severity}", className="tagx amb")] if severity else []
    badge = as_of_badge(texts, context, EVENT_FEEDS)
    if about is None and event is None:
        return [header(texts["incident.title"], badge), empty_line(texts["incident.left_fold"])]
    code = about.code if about else event.report.place.code if event else ""
    address = about.address if about else event.report.place.address if event else ""
    street = context.street_name(code, texts.lang) if code else ""
    where = f"{street} {address.removeprefix(street).strip()}".strip() or texts["incident.place_unknown"]
    what = (event.report.description if event else "") or texts["incident.said_nothing"]
    return [
        header(texts["incident.title"], badge, tags),
        html.div(
            [
                _line("where", html.span(where, className="v", title=where), texts),
                _line("what", html.span(what, className="v" if event else "v mut", title=what), texts),
                _line("stage", _stage(event, scene, texts), texts),
                _line("led", _people(event, scene, context, texts), texts),
            ],
            className="kv",
        ),
    ]


def _line(key: str, value: Any, texts: Texts) -> Any:
    return html.div([html.span(texts[f"incident.{key}"], className="k"), value], className="line")


def _stage(event: Event | None, scene: Scene, texts: Texts) -> Any:
    if event is None:
        return html.span(texts["incident.left_fold"], className="v mut")
    facts = " · ".join(part for part in (texts[f"stage.{event.stage.value}"], event.unit) if part)
    clock = [] if event.is_finished else [countdown(millis(scene.overtime_at), texts)]
    return html.span([html.span(facts, className="facts", title=facts), *clock], className="v both")


def _people(event: Event | None, scene: Scene, context: ScreenContext, texts: Texts) -> Any:
    """Who turned the scope to wartime and why; who has claimed the event."""
    state = scene.mode
    led = texts.format("incident.since", by=state.by, time=context.local(state.at).strftime("%H:%M"))
    if state.note:
        led = f"{led} · {state.note}"
    claim = event.docket.claim if event else None
    taken = f"{texts['incident.who']} {claim.by}" if claim else texts["incident.unclaimed"]
    who = [html.span(taken, className="taken" if claim else "taken warm")] if event and event.is_open else []
    return html.span([html.span(led, className="facts", title=led), *who], className="v both")
