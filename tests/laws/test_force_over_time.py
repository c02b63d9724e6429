"""力量 of the past: marks of an instant are those of the fold, and a day is looked at inside itself."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.facts import AttendanceMarked
from cockpit.services.past_marks import PastMarks
from cockpit.services.subjects.asked import last_of, same_clock
from cockpit.situation.attendance import attendance_marked
from cockpit.situation.period import Period
from cockpit.situation.situation import Situation
from cockpit.store.journal import JournalEntry
from cockpit.stream.codec import encode
from tests.stories import NOON, RULES

ZONE = RULES.zone()
_minutes = st.integers(0, 3 * 24 * 60).map(lambda n: timedelta(minutes=n))


class Kept:
    """A journal of marks."""

    def __init__(self, marks: list[AttendanceMarked]) -> None:
        self._marks = marks

    def received_of(self, type_name: str, start: datetime, end: datetime) -> list[JournalEntry]:
        assert type_name == "AttendanceMarked"
        return [
            JournalEntry(
                position=f"{n}-0", fact_id=m.fact_id, type=type_name, at=m.at, received_at=m.received_at, code="",
                body=encode(m)[1].decode(),
            )
            for n, m in enumerate(self._marks, 1)
            if start <= m.received_at <= end
        ]  # fmt: skip


@st.composite
def marks(draw: st.DrawFn) -> list[AttendanceMarked]:
    """Who said so when; some were told by a phone that had no connection for hours."""
    received = sorted(draw(st.lists(_minutes, max_size=12)))
    return [
        AttendanceMarked(
            fact_id=f"m{n}", at=NOON + at - timedelta(hours=draw(st.sampled_from((0, 3, 20)))), received_at=NOON + at,
            subject_id=draw(st.sampled_from(("a", "b"))), on_duty=draw(st.booleans()), code="", by="", command_id="",
        )
        for n, at in enumerate(received)
    ]  # fmt: skip


@given(marks(), _minutes)
def test_what_somebody_had_said_at_an_instant_is_what_the_fold_knew_then(
    told: list[AttendanceMarked], after: timedelta
) -> None:
    at = NOON + after
    situation = Situation(rules=RULES)
    for mark in told:
        if mark.received_at <= at:
            list(attendance_marked(situation, mark))
    found = PastMarks(Kept(told)).at(at)
    for who in ("a", "b"):
        said = [m[who].is_on_duty(at) if who in m else None for m in (situation.attendance, found)]
        assert said[0] is said[1]


@given(_minutes, _minutes.filter(bool), _minutes)
def test_people_of_a_period_are_looked_at_inside_it_at_the_clock_time_of_the_page(
    begins: timedelta, lasts: timedelta, now: timedelta
) -> None:
    period = Period(NOON + begins, NOON + begins + lasts, is_open=False)
    at = period.until + now
    then = same_clock(period, at, ZONE)
    assert period.since - timedelta(milliseconds=1) <= then <= last_of(period)
    if lasts >= timedelta(days=2) or then != last_of(period):
        clock, asked = then.astimezone(ZONE), at.astimezone(ZONE)
        behind = (asked.hour * 60 + asked.minute) - (clock.hour * 60 + clock.minute)
        inside = clock.replace(hour=asked.hour, minute=asked.minute // 5 * 5) <= last_of(period).astimezone(ZONE)
        assert 0 <= behind < 5 or not inside
