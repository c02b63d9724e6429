"""来源运行: one feed by one way, for as long as the process lives: lost, back, never in anybody else's way.

A way brings raw messages (`Line.run`); the runner makes of them what the format says, takes that, and only then lets
the way say that it has them. One log line when the line is lost, one when it is back, whatever happens in between.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from tenacity import Retrying, retry_if_exception_type, stop_when_event_set, wait_random_exponential
from tenacity.nap import sleep_using_event

from cockpit.domain.scope import Scope
from cockpit.services.feeding.messages import Message
from cockpit.services.feeding.seam import Parsed, Raw, refused
from cockpit.services.feeding.taking import Taken, Taker
from cockpit.stream.connection import UNAVAILABLE

log = structlog.get_logger(__name__)

_LONGEST_WAIT_S = 30.0
_STREAM_AWAY_S = 1.0
#: a connection that held so long was one: what comes after it is waited for from the beginning
_MOMENT_S = 0.5


class LineLostError(Exception):
    """The way to the source is interrupted; the message says by what."""


class StoppedError(Exception):
    """The process ends; what was being taken is not acknowledged and comes again."""


#: says nothing about the message itself
_NOT_POISON: tuple[type[Exception], ...] = (StoppedError, *UNAVAILABLE)


class Sink(Protocol):
    """What a way hands its messages to."""

    def up(self) -> None:
        """The source answers."""

    def beat(self) -> None:
        """It still does, though there is nothing to say. May be called as often as one likes."""

    def take(self, raws: Sequence[Raw], shift: timedelta = timedelta()) -> Taken:
        """Returns when the stream has them; waits while it is away. Raises StoppedError when the process ends.

        `shift` moves the messages' own times: what is played happens now.
        """


class Line(Protocol):
    """One way to a source."""

    def run(self, sink: Sink, stop: threading.Event) -> None:
        """Bring messages until `stop` or until there are no more. Raises LineLostError."""


class FeedRunner:
    """Runs one feed and is its sink."""

    def __init__(
        self,
        line: Line,
        *,
        parse: Callable[[Raw], Parsed],
        taker: Taker,
        scope: Scope,
        period_s: float,
        set_aside: Callable[[Raw, str], None],
        record: Callable[[Raw], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line, self._parse, self._taker, self._scope = line, parse, taker, scope
        self._set_aside, self._record, self._monotonic = set_aside, record, monotonic
        self._beat_every_s = period_s / 2
        self._stop = threading.Event()
        self._beaten_s, self._is_up, self._told_lost = float("-inf"), False, False

    def run(self, stop: threading.Event) -> None:
        """Until `stop`, or until the line has no more to bring."""
        self._stop = stop
        while not stop.is_set():
            retrying = Retrying(
                retry=retry_if_exception_type(LineLostError),
                wait=wait_random_exponential(multiplier=_MOMENT_S, max=_LONGEST_WAIT_S),
                sleep=sleep_using_event(stop),
                stop=stop_when_event_set(stop),
                reraise=True,
            )
            with suppress(LineLostError, StoppedError):
                if retrying(self._run_once):
                    return
            stop.wait(_MOMENT_S)

    def _run_once(self) -> bool:
        """True when there is no more to bring; False when a line that was up is lost."""
        self._is_up = False
        try:
            self._line.run(self, self._stop)
        except LineLostError as lost:
            if not self._told_lost and not self._stop.is_set():
                log.warning("feed lost", feed=self._taker.name, error=str(lost))
                self._told_lost = True
            if not self._stop.is_set():
                self._taker.interrupted()
            if self._is_up:
                return False
            raise
        return True

    def up(self) -> None:
        self._is_up = True
        if self._told_lost:
            log.warning("feed is back", feed=self._taker.name)
            self._told_lost = False
        self.beat()

    def beat(self) -> None:
        now = self._monotonic()
        if now - self._beaten_s >= self._beat_every_s:
            self._beaten_s = now
            self._taker.beat()

    def take(self, raws: Sequence[Raw], shift: timedelta = timedelta()) -> Taken:
        parsed = [self._parsed(raw) for raw in raws]
        if shift:
            parsed = [_moved(one, shift) for one in parsed]
        self._beaten_s = self._monotonic()
        try:
            return self._taken(parsed)
        except _NOT_POISON:
            raise
        except Exception:
            if len(raws) > 1:
                return _summed(self._one_by_one(raw, one) for raw, one in zip(raws, parsed, strict=True))
            return self._one_by_one(raws[0], parsed[0])

    def _taken(self, parsed: Sequence[Parsed]) -> Taken:
        told = False
        while True:
            try:
                return self._taker.take(parsed, self._scope)
            except UNAVAILABLE as away:
                if not told:
                    log.warning("feed waits for the stream", feed=self._taker.name, error=str(away))
                    told = True
            if self._stop.wait(_STREAM_AWAY_S):
                raise StoppedError

    def _one_by_one(self, raw: Raw, parsed: Parsed) -> Taken:
        """One poisonous message must not cost the others."""
        try:
            return self._taken([parsed])
        except _NOT_POISON:
            raise
        except Exception as poison:
            log.exception("a message could not be taken", feed=self._taker.name)
            return self._dead(raw, f"{type(poison).__name__}: {poison}")

    def _parsed(self, raw: Raw) -> Parsed:
        if self._record is not None:
            self._record(raw)
        try:
            return self._parse(raw)
        except Exception as poison:  # a parse never raises; should one do so all the same, the others go on
            log.exception("a message could not be read at all", feed=self._taker.name)
            with suppress(*UNAVAILABLE):
                self._set_aside(raw, f"{type(poison).__name__}: {poison}")
            return refused("", "could not be read; it was set aside")

    def _dead(self, raw: Raw, why: str) -> Taken:
        with suppress(*UNAVAILABLE):
            self._set_aside(raw, why)
        return self._taken([refused("", "could not be taken; it was set aside")])


def _summed(many: Any) -> Taken:
    whole = Taken()
    for one in many:
        whole.accepted += one.accepted
        whole.duplicate += one.duplicate
        whole.flagged += one.flagged
        whole.ignored += one.ignored
        whole.rejected += one.rejected
    return whole


def _moved(parsed: Parsed, shift: timedelta) -> Parsed:
    return Parsed(
        tuple((index, _at(message, shift)) for index, message in parsed.items), parsed.refused, parsed.ignored
    )


def _at(message: Message, shift: timedelta) -> Message:
    times: dict[str, datetime] = {
        name: value + shift
        for name in ("at", "reported_at", "due_at")
        if isinstance(value := getattr(message, name, None), datetime)
    }
    return message.model_copy(update=times)
