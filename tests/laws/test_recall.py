"""Laws of 回召: a fold that recalls is a fold that never forgot."""

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.facts import (
    DayStarted,
    EventActed,
    EventRecalled,
    EventReported,
    Fact,
    StageEntered,
)
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from tests.stories import NOON, RULES, stories

#: later than everything that the stories tell, and not so late that counts of days are let go of
FAR = NOON.date() + timedelta(days=3)


def told(facts: Iterable[Fact], known: set[str]) -> list[Fact]:
    """What is told about events, each fact once, as the log lets it in; no calendar is changed meanwhile."""
    about = EventReported | StageEntered | EventActed
    return [f for f in facts if isinstance(f, about) and not (f.fact_id in known or known.add(f.fact_id))]  # type: ignore[func-returns-value]


def fold(facts: Iterable[Fact], situation: Situation) -> Situation:
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation


def day(of: date) -> DayStarted:
    return DayStarted(fact_id=f"day:{of}", at=NOON, received_at=NOON, day=of)


def recalls(before: Situation, after: Situation) -> list[EventRecalled]:
    """What brings back everything that left between the two."""
    return [
        EventRecalled(
            fact_id=f"recall:{event_id}:{after.day}", at=NOON, received_at=NOON, report=event.report,
            steps=event.steps, acts=event.acts,
        )
        for event_id, event in before.events.items() if event_id not in after.events
    ]  # fmt: skip


def same(one: Situation, other: Situation) -> None:
    """Events, clocks, colours, links and the counts of days are the same."""
    assert one.events == other.events
    assert one.past_days == other.past_days
    for event_id, event in one.events.items():
        assert one.table.row_of(event_id) == other.table.row_of(event_id)
        assert one.clocked_of(event) == other.clocked_of(event)
        assert one.links.merged_into(event_id) == other.links.merged_into(event_id)
        assert one.links.children_of(event_id) == other.links.children_of(event_id)


@given(stories(with_days=False), stories(with_days=False), st.booleans())
def test_a_fold_that_recalls_is_a_fold_that_never_forgot(
    facts: list[Fact], more: list[Fact], comes_meanwhile: bool
) -> None:
    known: set[str] = set()
    before, after = told(facts, known), told(more, known)
    never, forgot = fold(before, Situation(rules=RULES)), fold(before, Situation(rules=RULES))
    fold([day(FAR)], forgot)
    back = recalls(never, forgot)
    fold([*after, *back] if comes_meanwhile else [*back, *after], forgot)
    fold(after, never)
    if not comes_meanwhile:
        same(forgot, never)
    assert forgot.events == never.events
    assert set(forgot.recalled) <= {fact.report.event_id for fact in back}
    again = fold(back, restored(checkpoint_of(forgot), RULES))
    assert again.events == forgot.events, "what came back once is back"
    assert again.recalled == forgot.recalled
    next_day = FAR + timedelta(days=1)
    fold([day(next_day)], forgot)
    fold([day(next_day)], never)
    assert forgot.events == never.events
    assert forgot.past_days == never.past_days
    assert set(forgot.recalled) <= set(forgot.events)
