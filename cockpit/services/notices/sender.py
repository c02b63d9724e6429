"""发送: empties the outbox, each channel in a thread of its own, so that a slow service keeps no other waiting.

A row is `sending` in the database before the first byte goes out. What was `sending` when a sender died may have
arrived or not: it is told as `uncertain` and not sent again by itself. So nothing is sent twice knowingly.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from cockpit.services.notices.channels import Channel
from cockpit.store.database import UNAVAILABLE
from cockpit.store.notices import KeptNotice, Notices

log = structlog.get_logger(__name__)

#: after so many tries a notice has failed: somebody has to look at the channel
MOST_TRIES = 8
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 300.0
#: longer than any service is waited for: who has been sending for so long is dead
DEAD_AFTER = timedelta(minutes=5)
_EVERY_S = 1.0
_END_WITHIN_S = 5.0


class Delivery(StrEnum):
    """What became of one try."""

    SENT = "sent"
    #: refused, or nobody there: it has certainly not arrived
    FAILED = "failed"
    #: no answer came: it may have arrived
    UNCERTAIN = "uncertain"


class Deliver(Protocol):
    """One try to bring a notice to a channel's address (`services.notices.apprised`)."""

    def __call__(self, url: str, title: str, body: str) -> tuple[Delivery, str]:
        """What became of it, and why in the service's words."""


def pause_of(tries: int) -> timedelta:
    """How long is waited after so many tries in vain."""
    return timedelta(seconds=min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (tries - 1)))


class Sender:
    """Sends for one process; `name` tells its rows from those of others."""

    def __init__(
        self,
        table: Notices,
        channels: Sequence[Channel],
        *,
        deliver: Deliver,
        name: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._table, self._channels, self._deliver, self._name, self._clock = table, channels, deliver, name, clock

    def run(self, stop: threading.Event) -> None:
        """Send until `stop`. The same name was here before: what it left `sending` is uncertain."""
        self._tidy(own=True)
        threads = [
            threading.Thread(target=self._keep_sending, args=(channel, stop), name=f"notices-{n}", daemon=True)
            for n, channel in enumerate(self._channels)
        ]
        for thread in threads:
            thread.start()
        while not stop.wait(30.0):
            self._tidy(own=False)
        for thread in threads:
            # what is under way may still end well; what does not is told as uncertain when we are back
            thread.join(_END_WITHIN_S)

    def _keep_sending(self, channel: Channel, stop: threading.Event) -> None:
        told = False
        while not stop.is_set():
            try:
                if self.send_next(channel):
                    continue
                told = False
            except UNAVAILABLE as away:
                if not told:
                    log.warning("notices wait for the database", channel=channel.name, error=type(away).__name__)
                    told = True
            stop.wait(_EVERY_S)

    def send_next(self, channel: Channel) -> bool:
        """Try the oldest notice of a channel that is due; False if there is none."""
        notice = self._table.claim(channel.name, self._name, self._clock())
        if notice is None:
            return False
        delivery, why = self._deliver(channel.url, notice.title, notice.body)
        self._settle(notice, delivery, why.replace(channel.url, "…"))
        return True

    def _settle(self, notice: KeptNotice, delivery: Delivery, why: str) -> None:
        now = self._clock()
        match delivery:
            case Delivery.SENT:
                self._table.sent(notice.id, now)
            case Delivery.UNCERTAIN:
                self._table.uncertain(notice.id, why)
                log.warning("a notice may have arrived or not", notice=notice.id, channel=notice.channel, why=why)
            case Delivery.FAILED if notice.tries >= MOST_TRIES:
                self._table.failed(notice.id, why)
                log.error("a notice could not be sent", notice=notice.id, channel=notice.channel, why=why)
            case Delivery.FAILED:
                self._table.later(notice.id, now + pause_of(notice.tries), why)

    def _tidy(self, *, own: bool) -> None:
        """Tell what the dead left; never fails, it comes again."""
        try:
            n = self._table.give_up_on(before=self._clock() - DEAD_AFTER, sender=self._name if own else "")
        except UNAVAILABLE:
            return
        if n:
            log.warning("notices whose sender died are uncertain", notices=n)
