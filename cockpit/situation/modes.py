"""模式: which mode holds for a scope, what a browser holds of it, and every change that there was."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cockpit.domain.facts import ModeChanged
from cockpit.domain.mode import Incident, Mode, ModeState
from cockpit.domain.plausibility import UNDRAWABLE
from cockpit.domain.scope import Scope
from cockpit.situation.situation import Changed, Situation

#: modes change a few times a month; so many are the history of years
_CHANGES_KEPT = 5_000


def mode_changed(situation: Situation, fact: ModeChanged) -> Iterable[Changed]:
    """Fold: the scope is in this mode now, and the history has one more entry."""
    if any(_is_same(state, fact) for state in situation.mode_changes):
        return
    state = ModeState(
        scope=fact.scope, mode=fact.mode, event_id=fact.event_id, by=fact.by, at=fact.at, note=fact.note,
        incident=_incident_of(situation, fact.event_id),
    )  # fmt: skip
    situation.modes[fact.scope] = state
    situation.mode_changes.append(state)
    del situation.mode_changes[:-_CHANGES_KEPT]
    yield Changed("mode", fact.scope)


def _is_same(state: ModeState, fact: ModeChanged) -> bool:
    told = (fact.scope, fact.mode, fact.event_id, fact.by, fact.at, fact.note)
    return (state.scope, state.mode, state.event_id, state.by, state.at, state.note) == told


def _incident_of(situation: Situation, event_id: str | None) -> Incident | None:
    event = situation.events.get(event_id or "")
    if event is None:
        return None
    report, place = event.report, event.report.place
    drawn = place.lon is not None and place.lat is not None and not UNDRAWABLE.intersection(place.flags)
    return Incident(
        title=report.title,
        lon=place.lon if drawn else None,
        lat=place.lat if drawn else None,
        code=place.code,
        address=place.address,
        reported_at=report.reported_at,
    )


def mode_of(situation: Situation, scope: Scope) -> ModeState | None:
    """The mode that holds for a scope: the nearest one set for it or above it.

    A wartime above that began later comes before it: when the district turns, every screen in it follows, also of a
    street that went back to peacetime some day. A peacetime above ends only what was begun there: the street's own
    incident goes on.
    """
    holds: ModeState | None = None
    for state in sorted(
        (state for code, state in situation.modes.items() if scope.code.startswith(code)), key=lambda s: len(s.scope)
    ):
        if holds is None or holds.mode is Mode.PEACETIME or state.at >= holds.at:
            holds = state
    return holds


def changes_of(
    situation: Situation, scope: Scope, *, since: datetime | None = None, until: datetime | None = None
) -> list[ModeState]:
    """The changes of mode that a scope saw, its own, those within it and those above it; newest first.

    `since` is in, `until` is not.
    """
    return [
        state
        for state in reversed(situation.mode_changes)
        if (scope.covers(state.scope) or scope.code.startswith(state.scope))
        and (since is None or state.at >= since)
        and (until is None or state.at < until)
    ]


def mode_row(situation: Situation, scope: Scope) -> dict[str, Any]:
    """`{mode, event_id, at, by, note, title, address, lon, lat, reported_at}`; times in ms, absent where unknown."""
    state = mode_of(situation, scope)
    if state is None:
        return {"mode": Mode.PEACETIME.value, "event_id": None, "at": None}
    row: dict[str, Any] = {
        "mode": state.mode.value, "event_id": state.event_id, "at": _millis(state.at), "by": state.by,
        "note": state.note,
    }  # fmt: skip
    about = state.incident
    if about is not None:
        row |= {
            "title": about.title, "address": about.address, "lon": about.lon, "lat": about.lat,
            "reported_at": _millis(about.reported_at),
        }  # fmt: skip
    return row


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)
