"""受理: what a feed's messages become: facts and fixes through intake, readings for the rules; all of it counted.

Nothing is told to be taken before the stream has it. Every raw message is accounted for: accepted, duplicate, refused
with a reason, or knowingly ignored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from cockpit.domain.scope import Scope
from cockpit.domain.source import POSITIONS_FEED, Source
from cockpit.services.feeding.batch import Batch
from cockpit.services.feeding.expiry import note_expiries
from cockpit.services.feeding.levels import AlarmLevels
from cockpit.services.feeding.messages import (
    AlarmLevelsMessage,
    AlarmMessage,
    EventMessage,
    Message,
    PositionMessage,
    ReadingMessage,
    TransitionMessage,
)
from cockpit.services.feeding.seam import Parsed
from cockpit.services.feeding.terms import alarms_of, fixes_of, reports_of, steps_of
from cockpit.services.intake import Intake, Outcome, Refused
from cockpit.stream.expiries import Expiries

_Items = list[tuple[int, Message]]

#: lags of so many messages of one batch are looked at; more would tell nothing new
_LAGS_A_BATCH = 64


class Meter(Protocol):
    """Counts what a feed brings."""

    def count(
        self,
        feed: str,
        received_ms: int,
        *,
        accepted: int = 0,
        flagged: int = 0,
        rejected: int = 0,
        duplicate: int = 0,
        event_ms: int = 0,
        lags_ms: Sequence[int] = (),
        reasons: Iterable[str] = (),
    ) -> None: ...
    def interrupted(self, feed: str, since_ms: int) -> None: ...


class TakeReadings(Protocol):
    """Where readings go."""

    def __call__(self, batch: Batch[ReadingMessage], /) -> Outcome: ...


@dataclass(slots=True)
class Taken:
    """What became of some raw messages. `rejected` keeps the index of the item within its own raw message."""

    accepted: int = 0
    duplicate: int = 0
    flagged: int = 0
    ignored: int = 0
    rejected: list[Refused] = field(default_factory=list)

    @property
    def accounted(self) -> int:
        """Every item of every message, whatever became of it."""
        return self.accepted + self.duplicate + self.ignored + len(self.rejected)


class Taker:
    """Takes what one feed brings. Safe from any thread when its parts are; raises what the stream raises."""

    def __init__(
        self,
        name: str,
        *,
        intake: Intake,
        meter: Meter,
        clock: Callable[[], datetime],
        take_readings: TakeReadings,
        levels: AlarmLevels | None = None,
        expiries: Expiries | None = None,
        sources: Sequence[str] = (),
    ) -> None:
        """`sources`: what depends on this feed; it lives as long as the feed does, however quiet that is."""
        self._sources = tuple(source for source in sources if source != name)
        self.name = name
        self._intake, self._meter, self._clock = intake, meter, clock
        self._take_readings, self._levels, self._expiries = take_readings, levels or AlarmLevels(), expiries
        self._interrupted_ms = 0

    def take(self, parsed: Sequence[Parsed], scope: Scope) -> Taken:
        """All messages of all raw ones, one append a kind."""
        taken = Taken(
            ignored=sum(len(p.ignored) for p in parsed), rejected=[refused for p in parsed for refused in p.refused]
        )
        items = [item for p in parsed for item in p.items]
        sources: Counter[str] = Counter()
        for outcome, of in self._takes(items, scope):
            taken.accepted += outcome.accepted
            taken.duplicate += outcome.duplicate
            taken.flagged += outcome.flagged
            taken.rejected += [Refused(of[r.index][0], r.field, r.error) for r in outcome.rejected]
            # which source's messages the duplicates were is not followed up: the most frequent one's
            sources[Counter(_source_of(message) for _, message in of).most_common(1)[0][0]] += outcome.accepted
        self._count(taken, [message for _, message in items], sources)
        return taken

    def refuse(self, name: str, why: str) -> None:
        """One raw message that was refused before it was read."""
        reason = f"{name}: {why}" if name else why
        self._meter.count(self.name, _ms(self._clock()), rejected=1, reasons=[reason])

    def beat(self) -> None:
        """The feed lives, though it has nothing to say."""
        self._interrupted_ms = 0
        for name in (self.name, *self._sources):
            self._meter.count(name, _ms(self._clock()))

    def interrupted(self) -> None:
        """The way to the source is broken since this was first said, until the next `beat` or `take`."""
        self._interrupted_ms = self._interrupted_ms or _ms(self._clock())
        self._meter.interrupted(self.name, self._interrupted_ms)

    def _takes(self, items: _Items, scope: Scope) -> Iterator[tuple[Outcome, _Items]]:
        """Each kind's outcome, and its items: refusals name them by their place there."""
        by_kind: dict[type[Message], _Items] = {}
        for item in items:
            by_kind.setdefault(type(item[1]), []).append(item)
        ways: list[tuple[type[Message], Callable[[Batch[Any]], Outcome]]] = [
            (EventMessage, lambda batch: self._intake.take_reports(reports_of(batch), scope)),
            (TransitionMessage, lambda batch: self._intake.take_steps(steps_of(batch), scope)),
            (PositionMessage, lambda batch: self._intake.take_fixes(fixes_of(batch), scope)),
            (AlarmMessage, lambda batch: self._intake.take_alarms(alarms_of(batch), scope)),
            (ReadingMessage, lambda batch: self._take_readings(batch)),
        ]
        with self._levels.turned([message for _, message in by_kind.get(AlarmLevelsMessage, ())]) as turned:
            if turned:
                by_kind.setdefault(AlarmMessage, []).extend((0, message) for message in turned)
            for kind, take in ways:
                if of := by_kind.get(kind):
                    batch: Batch[Any] = Batch([message for _, message in of], list(range(len(of))))
                    outcome = take(batch)
                    outcome.rejected += batch.rejected
                    if kind is AlarmMessage and self._expiries is not None:
                        note_expiries(batch.items, self._expiries)
                    yield outcome, of

    def _count(self, taken: Taken, messages: list[Message], sources: Mapping[str, int]) -> None:
        self._interrupted_ms = 0
        received_ms = _ms(self._clock())
        at_ms = [_ms(at) for m in messages[-_LAGS_A_BATCH:] if (at := _at_of(m)) is not None]
        self._meter.count(
            self.name,
            received_ms,
            accepted=taken.accepted,
            flagged=taken.flagged,
            rejected=len(taken.rejected),
            duplicate=taken.duplicate,
            event_ms=max((at for at in at_ms if at <= received_ms), default=0),
            lags_ms=[received_ms - at for at in at_ms],
            reasons=[f"{r.field}: {r.error}" if r.field else r.error for r in taken.rejected],
        )
        # what depends on this kind of messages is as fresh as the freshest feed that brings them
        for source, accepted in sources.items():
            if source != self.name:
                self._meter.count(source, received_ms, accepted=accepted)


def _source_of(message: Message) -> str:
    if isinstance(message, PositionMessage):
        return POSITIONS_FEED
    if isinstance(message, EventMessage | TransitionMessage):
        return message.source.value
    return Source.IOT.value


def _at_of(message: Message) -> datetime | None:
    return message.reported_at if isinstance(message, EventMessage) else getattr(message, "at", None)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
