"""四级联动: how often events were handed down and up between neighbouring levels, by local day and community."""

from collections import Counter
from datetime import tzinfo

from cockpit.domain.event import Event
from cockpit.domain.level import Level
from cockpit.domain.scope import Scope, community_of

_DEPTH = {level: level.depth for level in Level}

#: (upper level's depth, whether downwards): city→county is (0, True), street→county (1, False)
Border = tuple[int, bool]


class Handovers:
    """Counts that follow the events as they change; a derived thing, like the columns."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._counts: Counter[tuple[str, str, Border]] = Counter()
        self._of_event: dict[str, tuple[tuple[str, str, Border], ...]] = {}

    def put(self, event: Event) -> None:
        """Count a new or changed event's hand-overs instead of those it had before."""
        self.drop(event.event_id)
        moves = self._moves(event)
        if moves:
            self._of_event[event.event_id] = moves
            self._counts.update(moves)

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

    def _moves(self, event: Event) -> tuple[tuple[str, str, Border], ...]:
        """One for each border that is crossed, so a hand-over from county to community counts at two."""
        code = community_of(event.report.place.code) or event.report.place.code
        depth = _DEPTH[event.first_level]
        moves: list[tuple[str, str, Border]] = []
        for step in event.effective_steps:
            if step.level is None:
                continue
            to = _DEPTH[step.level]
            if to != depth:
                day = step.at.astimezone(self._zone).date().isoformat()
                moves += [(code, day, (border, to > depth)) for border in range(min(depth, to), max(depth, to))]
                depth = to
        return tuple(moves)
