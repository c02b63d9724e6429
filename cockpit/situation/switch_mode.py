"""切换: whether the mode of a scope changes (平时/战时)."""

from cockpit.domain.commands import SwitchMode
from cockpit.domain.facts import Fact, ModeChanged
from cockpit.domain.mode import Mode
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.modes import mode_of
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Situation


def switch_mode(situation: Situation, command: SwitchMode) -> list[Fact]:
    scope = Scope(command.scope)
    state = mode_of(situation, scope)
    mode = state.mode if state else Mode.PEACETIME
    if command.mode is Mode.WARTIME:
        if command.event_id is None:
            raise ForbiddenError("wartime_needs_event", "wartime is switched on around an event: event_id is missing")
        event = situation.events.get(command.event_id)
        if event is None or not scope.covers(event.report.place.code):
            raise ForbiddenError("unknown_event", f"no open event {command.event_id} in scope {command.scope}")
        if not event.is_open:
            raise ForbiddenError("event_is_finished", f"event {command.event_id} is {event.stage.value}")
    if mode is command.mode and (state.event_id if state else None) == command.event_id:
        raise ForbiddenError("mode_is_the_same", f"scope {command.scope} is in {mode.value} already")
    return [
        ModeChanged(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            scope=command.scope,
            mode=command.mode,
            event_id=command.event_id if command.mode is Mode.WARTIME else None,
            by=command.by,
            command_id=command.command_id,
            note=command.note,
        )
    ]
