"""时段之窗: what borders and kept rows find of a period is what each record says, one by one."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.scope import Scope
from cockpit.services.period_columns import of_period
from cockpit.services.record_columns import Segment
from cockpit.situation.period import NAMES
from cockpit.stream.lane import millis_of
from tests.services.test_past_events import House, record, rows
from tests.stories import NOON, minutes

_instants = st.integers(-40, 100).map(lambda n: millis_of(NOON + minutes(50 * n)))


def one_by_one(segment: Segment, scope: Scope, at: int, since: int, until: int) -> list[int]:
    """The rows of the scope that had begun by `until`, were not over before `since` and are known at the instant."""
    c, (low, high) = segment.columns, scope.span
    known = segment.known(at)
    return [
        row
        for row in range(len(segment))
        if known[row]
        and (c["reported"][row] <= until or c["closed"][row] <= until)
        and (c["ended"][row] >= since or c["reported"][row] >= since)
        and (not scope.code or low <= c["code"][row] < high)
    ]


@settings(deadline=None)
@given(
    st.lists(rows(), min_size=1, max_size=25),
    st.lists(st.tuples(_instants, _instants, _instants, st.sampled_from(["", "330110", "330110012"])), max_size=6),
    st.sets(st.integers(1, 25)),
)
def test_the_window_of_a_period_has_what_each_record_says(
    told: list[dict[str, Any]], asked: list[tuple[int, int, int, str]], gone: set[int]
) -> None:
    house = House()
    house.bring([record(number, row) for number, row in enumerate(told)])
    for whole in house.past.segments():
        without = whole.without(np.array(sorted(gone), dtype=np.int64))
        assert set(whole.columns["record_id"][without.alive].tolist()).isdisjoint(gone)
        for segment in (whole, without, whole):  # the second and third find what the first has kept
            for at, a, b, code in asked:
                since, until = min(a, b), max(a, b)
                columns, found = of_period(segment, Scope(code), at, since, until, share=0.8)
                assert found.tolist() == one_by_one(segment, Scope(code), at, since, until)
                assert all(len(columns[name]) == len(found) for name in NAMES)
    house.engine.dispose()
