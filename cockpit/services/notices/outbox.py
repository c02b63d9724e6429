"""发件箱: turns facts into rows to send, in the transaction that archives them: one a fact and channel, for ever."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from cockpit.catalogue import Texts
from cockpit.domain.fact import Fact
from cockpit.domain.notice import Notice, notices_of
from cockpit.services.notices.channels import Channel
from cockpit.store.notices import NewNotice, Notices

#: what is archived later than this (a journal put back, an archiver that was away for hours) is no news any more
NEWS_FOR = timedelta(hours=1)


class Outbox:
    """Writes beside the journal; `name_of` says a division's code in words."""

    def __init__(
        self,
        table: Notices,
        channels: Sequence[Channel],
        *,
        words: Texts,
        name_of: Callable[[str], str] = lambda code: code,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._table, self._channels, self._words = table, channels, words
        self._name_of, self._clock = name_of, clock

    def note(self, connection: Connection, facts: Iterable[Fact]) -> None:
        """Put down what these facts mean for every channel; what is down already stays as it is."""
        if not self._channels:
            return
        now = self._clock()
        rows = []
        for fact in facts:
            for n, notice in enumerate(notices_of(fact) if now - fact.received_at <= NEWS_FOR else ()):
                # a plan tells several units by one fact
                told_by = f"{fact.fact_id}#{n}" if n else fact.fact_id
                rows += [self._row(told_by, notice, c, now) for c in self._channels if c.takes(notice)]
        self._table.put(connection, rows)

    def _row(self, told_by: str, notice: Notice, channel: Channel, now: datetime) -> NewNotice:
        told = notice.values | notice.values_en if self._words.lang == "en" else notice.values
        values = {**told, "place": self._name_of(notice.code), "event_id": notice.event_id}
        return NewNotice(
            fact_id=told_by,
            channel=channel.name,
            kind=notice.kind,
            code=notice.code,
            event_id=notice.event_id,
            title=self._words.format(f"notice.{notice.kind}.title", **values).strip(),
            body=self._words.format(f"notice.{notice.kind}.body", **values).strip(),
            created_at=now,
        )
