"""片刻: many who ask at once cost one answer, and nobody gets an old one."""

import threading

import pytest

from cockpit.services.briefly import Briefly


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_who_asks_within_the_moment_gets_what_the_first_one_got() -> None:
    clock, made = Clock(), iter(range(9))
    kept = Briefly[int](2.0, monotonic=clock)
    assert [kept.get("a", lambda: next(made)) for _ in range(3)] == [0, 0, 0]
    clock.now = 1.9
    assert kept.get("a", lambda: next(made)) == 0
    clock.now = 2.0
    assert kept.get("a", lambda: next(made)) == 1
    assert kept.get("b", lambda: next(made)) == 2


def test_nothing_is_kept_where_nothing_shall_be() -> None:
    made = iter(range(9))
    kept = Briefly[int](0)
    assert [kept.get("a", lambda: next(made)) for _ in range(3)] == [0, 1, 2]


def test_what_went_wrong_is_tried_again() -> None:
    kept = Briefly[int](2.0)

    def fails() -> int:
        raise ValueError

    with pytest.raises(ValueError):
        kept.get("a", fails)
    assert kept.get("a", lambda: 1) == 1


def test_of_many_at_once_one_makes_it() -> None:
    kept, begun, go = Briefly[int](60.0), threading.Barrier(8), threading.Event()
    made: list[int] = []
    answers: list[int] = []

    def make() -> int:
        go.wait(10)
        made.append(1)
        return len(made)

    def ask() -> None:
        begun.wait(10)
        answers.append(kept.get("a", make))

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for thread in asking:
        thread.start()
    go.set()
    for thread in asking:
        thread.join(10)
    assert (made, answers) == ([1], [1] * 8)


def test_only_so_much_is_kept() -> None:
    kept = Briefly[int](60.0)
    for n in range(1_000):
        kept.get(n, lambda n=n: n)  # type: ignore[misc]  # a lambda with a default
    assert kept.get(0, lambda: -1) == -1
    assert kept.get(999, lambda: -1) == 999
