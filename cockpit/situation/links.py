"""关联: which events were merged into which, and which have which parent; derived from their dockets."""

from cockpit.domain.docket import EMPTY
from cockpit.domain.event import Event


class Links:
    """Both directions of what a docket says in one. Costs nothing for events without acts."""

    def __init__(self) -> None:
        self._merged: dict[str, set[str]] = {}
        self._children: dict[str, set[str]] = {}
        self._of_event: dict[str, tuple[str, str]] = {}

    def put(self, event: Event) -> None:
        """Take over what a new or changed event is linked to."""
        docket = event.docket
        if docket is EMPTY and event.event_id not in self._of_event:
            return
        known, new = self._of_event.get(event.event_id), (docket.merged_into, docket.parent)
        if new == (known or ("", "")):
            return
        self.drop(event.event_id)
        self._of_event[event.event_id] = new
        for index, other_id in zip((self._merged, self._children), new, strict=True):
            if other_id:
                index.setdefault(other_id, set()).add(event.event_id)

    def drop(self, event_id: str) -> None:
        known = self._of_event.pop(event_id, ("", ""))
        for index, other_id in zip((self._merged, self._children), known, strict=True):
            if other_id:
                index[other_id].discard(event_id)
                if not index[other_id]:
                    del index[other_id]

    def linked(self) -> list[str]:
        """Every event that was merged or has a parent, and those that it was merged into or has as its parent."""
        return [*self._of_event, *self._merged, *self._children]

    def merged(self) -> list[str]:
        """Every event that was merged into another."""
        return [event_id for others in self._merged.values() for event_id in others]

    def merged_into(self, event_id: str) -> list[str]:
        """The events that were merged into this one."""
        return sorted(self._merged.get(event_id, ()))

    def children_of(self, event_id: str) -> list[str]:
        """The events that have this one as their parent."""
        return sorted(self._children.get(event_id, ()))
