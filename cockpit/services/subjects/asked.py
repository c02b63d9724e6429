"""主体的数字: joins the columns of each subject, and says why a question about one has no answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cockpit.domain.division_change import DivisionChanges
from cockpit.domain.scope import Scope
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.force import ForceRows
from cockpit.services.subjects.handovers import HandoverRows
from cockpit.services.subjects.records import RecordRows
from cockpit.services.subjects.rows import Columns, SubjectRows
from cockpit.situation.indicator import Subject
from cockpit.situation.period import Filters, Period
from cockpit.situation.why import Why

#: (period, as known at, the same or None for now) → the columns of a subject, of the whole city
Telling = Callable[[Period, datetime, datetime | None], SubjectRows]
#: told of the end of a period, whichever it is: each of them has rows of its own
OF_AN_END = (Subject.RECORDS,)


@dataclass(frozen=True, slots=True)
class Subjects:
    """Answers for each subject but events. Safe from any thread."""

    told_by: dict[Subject, Telling]

    @classmethod
    def joined(cls, alarms: AlarmRows, force: ForceRows, records: RecordRows, handovers: HandoverRows) -> "Subjects":
        """Over what tells each of them."""

        def books(period: Period, at: datetime, past: datetime | None) -> SubjectRows:
            until = at if ends_at(period, at) else last_of(period)
            return records.told(until, at, is_now=past is None and until is at)

        return cls(
            {
                Subject.HANDOVERS: handovers.told,
                Subject.ALARMS: alarms.told,
                Subject.GRIDWORKERS: lambda _period, at, past: force.workers(at, past),
                Subject.GRIDS: lambda _period, at, past: force.grids(at, past),
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
        if subject not in (Subject.ALARMS, *OF_AN_END) and not ends_at(period, at):
            return SubjectRows.not_known(Why.NOT_KEPT)
        found = self.told_by[subject](period, at, past)
        if changes.told and len(found):
            rows = Columns({**found.rows, "code": changes.current_numbers(found.rows["code"])})
            found = replace(found, rows=rows)
        return found.within(scope)


def last_of(period: Period) -> datetime:
    """The last instant of a period that is over."""
    return period.until - timedelta(milliseconds=1)


def ends_at(period: Period, at: datetime) -> bool:
    """Whether the period ends at the instant that the page is about."""
    return period.is_open and period.until >= at
