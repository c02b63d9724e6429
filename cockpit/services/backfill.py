"""补录: records of events that were journalled before there were records; once, by the first archiver that starts."""

import structlog
from sqlalchemy import Engine

from cockpit.domain.facts import EventReported
from cockpit.services.recording import Recorder
from cockpit.store.database import writing
from cockpit.store.event_records import EventRecords
from cockpit.store.journal import Journal
from cockpit.stream.codec import UnreadableEntryError, decode_fact

log = structlog.get_logger(__name__)

_FACTS_A_PAGE = 2_000


def backfill(journal: Journal, recorder: Recorder, engine: Engine) -> int:
    """Fold the whole journal into records if its newest event has none; how many facts that were.

    The archiver writes both together, so one record that is missing means that all before it are. A run that was killed
    begins again: the newest event comes last.
    """
    newest = journal.find_newest(EventReported.__name__)
    if newest is None:
        return 0
    fact = decode_fact(newest.type, newest.body.encode())
    if not isinstance(fact, EventReported) or EventRecords(engine).find(fact.report.event_id):
        return 0
    log.warning("events of the journal get their records; this is done once")
    after, done = "0", 0
    while page := journal.read(after, None, _FACTS_A_PAGE):
        facts = []
        for entry in page:
            try:
                facts.append(decode_fact(entry.type, entry.body.encode()))
            except UnreadableEntryError as unreadable:
                log.error("fact in the journal cannot be read", fact_id=entry.fact_id, reason=str(unreadable))
        with writing(engine).begin() as connection:
            recorder.note(connection, facts)
        after, done = page[-1].position, done + len(page)
    log.warning("events of the journal have their records", facts=done)
    return done
