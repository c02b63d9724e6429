"""Laws of midnight: what leaves slice by slice counts as if all of it had left at once."""

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.act import ActKind
from cockpit.domain.facts import DayCleared, DayStarted, EventRecalled, Fact
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Stage
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.evolve import evolve
from cockpit.situation.leaving import leaving
from cockpit.situation.listing import ended_before_today
from cockpit.situation.situation import Changed, Situation
from cockpit.situation.tally import figures_of
from cockpit.situation.view import apply, delta_of, view_of
from tests.laws.test_the_fold import content
from tests.stories import NOON, RULES, acted, entered, minutes, reported, stories

CITY = Scope("330110")
SCOPES = (CITY, Scope("330110005"), Scope("330110012003"))
TOMORROW = NOON.date() + timedelta(days=1)
MIDNIGHT = NOON.replace(hour=16)  # in 余杭


def begun(day: int = 0) -> DayStarted:
    at = MIDNIGHT + timedelta(days=day)
    return DayStarted(fact_id=f"day:{day}", at=at, received_at=at, day=TOMORROW + timedelta(days=day))


def cleared(number: int, day: int = 0) -> DayCleared:
    at = MIDNIGHT + timedelta(days=day, seconds=number)
    return DayCleared(fact_id=f"cleared:{number}", at=at, received_at=at, day=TOMORROW + timedelta(days=day))


def fold(facts: Iterable[Fact], situation: Situation) -> list[Changed]:
    return [c for fact in facts for c in evolve(situation, fact, f"{situation.seq + 1}-0")]


def sliced(facts: Iterable[Fact], size: int, kept_whole: int = 0) -> Situation:
    """A situation from which so many events leave with one fact."""
    situation = Situation(rules=RULES, slice_of_leaving=size, kept_whole=kept_whole)
    fold(facts, situation)
    return situation


def figures(situation: Situation) -> list[object]:
    now = MIDNIGHT + minutes(1)
    return [figures_of(situation, scope, now, divisions=["330110005", "330110012"]) for scope in SCOPES]


@given(stories(with_days=False), st.integers(1, 3), st.integers(0, 10))
def test_every_figure_of_the_new_day_is_right_while_yesterday_is_still_leaving(
    facts: list[Fact], size: int, kept_whole: int
) -> None:
    at_once = sliced([*facts, begun()], 10**9, kept_whole)
    situation = sliced([*facts, begun()], size, kept_whole)
    for number in range(len(facts) + 1):
        assert figures(situation) == figures(at_once)
        still = ended_before_today(situation, MIDNIGHT)
        assert set(situation.events) - set(still) <= set(at_once.events)
        if not leaving(situation):
            break
        fold([cleared(number)], situation)
    assert leaving(situation) == 0
    assert content(situation) == content(at_once)
    assert situation.past_days == at_once.past_days


@given(stories(with_days=False), stories(with_days=False), st.integers(1, 3), st.data())
def test_a_process_that_starts_in_the_middle_of_midnight_agrees_with_one_that_ran_on(
    before: list[Fact], after: list[Fact], size: int, data: st.DataObject
) -> None:
    facts = [*before, begun(), cleared(0), *after, cleared(1), begun(1), cleared(2, day=1)]
    cut = data.draw(st.integers(0, len(facts)))
    resumed = restored(checkpoint_of(sliced(facts[:cut], size)), RULES)
    resumed.slice_of_leaving, resumed.kept_whole = size, 0
    changed = fold(facts[cut:], resumed)
    one = sliced(facts[:cut], size)
    assert fold(facts[cut:], one) == changed
    assert checkpoint_of(resumed) == checkpoint_of(one)
    assert view_of(resumed, CITY) == view_of(one, CITY)


@given(stories(with_days=False), st.integers(1, 3))
def test_a_browser_hears_of_what_leaves_slice_by_slice(facts: list[Fact], size: int) -> None:
    situation = sliced(facts, size)
    browser = view_of(situation, CITY, closed_since=NOON)
    for number, fact in enumerate([begun(), *map(cleared, range(len(facts)))]):
        changed = fold([fact], situation)
        assert number == 0 or len(changed) <= size
        browser = apply(browser, delta_of(situation, CITY, changed, closed_since=MIDNIGHT))
    assert browser == view_of(situation, CITY, closed_since=MIDNIGHT)


def _ended(*numbers: int) -> list[Fact]:
    return [
        fact
        for n in numbers
        for fact in (reported(n), entered(n, Stage.CLOSED, NOON + minutes(n)))
    ]  # fmt: skip


def test_what_ended_first_leaves_first() -> None:
    situation = sliced([*_ended(3, 1, 2), begun()], 1)
    assert set(situation.events) == {"hotline_12345:2", "hotline_12345:3"}
    assert leaving(situation) == 2


def test_what_was_brought_back_after_midnight_does_not_leave_again_with_the_next_slice() -> None:
    situation = sliced([*_ended(1, 2), begun()], 1)
    first = reported(1).report
    back = EventRecalled(
        fact_id="recalled", at=MIDNIGHT, received_at=MIDNIGHT, report=first,
        steps=(entered(1, Stage.CLOSED, NOON + minutes(1)).step,), acts=(), was_live=True,
    )  # fmt: skip
    fold([back, cleared(0), cleared(1)], situation)
    assert set(situation.events) == {first.event_id}


def test_what_is_reopened_before_its_slice_stays() -> None:
    situation = sliced([*_ended(1, 2), begun()], 1)
    fold([entered(2, Stage.REOPENED, MIDNIGHT + minutes(1)), cleared(0)], situation)
    assert set(situation.events) == {"hotline_12345:2"}


def test_what_was_merged_stays_as_long_as_its_main_event_and_holds_up_no_slice() -> None:
    merged = acted(2, ActKind.MERGED, NOON + minutes(1), other_id="hotline_12345:1")
    situation = sliced([reported(1), reported(2), merged, *_ended(3, 4), begun(), cleared(0)], 1)
    assert set(situation.events) == {"hotline_12345:1", "hotline_12345:2"}
    fold([entered(1, Stage.CLOSED, MIDNIGHT + minutes(5)), begun(1)], situation)
    assert not situation.events


def test_a_day_whose_slices_nobody_asked_for_leaves_at_the_next_midnight() -> None:
    situation = sliced([*_ended(1, 2, 3), begun(), begun(1)], 1)
    assert not situation.events


def test_a_slice_of_another_day_takes_nothing() -> None:
    situation = sliced([*_ended(1, 2, 3), begun(), begun(1), reported(4)], 1)
    closed = entered(4, Stage.CLOSED, MIDNIGHT + timedelta(days=1, minutes=1))
    fold([closed, cleared(0), cleared(0, day=2)], situation)
    assert set(situation.events) == {"hotline_12345:4"}
