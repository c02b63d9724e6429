"""A made-up history in which some kinds of events take longer than others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY_S = 86_400.0


def history(n: int, days: int, *, seed: int = 1, telling: bool = True) -> tuple[dict[str, NDArray[Any]], float]:
    """The columns of `spells.CASE` and the end of the history; without `telling` every kind takes equally long."""
    chance = np.random.default_rng(seed)
    until = days * DAY_S
    reported = np.sort(chance.uniform(0, until, n))
    number = chance.integers(1, 7, n)
    limit = np.array([7_200, 14_400, 28_800, 86_400, 172_800, 3_600])[number - 1]
    slow = 0.2 + 0.25 * number if telling else np.full(n, 0.6)
    accepted = reported + chance.exponential(300, n)
    assigned = accepted + chance.exponential(600, n)
    handled = assigned + chance.gamma(2, 0.5, n) * slow * limit

    def seen(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(at <= until, at, np.nan)

    return {
        "reported": reported, "accepted": seen(accepted), "assigned": seen(assigned), "handled": seen(handled),
        "ended": seen(handled + 60), "deadline": reported + limit, "category": 20_000 + number * 100 + 1,
        "level": chance.integers(0, 4, n),
    }, until  # fmt: skip
