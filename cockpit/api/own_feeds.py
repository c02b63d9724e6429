"""本人上报: what gridworkers may post to feeds with their own session: reports, and on duty their own position."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from cockpit.api.asked import Fold
from cockpit.api.batches import Batch
from cockpit.api.identity import Principal
from cockpit.api.messages import EventMessage, Message, PositionMessage
from cockpit.api.own import masked, subject_of
from cockpit.domain.source import Source
from cockpit.services.city import City
from cockpit.services.intake import Refused
from cockpit.store.accounts import Role

M = TypeVar("M", bound=Message)
_KIND = "gridworker"


class OwnFeeds:
    """Keeps of a gridworker's batch what is theirs to say; batches of all others stay as they are."""

    def __init__(self, fold: Fold, *, city: City, clock: Callable[[], datetime]) -> None:
        self._fold, self._city, self._clock = fold, city, clock

    def events(self, batch: Batch[EventMessage], asking: Principal) -> Batch[EventMessage]:
        """Reports as source `gridworker`; who reported is what the session says, whatever the message does."""
        if asking.role is not Role.GRIDWORKER:
            return batch
        entry = self._city.roster.get(subject_of(asking))
        reporter = masked(entry.name) if entry else asking.name

        def judged(message: EventMessage) -> EventMessage | tuple[str, str]:
            if message.source is not Source.GRIDWORKER:
                return "source", "a gridworker reports as gridworker"
            return message.model_copy(update={"reporter": reporter})

        return _picked(batch, judged)

    def positions(self, batch: Batch[PositionMessage], asking: Principal) -> Batch[PositionMessage]:
        """Only one's own, and only on duty: off duty nobody is followed, also not by a phone that forgot to stop."""
        if asking.role is not Role.GRIDWORKER:
            return batch
        own, now = subject_of(asking), self._clock()
        with self._fold.lock:
            mark = self._fold.situation.attendance.get(own)
        on_duty = mark is not None and bool(mark.is_on_duty(now))

        def judged(message: PositionMessage) -> PositionMessage | tuple[str, str]:
            if message.subject_id != own:
                return "subject_id", "a gridworker reports only their own position"
            if not on_duty:
                return "at", "positions are taken only on duty (POST attendance)"
            return message.model_copy(update={"kind": _KIND})

        return _picked(batch, judged)


def _picked(batch: Batch[M], judged: Callable[[M], M | tuple[str, str]]) -> Batch[M]:
    picked: Batch[M] = Batch([], [], list(batch.rejected), list(batch.rejected_sources))
    for index, message in zip(batch.indices, batch.items, strict=True):
        told = judged(message)
        if isinstance(told, tuple):
            picked.rejected.append(Refused(index, *told))
            picked.rejected_sources.append("")
        else:
            picked.items.append(told)
            picked.indices.append(index)
    return picked
