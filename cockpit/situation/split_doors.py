"""疏散再分: who of the helpers is silent or out, and what giving their untouched doors to others leads to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from cockpit.domain.attendance import Attendance
from cockpit.domain.evacuation import DoorsMoved
from cockpit.domain.evacuation_commands import SplitDoors
from cockpit.domain.evacuation_facts import DoorsSplit
from cockpit.domain.fact import Fact
from cockpit.domain.order import Order, Rung
from cockpit.domain.refusal import ForbiddenError
from cockpit.situation.evacuate import doors_taken, running_board
from cockpit.situation.evacuations import Board
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Situation

#: a helper who has doors left and tapped none for so long is silent: seven doors' time
SILENT_AFTER = timedelta(minutes=5)


class Idle(StrEnum):
    """Why a helper's doors should go to others."""

    DECLINED = "declined"
    OFF_DUTY = "off_duty"
    SILENT = "silent"


def split_doors(situation: Situation, command: SplitDoors) -> list[Fact]:
    """One fact with every door that goes; a door that was tapped or given away meanwhile stays. ForbiddenError."""
    board = running_board(situation, command, command.evacuation_id)
    if any(move.command_id == command.command_id for move in board.evacuation.moves):
        return []
    givers = {key: helper_id for helper_id in command.from_ids for key in untouched_of(board, helper_id)}
    moves = list[DoorsMoved]()
    for share in command.shares:
        if share.helper_id in command.from_ids or not board.evacuation.has_helper(share.helper_id):
            continue
        by_giver: dict[str, list[str]] = {}
        for key in share.household_ids:
            giver = givers.pop(key, None)
            if giver is not None:
                by_giver.setdefault(giver, []).append(key)
        moves += [
            DoorsMoved(command.at, command.by, giver, share.helper_id, tuple(keys), command.command_id)
            for giver, keys in by_giver.items()
        ]
    if not moves:
        raise ForbiddenError("nothing_to_split", "these helpers have no untouched door that others could take")
    fact = DoorsSplit(
        fact_id=outcome_id(command),
        at=command.at,
        received_at=command.at,
        evacuation_id=command.evacuation_id,
        moves=tuple(moves),
        by=command.by,
        command_id=command.command_id,
    )
    return [fact, doors_taken(situation, command, command.evacuation_id)]


def untouched_of(board: Board, helper_id: str) -> list[str]:
    """A helper's doors at which nobody has been, in walking order."""
    shares = (share for share in board.evacuation.shares if share.helper_id == helper_id)
    return [key for share in shares for key in share.household_ids if key not in board.newest]


def last_taps(board: Board) -> dict[str, datetime]:
    """When each person tapped last."""
    return {tap.subject: tap.at for tap in board.taps}


def idle_helpers(
    situation: Situation, board: Board, now: datetime, *, silent_after: timedelta = SILENT_AFTER
) -> dict[str, Idle]:
    """Helpers with untouched doors from whom nothing is to be expected, and why."""
    evacuation, tapped = board.evacuation, last_taps(board)
    taken = {move.to_id: move.at for move in evacuation.moves}
    answers = _answers(situation, evacuation.event_id)
    found: dict[str, Idle] = {}
    for share in evacuation.shares:
        who = share.helper_id
        if not untouched_of(board, who):
            continue
        began = evacuation.started_at
        heard_at = max(began, tapped.get(who, began), taken.get(who, began))
        answered = answers.get(who)
        # who has declined and knocks all the same helps
        if answered is not None and answered.state is Rung.DECLINED and answered.last_at >= tapped.get(who, began):
            found[who] = Idle.DECLINED
        elif _is_off(situation.attendance, who, now):
            found[who] = Idle.OFF_DUTY
        elif now - heard_at > silent_after:
            found[who] = Idle.SILENT
    return found


def _answers(situation: Situation, event_id: str) -> dict[str, Order]:
    """The newest order of each recipient to an event."""
    orders = (order for order in situation.orders.values() if order.issued.event_id == event_id)
    return {o.issued.recipient.id: o for o in sorted(orders, key=lambda o: (o.issued.issued_at, o.order_id))}


def _is_off(attendance: Mapping[str, Attendance], subject_id: str, now: datetime) -> bool:
    mark = attendance.get(subject_id)
    return mark is not None and mark.is_on_duty(now) is False
