"""四级联动: how often events were handed down and up between neighbouring levels, by local day and community."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cockpit.domain.event import Event
from cockpit.domain.level import Level
from cockpit.domain.scope import Scope, community_of
from cockpit.domain.step import Step

_DEPTH = {level: level.depth for level in Level}

#: (upper level's depth, whether downwards): city→county is (0, True), street→county (1, False)
Border = tuple[int, bool]
#: (community or the shorter code known, local day, border) of each hand-over of an event
Moves = tuple[tuple[str, str, Border], ...]

#: events of one community and day are handed on in few ways: equal moves are kept once, at most so many
_SHARED = 50_000
_QUARTER_S = 900


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over of an event, as it is listed: the step that made it, and between which levels."""

    event: Event
    step: Step
    from_level: Level

    @property
    def to_level(self) -> Level:
        return self.step.level or self.event.level

    @property
    def is_down(self) -> bool:
        return _DEPTH[self.to_level] > _DEPTH[self.from_level]


def handovers_of(event: Event) -> Iterator[tuple[Handover, Border]]:
    """Every border that the event crossed, in its order: a hand-over from county to community crosses two."""
    level = event.first_level
    for step in event.effective_steps:
        if step.level is None or step.level is level:
            continue
        move, before, after = Handover(event, step, level), _DEPTH[level], _DEPTH[step.level]
        for border in range(min(before, after), max(before, after)):
            yield move, (border, after > before)
        level = step.level


class Handovers:
    """Counts that follow the events as they change; a derived thing, like the columns."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._counts: Counter[tuple[str, str, Border]] = Counter()
        self._of_event: dict[str, Moves] = {}
        self._shared: dict[Moves, Moves] = {}
        #: the local day of a quarter of an hour: no zone is shifted by less
        self._days: dict[int, str] = {}

    def put(self, event: Event) -> None:
        """Count a new or changed event's hand-overs instead of those it had before."""
        moves = self._moves(event)
        known = self._of_event.get(event.event_id, ())
        if moves != known:
            self.drop(event.event_id)
            self.take(event.event_id, moves)

    def take(self, event_id: str, moves: Moves) -> None:
        """Count these hand-overs of an event that has none yet."""
        if moves:
            if len(self._shared) >= _SHARED:
                self._shared.clear()
            self._of_event[event_id] = self._shared.setdefault(moves, moves)
            self._counts.update(moves)

    def by_event(self) -> dict[str, Moves]:
        """The hand-overs of each event that had any, for reading while this goes on."""
        return dict(self._of_event)

    def drop(self, event_id: str) -> None:
        for move in self._of_event.pop(event_id, ()):
            self._counts[move] -= 1
            if not self._counts[move]:
                del self._counts[move]

    def on(self, day: str, scope: Scope) -> Counter[Border]:
        """Hand-overs within `scope` on a local day (ISO date), by border."""
        found: Counter[Border] = Counter()
        for (code, at, border), n in self._counts.items():
            if at == day and scope.covers(code):
                found[border] += n
        return found

    def _day_of(self, at: datetime) -> str:
        quarter = int(at.timestamp() // _QUARTER_S)
        day = self._days.get(quarter)
        if day is None:
            if len(self._days) >= _SHARED:
                self._days.clear()
            day = self._days[quarter] = at.astimezone(self._zone).date().isoformat()
        return day

    def _moves(self, event: Event) -> Moves:
        """One for each border that is crossed, so a hand-over from county to community counts at two."""
        code = community_of(event.report.place.code) or event.report.place.code
        return tuple((code, self._day_of(move.step.at), border) for move, border in handovers_of(event))
