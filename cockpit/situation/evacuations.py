"""疏散看板: folds taps into one counter that is never wrong, whatever order and however often they come.

Each household has exactly one state. A tap changes the state of its household and the two counts that follow from it,
so the counts sum to the households after every tap. What several phones said about one door is all kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from cockpit.domain.evacuation import DONE_STATES, Building, Evacuation, Household, HouseholdState, Share, Tap, tap_key
from cockpit.domain.evacuation_facts import (
    DoorsSplit,
    DoorsTaken,
    EvacuationEnded,
    EvacuationStarted,
    HelpersChanged,
    HouseholdTapped,
)


class Door(NamedTuple):
    """A household and the building that it is in."""

    household: Household
    building: Building


class BoardRecord(NamedTuple):
    """What a checkpoint keeps of a board; the rest follows from it."""

    evacuation: Evacuation
    taps: tuple[Tap, ...]


@dataclass(slots=True, eq=False)
class Board:
    """One evacuation and every tap in the server's order."""

    evacuation: Evacuation
    taps: list[Tap] = field(default_factory=list)
    #: the newest tap of each household that has one
    newest: dict[str, Tap] = field(default_factory=dict)
    #: since when a household that is done has been so
    done_at: dict[str, datetime] = field(default_factory=dict)
    #: households whose newest tap contradicts what another person had said: somebody should look again
    disputed: dict[str, None] = field(default_factory=dict)
    counts: Counter[HouseholdState] = field(init=False)
    doors: Mapping[str, Door] = field(init=False)
    _known: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        buildings = self.evacuation.buildings
        self.doors = {h.household_id: Door(h, building) for building in buildings for h in building.households}
        self.counts = Counter({HouseholdState.NOT_REACHED: len(self.doors)})

    def knows(self, tap: Tap) -> bool:
        """True for a tap that was counted, or is about no household of this evacuation."""
        return tap_key(tap) in self._known or tap.household_id not in self.doors

    def take(self, tap: Tap) -> bool:
        """Count a tap; False if it is known already."""
        if self.knows(tap):
            return False
        self._known.add(tap_key(tap))
        self.taps.append(tap)
        before, household_id = self.newest.get(tap.household_id), tap.household_id
        self.counts[self.state_of(household_id)] -= 1
        self.counts[tap.state] += 1
        self.newest[household_id] = tap
        if tap.state in DONE_STATES:
            self.done_at.setdefault(household_id, tap.at)
        else:
            self.done_at.pop(household_id, None)
        if before is not None and _contradicts(before, tap):
            self.disputed[household_id] = None
        else:
            self.disputed.pop(household_id, None)
        return True

    def state_of(self, household_id: str) -> HouseholdState:
        """How it stands at a door of this evacuation."""
        tap = self.newest.get(household_id)
        return HouseholdState.NOT_REACHED if tap is None else tap.state

    def count_of(self, state: HouseholdState) -> int:
        return self.counts[state]

    @property
    def done(self) -> int:
        """Households at which nothing is left to do."""
        return len(self.done_at)

    @property
    def to_carry(self) -> list[Door]:
        """Households that are not out and cannot walk: told by the address base or by a person at the door."""
        return [door for key, door in self.doors.items() if self._must_carry(key, door)]

    def _must_carry(self, household_id: str, door: Door) -> bool:
        state = self.state_of(household_id)
        return state not in DONE_STATES and (door.household.needs_help or state is HouseholdState.NEEDS_HELP)

    def record(self) -> BoardRecord:
        return BoardRecord(self.evacuation, tuple(self.taps))

    def copy(self) -> "Board":
        """For reading while this one goes on."""
        copy = Board.__new__(Board)
        copy.evacuation, copy.doors = self.evacuation, self.doors
        copy.taps, copy.newest, copy.done_at = list(self.taps), dict(self.newest), dict(self.done_at)
        copy.disputed, copy.counts, copy._known = dict(self.disputed), Counter(self.counts), set(self._known)
        return copy


class Boards(dict[str, Board]):
    """The boards by evacuation; each says for which households it runs.

    `turn` counts how often doors were given to anybody, in any evacuation.
    """

    def __init__(self, boards: Mapping[str, Board] | Iterable[tuple[str, Board]] = (), *, turn: int = 0) -> None:
        super().__init__(boards)
        self.turn = turn

    def running_of(self, household_ids: Iterable[str], *, but: str = "") -> set[str]:
        """Those of the households that a running evacuation (other than `but`) has already."""
        running = [board.doors for key, board in self.items() if board.evacuation.is_running and key != but]
        return {key for key in household_ids if any(key in doors for doors in running)}

    def copy(self) -> "Boards":
        return Boards({key: board.copy() for key, board in self.items()}, turn=self.turn)


def board_of(record: BoardRecord) -> Board:
    """The board that a checkpoint kept."""
    board = Board(record.evacuation)
    for tap in record.taps:
        board.take(tap)
    return board


def _contradicts(before: Tap, tap: Tap) -> bool:
    """True if a door that was done is open again by another's word, or the other phone may have said it earlier."""
    if before.subject == tap.subject or before.state is tap.state:
        return False
    if before.state in DONE_STATES:
        return True
    return before.said_at is not None and tap.said_at is not None and tap.said_at < before.said_at


# -- the fold: each tells the ids of the evacuations that it touched ---------------------------------------------


def evacuation_started(boards: Boards, fact: EvacuationStarted) -> Iterable[str]:
    if fact.evacuation_id in boards:
        return
    boards[fact.evacuation_id] = Board(
        Evacuation(
            evacuation_id=fact.evacuation_id,
            event_id=fact.event_id,
            code=fact.code,
            started_at=fact.at,
            by=fact.by,
            outline=fact.outline,
            buildings=fact.buildings,
            helpers=fact.helpers,
            shares=fact.shares,
            left_out=fact.left_out,
        )
    )
    yield fact.evacuation_id


def doors_taken(boards: Boards, fact: DoorsTaken) -> Iterable[str]:
    boards.turn = max(boards.turn, fact.turn + 1)
    return ()


def doors_split(boards: Boards, fact: DoorsSplit) -> Iterable[str]:
    """Each door that is still its giver's becomes its taker's last one."""
    board = boards.get(fact.evacuation_id)
    if board is None or any(move.command_id == fact.command_id for move in board.evacuation.moves):
        return
    doors = {share.helper_id: dict.fromkeys(share.household_ids) for share in board.evacuation.shares}
    for move in fact.moves:
        mine = doors.get(move.from_id, {})
        for household_id in move.household_ids:
            if household_id in mine and move.to_id in doors:
                del mine[household_id]
                doors[move.to_id][household_id] = None
    board.evacuation = replace(
        _changed(board.evacuation, fact),
        shares=tuple(Share(helper_id, tuple(keys)) for helper_id, keys in doors.items()),
        moves=(*board.evacuation.moves, *fact.moves),
    )
    yield fact.evacuation_id


def household_tapped(boards: Boards, fact: HouseholdTapped) -> Iterable[str]:
    board = boards.get(fact.evacuation_id)
    if board is not None and board.take(fact.tap):
        yield fact.evacuation_id


def helpers_changed(boards: Boards, fact: HelpersChanged) -> Iterable[str]:
    board = boards.get(fact.evacuation_id)
    if board is not None and (board.evacuation.helpers, board.evacuation.shares) != (fact.helpers, fact.shares):
        board.evacuation = replace(_changed(board.evacuation, fact), helpers=fact.helpers, shares=fact.shares)
        yield fact.evacuation_id


def _changed(evacuation: Evacuation, fact: HelpersChanged | DoorsSplit) -> Evacuation:
    return replace(evacuation, version=evacuation.version + 1, changed_by=fact.by, changed_at=fact.at)


def evacuation_ended(boards: Boards, fact: EvacuationEnded) -> Iterable[str]:
    board = boards.get(fact.evacuation_id)
    if board is not None and board.evacuation.is_running:
        board.evacuation = replace(board.evacuation, ended_at=fact.at)
        yield fact.evacuation_id


def forget_ended(boards: Boards, before: datetime) -> Iterable[str]:
    """A new day: what ended before leaves the fold; the journal keeps it."""
    for key in [k for k, b in boards.items() if b.evacuation.ended_at is not None and b.evacuation.ended_at < before]:
        del boards[key]
        yield key


def share_of(board: Board, helper_id: str) -> Share | None:
    """What one helper looks after; None for somebody who does not help."""
    return next((share for share in board.evacuation.shares if share.helper_id == helper_id), None)


#: one letter a state, so that a board of hundreds of doors travels in a line
_LETTERS: dict[HouseholdState, str] = {
    HouseholdState.NOT_REACHED: "-",
    HouseholdState.TOLD: "t",
    HouseholdState.MOVED: "m",
    HouseholdState.NEEDS_HELP: "h",
    HouseholdState.NOBODY_HOME: "n",
    HouseholdState.REFUSED: "r",
}


def evacuation_row(board: Board) -> list[Any]:
    """`[event_id, started_ms, ended_ms, {state: n}, people, buildings, helpers, last_tap_ms]`.

    A building is `[code, name, lon, lat, "m-tn…"]` with one letter for each household in the order of its doors: `-`
    not reached, `t` told, `m` moved, `h` needs help, `n` nobody home, `r` refused. Times in ms since 1970.
    """
    evacuation, newest = board.evacuation, board.newest
    unknown = _LETTERS[HouseholdState.NOT_REACHED]

    def letters(building: Building) -> str:
        taps = (newest.get(h.household_id) for h in building.households)
        return "".join(unknown if tap is None else _LETTERS[tap.state] for tap in taps)

    return [
        evacuation.event_id,
        round(evacuation.started_at.timestamp() * 1000),
        None if evacuation.ended_at is None else round(evacuation.ended_at.timestamp() * 1000),
        {state.value: board.counts[state] for state in HouseholdState},
        sum(door.household.people for door in board.doors.values()),
        [[b.building_code, b.name, round(b.lon, 6), round(b.lat, 6), letters(b)] for b in evacuation.buildings],
        len(evacuation.helpers),
        round(board.taps[-1].at.timestamp() * 1000) if board.taps else None,
    ]
