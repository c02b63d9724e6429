"""我的: what one gridworker's phone holds of the situation. Small: it is told whole whenever anything in it changed."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from cockpit.domain.mode import Mode
from cockpit.domain.order import Order
from cockpit.situation.evacuations import Board
from cockpit.situation.orders import order_row
from cockpit.situation.situation import Changed, Situation
from cockpit.situation.view import millis

#: `{"attendance": [on_duty, since_ms] | None, "orders": {id: row}, "events": {id: {…}}, "evacuations": {id: {…}}}`
OwnView = dict[str, Any]


def own_view(situation: Situation, subject_id: str, now: datetime) -> OwnView:
    """Everything of one subject: the mark that holds, their orders, the households that are theirs."""
    return own_views(situation, {subject_id}, now)[subject_id]


def own_views(situation: Situation, subject_ids: Collection[str], now: datetime) -> dict[str, OwnView]:
    """The views of several subjects in one pass over the orders."""
    orders: dict[str, list[Order]] = {subject_id: [] for subject_id in subject_ids}
    for order in situation.orders.values():
        mine = orders.get(order.issued.recipient.id)
        if mine is not None:
            mine.append(order)
    evacuations = _evacuations(situation, subject_ids)
    focus = {state.event_id for state in situation.modes.values() if state.mode is Mode.WARTIME}
    return {
        subject_id: {
            "attendance": _attendance(situation, subject_id, now),
            "orders": {order.order_id: order_row(order) for order in mine},
            "events": {
                event_id: told
                for event_id in dict.fromkeys(order.issued.event_id for order in mine)
                if (told := _event(situation, event_id, focus)) is not None
            },
            "evacuations": evacuations.get(subject_id, {}),
        }
        for subject_id, mine in orders.items()
    }


def subjects_of(situation: Situation, changed: Iterable[Changed]) -> set[str]:
    """Whose own view any of this concerns. An order that has left the fold concerns nobody: it was over."""
    found: set[str] = set()
    for item in changed:
        of_kind = _SUBJECTS.get(item.kind)
        if of_kind is not None:
            found.update(of_kind(situation, item.key))
    return found


def _evacuations(situation: Situation, subject_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Subject → evacuation → its event and the doors that are theirs, in walking order:
    `[household_id, name, building, people, must be carried, state]`; and how many went to others or came from them:
    `[ms, doors, came]`."""
    found: dict[str, dict[str, Any]] = {}
    for key, board in situation.evacuations.items():
        if not board.evacuation.is_running:
            continue
        for share in board.evacuation.shares:
            if share.helper_id in subject_ids:
                found.setdefault(share.helper_id, {})[key] = {
                    "event_id": board.evacuation.event_id,
                    "doors": [_door_row(board, household_id) for household_id in share.household_ids],
                    "moved": [
                        [millis(move.at), len(move.household_ids), move.to_id == share.helper_id]
                        for move in board.evacuation.moves
                        if share.helper_id in (move.from_id, move.to_id)
                    ],
                }
    return found


def _door_row(board: Board, household_id: str) -> list[Any]:
    household, building = board.doors[household_id]
    number = household_id.removeprefix(building.building_code).lstrip("-").lstrip("0") or household_id
    state = board.state_of(household_id).value
    return [household_id, number, building.name, household.people, household.needs_help, state]


def _attendance(situation: Situation, subject_id: str, now: datetime) -> list[Any] | None:
    mark = situation.attendance.get(subject_id)
    return [mark.on_duty, millis(mark.at)] if mark is not None and mark.holds(now) else None


def _event(situation: Situation, event_id: str, focus: set[str | None]) -> Mapping[str, Any] | None:
    """What somebody who is sent there must know of an event. None for one that has left the fold."""
    event = situation.events.get(event_id)
    if event is None:
        return None
    report = event.report
    return {
        "title": report.title,
        "address": report.place.address,
        "description": report.description,
        "severity": report.severity,
        "war": event_id in focus,
    }


def _recipient(situation: Situation, order_id: str) -> list[str]:
    order = situation.orders.get(order_id)
    return [] if order is None else [order.issued.recipient.id]


def _ordered_to(situation: Situation, event_id: str) -> list[str]:
    """Who has an open order to an event: its title or its mode may have changed."""
    return [o.issued.recipient.id for o in situation.orders.open.values() if o.issued.event_id == event_id]


_SUBJECTS: dict[str, Callable[[Situation, str], Iterable[str]]] = {
    "attendance": lambda _situation, subject_id: [subject_id],
    "order": _recipient,
    "evacuation": lambda situation, key: (
        [h.helper_id for h in situation.evacuations[key].evacuation.helpers] if key in situation.evacuations else []
    ),
    "event": _ordered_to,
    "mode": lambda situation, scope: [
        order.issued.recipient.id
        for order in situation.orders.open.values()
        if order.issued.place.code.startswith(scope)
    ],
}
