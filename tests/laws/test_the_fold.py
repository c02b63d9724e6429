"""Laws of the fold: what must hold for any stream of facts."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.assignment import Assignment, GivenLimit
from cockpit.domain.facts import AlarmActed, CalendarDaySet, DayStarted, Fact
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.situation.table import FREE
from cockpit.situation.view import apply, delta_of, diff, view_of
from tests.stories import NOON, RULES, entered, limits, minutes, reported, stories

SCOPES = st.sampled_from([Scope("330110"), Scope("330110005"), Scope("330110005001001"), Scope("")])


def fold(facts: Iterable[Fact], situation: Situation | None = None) -> Situation:
    situation = situation or Situation(rules=RULES)
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation


def content(situation: Situation) -> bytes:
    """Everything but how many facts there were: equal bytes, equal situations."""
    copy = restored(checkpoint_of(situation), RULES)
    copy.seq, copy.position = 0, ""
    return checkpoint_of(copy)


@given(stories())
def test_folding_any_fact_twice_is_folding_it_once(facts: list[Fact]) -> None:
    once = fold(facts)
    twice = fold(fact for fact in facts for _ in range(2))
    assert content(twice) == content(once)


@given(stories(), st.data())
def test_a_checkpoint_and_what_came_after_is_the_whole_story(facts: list[Fact], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(facts)))
    resumed = fold(facts[cut:], restored(checkpoint_of(fold(facts[:cut])), RULES))
    whole = fold(facts)
    assert checkpoint_of(resumed) == checkpoint_of(whole)
    assert view_of(resumed, Scope("330110")) == view_of(whole, Scope("330110"))


@given(stories(with_days=False), st.randoms(use_true_random=False))
def test_events_are_the_same_in_whatever_order_their_messages_arrive(facts: list[Fact], chance: Random) -> None:
    # two reports of one event are two stories; the log lets only the first in
    seen: set[str] = set()
    facts = [f for f in facts if f.fact_id not in seen and not seen.add(f.fact_id)]  # type: ignore[func-returns-value]
    # what is done about an alarm is decided here: the log has it after the alarm
    facts = [f for f in facts if not isinstance(f, AlarmActed)]
    shuffled = list(facts)
    chance.shuffle(shuffled)
    one, other = fold(facts), fold(shuffled)
    assert one.events == other.events
    assert {k: v.state for k, v in one.alarms.items()} == {k: v.state for k, v in other.alarms.items()}
    assert one.hours == other.hours
    assert one.calendar == other.calendar


@given(stories(), stories(), SCOPES)
def test_applying_the_difference_of_two_views_gives_the_second(
    one: list[Fact], other: list[Fact], scope: Scope
) -> None:
    old, new = view_of(fold(one), scope), view_of(fold(other), scope)
    assert apply(old, diff(old, new)) == new


@given(stories(), stories(), SCOPES)
def test_a_stale_browser_and_its_delta_are_a_fresh_snapshot(
    before: list[Fact], after: list[Fact], scope: Scope
) -> None:
    situation = fold(before)
    browser = view_of(situation, scope, closed_since=NOON)
    changed = [c for fact in after for c in evolve(situation, fact, f"{situation.seq + 1}-0")]
    delta = delta_of(situation, scope, changed, closed_since=NOON)
    fresh = view_of(situation, scope, closed_since=NOON)
    assert apply(browser, delta) == fresh
    assert apply(apply(browser, delta), delta) == fresh


@given(stories())
def test_the_columns_say_the_same_as_the_events(facts: list[Fact]) -> None:
    situation = fold(facts)
    rows = situation.table.rows
    assert set(situation.table.ids(rows["state"] != FREE)) == set(situation.events)
    assert len(situation.table) == len(situation.events)


def _edits() -> st.SearchStrategy[Fact]:
    """Days around the stories that somebody made a workday or a day off."""
    return st.builds(
        lambda n, day, is_workday: CalendarDaySet(
            fact_id=f"edit:{n}", at=NOON + minutes(n), received_at=NOON, day=NOON.date() + timedelta(days=day),
            is_workday=is_workday, note="", by="", command_id=f"edit:{n}",
        ),
        st.integers(0, 1_000), st.integers(-3, 9), st.booleans(),
    )  # fmt: skip


def _assigned() -> st.SearchStrategy[list[Fact]]:
    """Events that were assigned here with working limits, some with a source's own limit, a co-handler or a pause."""

    def facts_of(wanted: list[tuple[GivenLimit, int, int, bool, bool]]) -> list[Fact]:
        told: list[Fact] = []
        for n, (limit, wait, due, is_called, is_paused) in enumerate(wanted, 1):
            at = NOON + minutes(wait)
            assignment = Assignment(given=limit, co_units=("区交警大队",) if is_called else ())
            told += [
                reported(n, due_at=NOON + minutes(due) if due else None),
                entered(n, Stage.ASSIGNED, at, command_id=f"c{n}", assignment=assignment),
            ]
            if is_paused:
                told += [entered(n, Stage.SUSPENDED, at + minutes(5)), entered(n, Stage.RESUMED, at + minutes(50))]
        return told

    minute = st.integers(0, 3 * 24 * 60)
    return st.lists(
        st.tuples(limits(), minute, st.just(0) | minute, st.booleans(), st.booleans()), min_size=1, max_size=5
    ).map(facts_of)


@given(_assigned(), st.lists(_edits(), min_size=1, max_size=5, unique_by=lambda fact: fact.fact_id), stories())
def test_a_day_changed_under_running_limits_gives_what_counting_all_of_them_anew_gives(
    before: list[Fact], edits: list[Fact], after: list[Fact]
) -> None:
    situation = fold([*before, *edits])
    for facts in ([], after):
        fold(facts, situation)
        anew = restored(checkpoint_of(situation), RULES)
        for event_id, event in situation.events.items():
            assert situation.table.row_of(event_id) == anew.table.row_of(event_id)
            assert situation.clocked_of(event) == anew.clocked_of(event)
        assert view_of(situation, Scope("")) == view_of(anew, Scope(""))


@given(stories())
def test_a_new_day_drops_only_what_is_finished(facts: list[Fact]) -> None:
    situation = fold(facts)
    open_before = {e.event_id for e in situation.events.values() if e.is_open}
    fold([DayStarted(fact_id="day:new", at=NOON, received_at=NOON, day=NOON.date().replace(day=28))], situation)
    assert {e.event_id for e in situation.events.values() if e.is_open} == open_before
    assert all(e.is_open or e.docket.merged_into or e.last_at >= NOON for e in situation.events.values())
