"""并案: which events may become one, and which may become another's child."""

from cockpit.domain.commands import MoveEvent
from cockpit.domain.duplicates import MERGE_WITHIN_M, SAME_WITHIN, distance_m
from cockpit.domain.event import Event
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.situation import Situation


def _other(situation: Situation, event_id: str, command: MoveEvent) -> Event:
    other = situation.events.get(event_id)
    if other is None or not Scope(command.scope).covers(other.report.place.code):
        raise ForbiddenError("unknown_event", f"no event {event_id} is at work in scope {command.scope}")
    return other


def check_merge(situation: Situation, event: Event, command: MoveEvent) -> None:
    """Raises ForbiddenError unless both are open, near each other in place and time, and neither is merged."""
    if command.into == event.event_id:
        raise ForbiddenError("merged_into_itself", "an event cannot be merged into itself")
    main = _other(situation, command.into, command)
    if situation.links.merged_into(event.event_id):
        raise ForbiddenError("others_merged_into_it", "other events were merged into this one: it is a main event")
    if not main.is_open:
        raise ForbiddenError("main_is_not_open", f"event {main.event_id} is not open")
    apart_m = distance_m(event, main)
    if apart_m is not None and apart_m > MERGE_WITHIN_M:
        raise ForbiddenError("too_far_apart", f"the places lie {apart_m:.0f} m apart, more than {MERGE_WITHIN_M:.0f} m")
    if abs(event.report.reported_at - main.report.reported_at) > SAME_WITHIN:
        raise ForbiddenError("too_long_apart", f"the reports lie more than {SAME_WITHIN.days} days apart")


def check_parent(situation: Situation, event: Event, command: MoveEvent) -> None:
    """Raises ForbiddenError for a parent that is unknown, finished, or below the event itself."""
    if not command.parent:
        if not event.docket.parent:
            raise ForbiddenError("no_parent", "the event has no parent that could be taken away")
        return
    seen = {event.event_id}
    parent: Event | None = _other(situation, command.parent, command)
    if parent is not None and not parent.is_open:
        raise ForbiddenError("parent_is_not_open", f"event {command.parent} is not open")
    while parent is not None:
        if parent.event_id in seen:
            raise ForbiddenError("parent_is_below", "an event cannot be above itself")
        seen.add(parent.event_id)
        parent = situation.events.get(parent.docket.parent)


def check_children(situation: Situation, event: Event, _command: MoveEvent) -> None:
    """Raises ForbiddenError while a child of the event is open."""
    children = [situation.events.get(child) for child in situation.links.children_of(event.event_id)]
    waiting = [child.event_id for child in children if child is not None and child.is_open]
    if waiting:
        raise ForbiddenError("children_are_open", f"{len(waiting)} child events are still open, {waiting[0]} first")
