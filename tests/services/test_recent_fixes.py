"""Fixes that were taken a moment ago: a repeat is known as one, and remembering them costs little."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.services.fixes import RecentFixes
from tests.sizes import bytes_of

Key = tuple[str, int]
KEYS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 30)), max_size=12)


@settings(deadline=None)
@given(st.lists(KEYS, max_size=30), st.integers(1, 40))
def test_a_repeat_is_known_while_it_is_among_the_newest(batches: list[list[Key]], size: int) -> None:
    recent = RecentFixes(size)
    came: list[Key] = []
    for keys in batches:
        new = recent.new_among(keys).tolist()
        remembered = set(came[-size:]) if came else set()
        for i, key in enumerate(keys):
            if key in keys[:i] or key in remembered:
                assert not new[i], "a repeat of one of the newest"
            elif key not in came:
                assert new[i], "never heard of"
        fresh = [key for key, is_new in zip(keys, new, strict=True) if is_new]
        recent.add(fresh)
        came += fresh


def test_a_fix_that_is_remembered_takes_some_twenty_bytes() -> None:
    recent = RecentFixes(50_000)
    for second in range(120):
        recent.add([(f"gw-{subject:05d}", second) for subject in range(1_000)])
        assert len(recent) <= 2 * 60_000
    assert bytes_of(recent) / len(recent) < 20
