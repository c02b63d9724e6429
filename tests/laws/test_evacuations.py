"""Laws of the evacuation board: a counter that is never wrong, whatever taps come, in whatever order, how often."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.evacuation import DONE_STATES, HouseholdState, Tap, tap_key
from cockpit.domain.facts import Fact
from cockpit.domain.scope import Scope
from cockpit.situation.checkpoint import checkpoint_of, restored
from cockpit.situation.evacuations import Board
from cockpit.situation.evolve import evolve
from cockpit.situation.situation import Situation
from cockpit.situation.view import apply, delta_of, view_of
from tests.evacuations import buildings, started, tap, tapped
from tests.stories import RULES

DOORS = [h.household_id for b in buildings(2, 3) for h in b.households]


def taps() -> st.SearchStrategy[list[Tap]]:
    """Taps of three phones at six doors and one that is elsewhere; numbers repeat within and across phones."""
    one = st.builds(
        lambda number, door, state, who: tap(number, door, state, subject=who),
        st.integers(1, 12), st.sampled_from([*DOORS, "elsewhere"]), st.sampled_from(HouseholdState),
        st.sampled_from(("w1", "w2", "w3")),
    )  # fmt: skip
    return st.lists(one, max_size=60)


def board_after(told: list[Tap], situation: Situation | None = None) -> Board:
    situation = situation or Situation(rules=RULES)
    facts: list[Fact] = [started(), *map(tapped, told)]
    for fact in facts:
        evolve(situation, fact, f"{situation.seq + 1}-0")
    return situation.evacuations["e1"]


def first_words(told: list[Tap]) -> list[Tap]:
    """What the log lets in: each id of a phone once, and only doors of the evacuation."""
    seen: dict[tuple[str, str], Tap] = {}
    for made in told:
        if made.household_id in DOORS:
            seen.setdefault(tap_key(made), made)
    return list(seen.values())


@given(taps())
def test_the_counts_always_sum_to_the_households(told: list[Tap]) -> None:
    board = board_after([])
    for made in told:
        board.take(made)
        assert sum(board.counts.values()) == len(DOORS)
        assert min(board.counts.values()) >= 0
        assert board.done == sum(board.counts[state] for state in DONE_STATES)


@given(taps())
def test_each_household_is_as_the_last_tap_in_the_servers_order_says(told: list[Tap]) -> None:
    board = board_after(told)
    last = {made.household_id: made.state for made in first_words(told)}
    assert {door: board.state_of(door) for door in DOORS} == {
        door: last.get(door, HouseholdState.NOT_REACHED) for door in DOORS
    }


@given(taps())
def test_a_tap_counts_once_and_each_is_kept(told: list[Tap]) -> None:
    assert board_after(told).taps == first_words(told)
    assert board_after([*told, *told]).record() == board_after(told).record()


@given(taps(), st.randoms(use_true_random=False))
def test_doors_that_one_phone_taps_come_out_alike_in_whatever_order_phones_are_heard(
    told: list[Tap], chance: Random
) -> None:
    """Phones keep their own order (a queue); how theirs mix decides only about doors that several of them tap."""
    heard = first_words(told)
    queues = {who: [made for made in heard if made.subject == who] for who in ("w1", "w2", "w3")}
    order = [made.subject for made in heard]
    chance.shuffle(order)
    mixed = [queues[who].pop(0) for who in order]
    alone = [door for door in DOORS if len({made.subject for made in heard if made.household_id == door}) == 1]
    one, other = board_after(heard), board_after(mixed)
    assert {door: one.state_of(door) for door in alone} == {door: other.state_of(door) for door in alone}
    assert sum(other.counts.values()) == len(DOORS)


@given(taps(), st.data())
def test_a_board_from_a_checkpoint_goes_on_as_if_nothing_had_been(told: list[Tap], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(told)))
    before, whole = Situation(rules=RULES), Situation(rules=RULES)
    board_after(told[:cut], before)
    resumed = restored(checkpoint_of(before), RULES)
    for made in told[cut:]:
        evolve(resumed, tapped(made), f"{resumed.seq + 1}-0")
    board_after(told, whole)
    assert checkpoint_of(resumed) == checkpoint_of(whole)
    kept, straight = resumed.evacuations["e1"], whole.evacuations["e1"]
    assert (kept.counts, kept.done_at, kept.disputed) == (straight.counts, straight.done_at, straight.disputed)


@given(taps(), taps())
def test_a_screen_with_its_deltas_shows_the_board_of_a_fresh_snapshot(before: list[Tap], after: list[Tap]) -> None:
    situation, scope = Situation(rules=RULES), Scope("330110")
    board_after(before, situation)
    screen = view_of(situation, scope)
    changed = [c for made in after for c in evolve(situation, tapped(made), f"{situation.seq + 1}-0")]
    assert apply(screen, delta_of(situation, scope, changed)) == view_of(situation, scope)
    assert not view_of(situation, Scope("330110113"))["evacuations"]
