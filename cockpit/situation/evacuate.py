"""疏散决定: whether an evacuation begins, which taps count, who helps, when it ends."""

from dataclasses import replace

from cockpit.domain.command import Command
from cockpit.domain.evacuation import MOST_HELPERS, MOST_HOUSEHOLDS, Building, Evacuation, Helper, Share, tap_key
from cockpit.domain.evacuation_commands import ChangeHelpers, EndEvacuation, StartEvacuation, TapHouseholds
from cockpit.domain.evacuation_facts import (
    DoorsTaken,
    EvacuationEnded,
    EvacuationStarted,
    HelpersChanged,
    HouseholdTapped,
)
from cockpit.domain.fact import Fact
from cockpit.domain.refusal import ForbiddenError
from cockpit.domain.scope import Scope
from cockpit.situation.evacuations import Board
from cockpit.situation.outcome import outcome_id
from cockpit.situation.situation import Situation


def start_evacuation(situation: Situation, command: StartEvacuation) -> list[Fact]:
    """Households that another running evacuation has are left to that one."""
    if command.command_id in situation.evacuations:
        return []
    event = situation.events.get(command.event_id)
    if event is None or not Scope(command.scope).covers(event.report.place.code):
        raise ForbiddenError("unknown_event", f"no open event {command.event_id} in scope {command.scope}")
    if not event.is_open:
        raise ForbiddenError("event_is_finished", f"event {command.event_id} is {event.stage.value}")
    asked = sum(len(building.households) for building in command.buildings)
    if not asked:
        raise ForbiddenError("no_households", "the address base has no household in this area")
    if asked > MOST_HOUSEHOLDS:
        raise ForbiddenError("too_many_households", f"{asked} households, one evacuation holds {MOST_HOUSEHOLDS}")
    _check_helpers(command.helpers)
    taken = situation.evacuations.running_of(h.household_id for b in command.buildings for h in b.households)
    buildings = _without(command.buildings, taken)
    if not buildings:
        raise ForbiddenError("evacuated_already", "a running evacuation has every household of this area")
    return [
        EvacuationStarted(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            evacuation_id=command.command_id,
            event_id=command.event_id,
            code=event.report.place.code,
            outline=command.outline,
            buildings=buildings,
            helpers=command.helpers,
            shares=_shares_without(command.shares, taken),
            by=command.by,
            command_id=command.command_id,
            left_out=asked - sum(len(building.households) for building in buildings),
        ),
        doors_taken(situation, command, command.command_id),
    ]


def tap_households(situation: Situation, command: TapHouseholds) -> list[Fact]:
    """A fact for each tap that is not known yet, also after the end: a phone without a line comes late."""
    board = _board(situation, command, command.evacuation_id, helper_id=command.helper_id)
    if command.helper_id and not board.evacuation.has_helper(command.helper_id):
        raise ForbiddenError("not_a_helper", "only who helps in this evacuation may tap its households")
    taps = {tap_key(tap): tap for tap in reversed(command.taps) if not board.knows(tap)}
    return [
        HouseholdTapped(
            fact_id=f"tap:{command.evacuation_id}:{tap.subject}:{tap.tap_id}",
            at=command.at,
            received_at=command.at,
            evacuation_id=command.evacuation_id,
            tap=replace(tap, at=command.at),
            command_id=command.command_id,
        )
        for tap in reversed(taps.values())
    ]


def change_helpers(situation: Situation, command: ChangeHelpers) -> list[Fact]:
    board = running_board(situation, command, command.evacuation_id)
    _check_helpers(command.helpers)
    if (board.evacuation.helpers, board.evacuation.shares) == (command.helpers, command.shares):
        return []
    _check_version(board.evacuation, command)
    return [
        HelpersChanged(
            fact_id=outcome_id(command),
            at=command.at,
            received_at=command.at,
            evacuation_id=command.evacuation_id,
            helpers=command.helpers,
            shares=command.shares,
            by=command.by,
            command_id=command.command_id,
        ),
        doors_taken(situation, command, command.evacuation_id),
    ]


def _check_version(evacuation: Evacuation, command: ChangeHelpers) -> None:
    """Of two who change the same in one moment the second hears of the first, and overwrites nothing."""
    if command.version not in (None, evacuation.version):
        raise ForbiddenError(
            "evacuation_changed",
            f"{evacuation.changed_by} has changed it: this is version {evacuation.version}, not {command.version}",
        )


def doors_taken(situation: Situation, command: Command, evacuation_id: str) -> DoorsTaken:
    """The next turn of all evacuations."""
    turn = situation.evacuations.turn
    return DoorsTaken(
        fact_id=f"doors:{turn}", at=command.at, received_at=command.at, evacuation_id=evacuation_id, turn=turn
    )


def end_evacuation(situation: Situation, command: EndEvacuation) -> list[Fact]:
    running_board(situation, command, command.evacuation_id)
    return [
        EvacuationEnded(
            fact_id=f"evacuation_end:{command.evacuation_id}",
            at=command.at,
            received_at=command.at,
            evacuation_id=command.evacuation_id,
            note=command.note,
            by=command.by,
            command_id=command.command_id,
        )
    ]


def _board(situation: Situation, command: Command, evacuation_id: str, *, helper_id: str = "") -> Board:
    """The board, if the command's scope covers it; a helper from elsewhere may know of it too."""
    board = situation.evacuations.get(evacuation_id)
    if board is None or not (helper_id or Scope(command.scope).covers(board.evacuation.code)):
        raise ForbiddenError("unknown_evacuation", f"no evacuation {evacuation_id} in scope {command.scope}")
    return board


def running_board(situation: Situation, command: Command, evacuation_id: str) -> Board:
    """The board of an evacuation that goes on. Raises ForbiddenError."""
    board = _board(situation, command, evacuation_id)
    if not board.evacuation.is_running:
        raise ForbiddenError("evacuation_is_over", f"evacuation {evacuation_id} was ended")
    return board


def _check_helpers(helpers: tuple[Helper, ...]) -> None:
    if not helpers:
        raise ForbiddenError("no_helpers", "nobody is there to knock at the doors")
    if len(helpers) > MOST_HELPERS:
        raise ForbiddenError("too_many_helpers", f"{len(helpers)} helpers, one evacuation has {MOST_HELPERS} at most")


def _without(buildings: tuple[Building, ...], taken: set[str]) -> tuple[Building, ...]:
    if not taken:
        return buildings
    left = (replace(b, households=tuple(h for h in b.households if h.household_id not in taken)) for b in buildings)
    return tuple(building for building in left if building.households)


def _shares_without(shares: tuple[Share, ...], taken: set[str]) -> tuple[Share, ...]:
    if not taken:
        return shares
    return tuple(Share(s.helper_id, tuple(key for key in s.household_ids if key not in taken)) for s in shares)


def shows(evacuation: Evacuation, scope: Scope, subject: str = "") -> bool:
    """True if an account of this scope sees the evacuation, or its person helps in it."""
    return scope.covers(evacuation.code) or bool(subject and evacuation.has_helper(subject))
