"""Laws of alarms: nothing is lost in a group, no storm is more than a screen can show, nobody's word is lost."""

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.alarm import AlarmActKind
from cockpit.domain.facts import Fact
from cockpit.situation.alarm_groups import MOST_AT_ONCE
from tests.laws.test_the_fold import fold
from tests.stories import NOON, alarm, alarm_acted, place, stories


@given(stories())
def test_the_members_of_all_groups_are_the_alarms_that_were_raised(facts: list[Fact]) -> None:
    situation = fold(facts)
    of_groups = [alarm_id for members in situation.alarm_groups.members.values() for alarm_id in members]
    assert sorted(of_groups) == sorted(a.alarm_id for a in situation.alarms.values() if a.group_id)
    assert all(a.group_id for a in situation.alarms.values() if a.raised_at)
    assert all(
        a.alarm_id in situation.alarm_groups.members[a.group_id] for a in situation.alarms.values() if a.group_id
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1_000_000), st.sampled_from((500, 5_000)))
def test_a_storm_is_at_most_twenty_groups_wherever_its_alarms_are(seed: int, count: int) -> None:
    chance = Random(seed)
    storm = [
        alarm(
            n, NOON + timedelta(seconds=10 * n / count),
            place=place(lon=chance.uniform(119.6, 120.3), lat=chance.uniform(30.1, 30.6)),
        )
        for n in range(count)
    ]  # fmt: skip
    situation = fold(storm)
    assert len({a.group_id for a in situation.alarms.values()}) <= MOST_AT_ONCE
    assert sum(len(m) for m in situation.alarm_groups.members.values()) == count


@given(st.permutations(list(AlarmActKind)), st.integers(1, 5))
def test_every_act_stays_in_the_history_in_whatever_order_it_is_learnt(kinds: list[AlarmActKind], n: int) -> None:
    acts = [alarm_acted(1, kind, NOON + timedelta(minutes=m)) for m, kind in enumerate(kinds[:n], 1)]
    one, other = fold([alarm(1), *acts]), fold([alarm(1), *reversed(acts)])
    assert len(one.alarms["1"].acts) == n
    assert one.alarms["1"].state is other.alarms["1"].state
