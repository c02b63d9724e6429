"""Laws of the fold: what must hold for any stream of facts."""

from collections.abc import Iterable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.facts import DayStarted, Fact
from cockpit.domain.scope import Scope
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.situation.table import FREE
from cockpit.situation.view import apply, delta_of, diff, view_of
from tests.stories import NOON, RULES, stories

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


@given(stories())
def test_a_new_day_drops_only_what_is_finished(facts: list[Fact]) -> None:
    situation = fold(facts)
    open_before = {e.event_id for e in situation.events.values() if e.is_open}
    fold([DayStarted(fact_id="day:new", at=NOON, received_at=NOON, day=NOON.date().replace(day=28))], situation)
    assert {e.event_id for e in situation.events.values() if e.is_open} == open_before
    assert all(e.is_open or e.docket.merged_into or e.last_at >= NOON for e in situation.events.values())
