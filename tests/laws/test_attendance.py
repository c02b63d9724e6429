"""Laws of attendance: whatever phones say, and however late, the newest word holds and time never goes back."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.commands import MarkAttendance
from cockpit.domain.facts import AttendanceMarked
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.decide import decide
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from tests.stories import NOON, RULES, minutes

_marks = st.lists(
    st.tuples(st.sampled_from(("a", "b")), st.booleans(), st.none() | st.integers(-4_000, 4_000), st.integers(0, 600)),
    max_size=12,
)


def commands(marks: list[tuple[str, bool, int | None, int]]) -> list[MarkAttendance]:
    """In the order in which we get them; phones' clocks are anything."""
    made, at = [], NOON
    for n, (subject, is_on, said, later) in enumerate(marks):
        at += minutes(later)
        said_at = None if said is None else at + minutes(said)
        made.append(
            MarkAttendance(
                command_id=str(n), by=subject, scope="", at=at, subject_id=subject, on_duty=is_on,
                code="330110005001001", said_at=said_at,
            )
        )  # fmt: skip
    return made


@given(_marks)
def test_the_last_word_of_each_person_holds_and_their_times_never_go_back(marks) -> None:
    situation = Situation(rules=RULES)
    before: dict[str, object] = {}
    for command in commands(marks):
        for fact in decide(situation, command):
            if isinstance(fact, AttendanceMarked):
                assert fact.at <= fact.received_at
            evolve(situation, fact, f"{situation.seq + 1}-0")
        known = situation.attendance[command.subject_id]
        assert known.on_duty is command.on_duty
        assert known.subject_id not in before or known.at >= before[known.subject_id]
        before[known.subject_id] = known.at


@given(_marks)
def test_deciding_and_folding_a_mark_again_changes_nothing(marks) -> None:
    once, twice = Situation(rules=RULES), Situation(rules=RULES)
    for command in commands(marks):
        for situation, times in ((once, 1), (twice, 2)):
            facts = decide(situation, command)
            for _ in range(times):
                for fact in facts:
                    evolve(situation, fact, f"{situation.seq + 1}-0")
    assert once.attendance == twice.attendance
    assert restored(checkpoint_of(once), RULES).attendance == once.attendance


@given(st.integers(0, 2_000))
def test_a_mark_holds_for_sixteen_hours_and_not_a_minute_longer(later: int) -> None:
    situation = Situation(rules=RULES)
    for fact in decide(situation, commands([("a", True, None, 0)])[0]):
        evolve(situation, fact, "1-0")
    assert situation.attendance["a"].is_on_duty(NOON + minutes(later)) is (True if later < 16 * 60 else None)
    assert situation.attendance["a"].holds(NOON + timedelta(hours=15, minutes=59))
