"""主体的数字: joins the columns of each subject, and says why a question about one has no answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cockpit.domain.division_change import DivisionChanges
from cockpit.domain.scope import Scope
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.force import ForceRows
from cockpit.services.subjects.handovers import HandoverRows
from cockpit.services.subjects.records import RecordRows
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.services.subjects.walked import WalkedRows
from cockpit.situation.indicator import Subject
from cockpit.situation.period import Filters, Period
from cockpit.situation.why import Why

#: (period, as known at, the same or None for now) → the columns of a subject, of the whole city
Telling = Callable[[Period, datetime, datetime | None], SubjectRows]
#: a page that reads itself anew asks for the same instants for so long
_CLOCK_MINUTES = 5
#: told of any period, by one set of columns
OF_A_PERIOD = (Subject.ALARMS, Subject.WALKED_GRIDS)
#: told of the end of a period, whichever it is: each of them has rows of its own
OF_AN_END = (Subject.RECORDS, Subject.GRIDWORKERS, Subject.GRIDS)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Answers for each subject but events. Safe from any thread."""

    told_by: dict[Subject, Telling]

    @classmethod
    def joined(
        cls, alarms: AlarmRows, force: ForceRows, records: RecordRows, handovers: HandoverRows, walked: WalkedRows
    ) -> "Subjects":
        """Over what tells each of them."""

        def books(period: Period, at: datetime, past: datetime | None) -> SubjectRows:
            until = at if ends_at(period, at) else last_of(period)
            return records.told(until, at, is_now=past is None and until is at)

        def people(tell: Callable[[datetime, datetime | None], SubjectRows]) -> Telling:
            def told(period: Period, at: datetime, past: datetime | None) -> SubjectRows:
                if ends_at(period, at):
                    return tell(at, past)
                then = same_clock(period, at, force.zone)
                found = tell(then, then)
                # who was on the roster, and which grids there were, is known of now alone
                return replace(found, unknown={**found.unknown, "gridworkers": Why.NOT_KEPT, "grids": Why.NOT_KEPT})

            return told

        return cls(
            {
                Subject.HANDOVERS: handovers.told,
                Subject.ALARMS: alarms.told,
                Subject.GRIDWORKERS: people(force.workers),
                Subject.GRIDS: people(force.grids),
                Subject.WALKED_GRIDS: walked.told,
                Subject.RECORDS: books,
            }
        )

    def rows(
        self, subject: Subject, scope: Scope, period: Period, filters: Filters, at: datetime, past: datetime | None,
        changes: DivisionChanges,
    ) -> SubjectRows:  # fmt: skip
        """The columns of a scope. What stands at an instant is not known at another one; filters are of events."""
        if filters.any:
            return SubjectRows.not_known(Why.FILTERED)
        if subject not in (*OF_A_PERIOD, *OF_AN_END) and not ends_at(period, at):
            return SubjectRows.not_known(Why.NOT_KEPT)
        found = self.told_by[subject](period, at, past)
        if changes.told and len(found):
            rows = Columns({**found.rows, "code": changes.current_numbers(found.rows["code"])})
            found = replace(found, rows=rows)
        return found.within(scope)


def last_of(period: Period) -> datetime:
    """The last instant of a period that is over."""
    return period.until - timedelta(milliseconds=1)


def same_clock(period: Period, at: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a period that is over at which people are looked at: its last day at the clock time of `at`, to
    five minutes; its end where that lies outside. At midnight, when a day ends, hardly anybody is on duty."""
    last = last_of(period)
    clock = at.astimezone(zone)
    then = last.astimezone(zone).replace(
        hour=clock.hour, minute=clock.minute // _CLOCK_MINUTES * _CLOCK_MINUTES, second=0, microsecond=0
    )
    return then.astimezone(UTC) if period.since <= then <= last else last


def ends_at(period: Period, at: datetime) -> bool:
    """Whether the period ends at the instant that the page is about."""
    return period.is_open and period.until >= at
