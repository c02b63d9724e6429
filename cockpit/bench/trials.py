"""Trials of one thing several ways, side by side in one run."""

import time
from collections.abc import Callable
from typing import Any

from cockpit.bench.samples import Figure


def timed(action: Callable[[], Any]) -> float:
    """Seconds that `action` took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def alternated(ways: dict[str, Callable[[], float]], times: int) -> dict[str, Figure]:
    """Each way `times` times, every round in the other direction, so that warmth and drift favour nobody."""
    values: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(times):
        for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
            values[name].append(ways[name]())
    return {name: Figure.of(found) for name, found in values.items()}
