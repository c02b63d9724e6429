"""预计完成: a range from the doors done lately, or why there is none."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.evacuation_finish import Finish, FinishWhy, counted_of, finish_of

NOON = datetime.fromisoformat("2026-11-19T12:00:00+08:00")


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def told(done: int, every_s: float = 1, *, now_s: float, households: int = 792, ended_s: float | None = None) -> Finish:
    """Doors done one after the other from the start."""
    done_at = [NOON + seconds(every_s * (n + 1)) for n in range(done)]
    ended_at = None if ended_s is None else NOON + seconds(ended_s)
    return finish_of(households, done_at, started_at=NOON, ended_at=ended_at, now=NOON + seconds(now_s))


def test_a_few_doors_say_nothing() -> None:
    assert told(7, now_s=120).why is FinishWhy.TOO_LITTLE
    assert told(30, now_s=59).why is FinishWhy.TOO_LITTLE


def test_an_even_pace_of_seventy_nine_doors_a_minute_is_done_in_ten_minutes() -> None:
    finish = told(396, 60 / 79.2, now_s=300)
    assert finish.why is FinishWhy.PROJECTED
    assert finish.rate_per_min == 79.2
    assert finish.low and finish.mid and finish.high
    assert finish.mid == NOON + seconds(600)
    assert finish.low < finish.mid < finish.high
    assert finish.high - finish.low < seconds(60)


def test_fewer_doors_make_a_wider_range() -> None:
    few, many = told(9, 30, now_s=280), told(90, 3, now_s=280)
    assert few.low and few.high and many.low and many.high
    assert few.high - few.low > many.high - many.low


def test_only_the_last_minutes_count() -> None:
    early = told(300, 1, now_s=900)
    assert early.why is FinishWhy.STALLED
    assert early.mid is None


def test_when_every_door_is_done_the_finish_is_the_last_of_them() -> None:
    finish = told(792, 0.5, now_s=1_000)
    assert finish.why is FinishWhy.DONE
    assert finish.mid == finish.high == NOON + seconds(396)


def test_an_evacuation_that_was_ended_projects_nothing() -> None:
    assert told(100, 2, now_s=220, ended_s=210).why is FinishWhy.ENDED


@given(
    st.lists(st.floats(0, 900), max_size=40), st.integers(0, 5), st.floats(1, 900), st.one_of(st.none(), st.just(0.0))
)
def test_the_pace_is_the_number_of_the_doors_that_it_lists_over_the_time(
    done_s: list[float], left: int, now_s: float, ended_s: float | None
) -> None:
    done_at = {f"d-{n}": NOON + seconds(at) for n, at in enumerate(done_s) if at <= now_s}
    known = {
        "started_at": NOON, "now": NOON + seconds(now_s), "ended_at": None if ended_s is None else NOON + seconds(now_s)
    }  # fmt: skip
    households = len(done_at) + left
    finish, counted = (
        finish_of(households, done_at.values(), **known),  # type: ignore[arg-type]  # each by its name
        counted_of(households, done_at, **known),  # type: ignore[arg-type]
    )
    if counted is None:
        assert finish.rate_per_min is None
        return
    span = (counted.until - counted.since).total_seconds()
    assert finish.rate_per_min == (round(len(counted.household_ids) * 60 / span, 2) if span > 0 else None)
    assert set(counted.household_ids) <= done_at.keys()
