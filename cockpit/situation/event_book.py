"""事件册: the events of a situation by id. Those that have ended lie packed; whoever asks sees no difference."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast, overload

from cockpit.domain.event import Event
from cockpit.situation.packed_event import outlined, packed, report_of, unpacked

T = TypeVar("T")

#: an event, or the bytes of one that has ended
Held = Event | bytes


class EventsById(dict[str, Event]):
    """The events by id. Those of a past instant may lie in the database: ask for many at once.

    `[]`, `get`, `values`, `items` and `pick` give whole events; reading a packed one takes some twenty microseconds and
    keeps nothing. Whoever goes through all of them takes `whole` (nothing that is open is ever packed) or `held`.
    """

    def __getitem__(self, event_id: str, /) -> Event:
        held: Any = super().__getitem__(event_id)
        return unpacked(event_id, held) if type(held) is bytes else cast(Event, held)

    @overload
    def get(self, event_id: str, default: None = None, /) -> Event | None: ...
    @overload
    def get(self, event_id: str, default: Event, /) -> Event: ...
    @overload
    def get(self, event_id: str, default: T, /) -> Event | T: ...
    def get(self, event_id: str, default: Any = None, /) -> Any:
        held: Any = super().get(event_id, default)
        return held if type(held) is not bytes else unpacked(event_id, held)

    def values(self) -> Any:
        """Every event, one after the other."""
        return (event for _, event in self.items())

    def items(self) -> Any:
        """Every id and its event, one after the other."""
        return ((key, held if type(held) is not bytes else unpacked(key, held)) for key, held in self.held())

    def held(self) -> Iterable[tuple[str, Held]]:
        """Every id with its event, or with the bytes of one that has ended; what is put meanwhile is not in it."""
        return cast("list[tuple[str, Held]]", list(super().items()))

    def held_of(self, event_id: str) -> Held:
        """The event, or its bytes; KeyError if it is not here."""
        return cast(Held, super().__getitem__(event_id))

    def whole(self) -> list[Event]:
        """The events that are not packed: everything that is open, and some that have ended."""
        return [held for _, held in self.held() if isinstance(held, Event)]

    def pick(self, event_ids: Iterable[str]) -> "PickedEvents":
        """The events of these ids, in their order."""
        ids = list(event_ids)
        return PickedEvents(ids, [super(EventsById, self).__getitem__(event_id) for event_id in ids])

    def has(self, event: Event) -> bool:
        """True if this very event lies here whole."""
        held: Any = super().get(event.event_id)
        return held is event

    def hold(self, event_id: str, body: bytes) -> None:
        """Take over an event that was packed elsewhere."""
        super().__setitem__(event_id, cast(Any, body))

    def pack(self, event: Event, *, is_late: bool) -> None:
        """Keep this event as bytes from now on, if bytes can hold it. `is_late`: it was handled after its deadline."""
        body = packed(event, is_late=is_late)
        if body is not None:
            self.hold(event.event_id, body)

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) or (
            isinstance(other, EventsById)
            and self.keys() == other.keys()
            and all(other[k] == e for k, e in self.items())
        )


class PickedEvents(Sequence[Event]):
    """Some events in an order. They were all there when they were picked, and are unpacked when they are looked at."""

    def __init__(self, ids: Sequence[str], held: Sequence[Held]) -> None:
        self._ids, self._held = ids, held

    def __len__(self) -> int:
        return len(self._held)

    @overload
    def __getitem__(self, place: int, /) -> Event: ...
    @overload
    def __getitem__(self, place: slice, /) -> "PickedEvents": ...
    def __getitem__(self, place: int | slice, /) -> "Event | PickedEvents":
        if isinstance(place, slice):
            return PickedEvents(self._ids[place], self._held[place])
        held = self._held[place]
        return unpacked(self._ids[place], held) if isinstance(held, bytes) else held

    def chosen(self, places: Iterable[int]) -> "PickedEvents":
        """Those at these places."""
        wanted = list(places)
        return PickedEvents([self._ids[i] for i in wanted], [self._held[i] for i in wanted])

    def glances(self) -> Iterator[Event]:
        """Every event with its report and stage alone where it is packed: for filters that ask for nothing else."""
        for event_id, held in zip(self._ids, self._held, strict=True):
            yield glance(event_id, held) if isinstance(held, bytes) else held


def glance(event_id: str, body: bytes) -> Event:
    """A packed event without steps, acts and what follows from them; four times as quick as the whole."""
    outline = outlined(body)
    return Event(report=report_of(event_id, outline), stage=outline.stage, level=outline.level, unit=outline.unit)
