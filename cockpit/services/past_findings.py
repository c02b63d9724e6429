"""往日发现: judged findings that have left the fold, read from the records of events piece by piece."""

from collections.abc import Container, Iterator
from datetime import datetime

from cockpit.domain.event import Event
from cockpit.domain.finding import FINDERS, finding_of
from cockpit.domain.scope import Scope
from cockpit.services.recording import event_of_record
from cockpit.store.event_records import EventRecords
from cockpit.stream.lane import millis_of


class PastFindings:
    """Findings of a span of time. Nothing is kept: an export is asked for seldom and may be long."""

    def __init__(self, records: EventRecords) -> None:
        self._records = records

    def within(self, scope: Scope, since: datetime, until: datetime, *, known: Container[str]) -> Iterator[Event]:
        """Findings that may have been judged in the span, without those that are `known` already."""
        sources = sorted(source.value for source in FINDERS)
        records = self._records.list_of_sources(
            sources, span=scope.span, since_ms=millis_of(since), until_ms=millis_of(until)
        )
        for record in records:
            if record.event_id in known:
                continue
            event = event_of_record(record)
            if event is not None and finding_of(event.report) is not None:
                yield event
