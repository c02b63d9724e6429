"""天气 — how hard it rains in each hour of a day: most days dry, some with a shower, a few wet throughout."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray


def rng_of(seed: int, day: date, purpose: str) -> np.random.Generator:
    """A generator of its own for every purpose of every day, so that one plan never disturbs another."""
    return np.random.default_rng([abs(seed), day.toordinal(), *purpose.encode()])


def rain_of(seed: int, day: date) -> NDArray[np.float64]:
    """24 values from 0 (dry) to 1 (pouring)."""
    rng = rng_of(seed, day, "rain")
    hours = np.arange(24)
    rain = np.zeros(24)
    showers = int(rng.choice([0, 1, 2, 3], p=[0.55, 0.25, 0.13, 0.07]))
    for _ in range(showers):
        middle, spread, depth = rng.uniform(0, 24), rng.uniform(0.8, 4), rng.uniform(0.3, 1)
        rain = np.maximum(rain, depth * np.exp(-((hours - middle) ** 2) / (2 * spread**2)))
    return np.where(rain < 0.05, 0, rain)
