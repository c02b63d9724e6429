"""校准: how good probabilities were, once it is known what became of the events. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cockpit.services.forecast.spells import Floats

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same probability: how many, what was said on average, what share came so."""

    count: int
    said: float
    came: float


def brier(said: Floats, came: NDArray[np.bool_]) -> float:
    """The mean squared distance between what was said (0…1) and what came (0 or 1): 0 is perfect (Brier 1950)."""
    return float(np.mean((said - came) ** 2)) if len(said) else float("nan")


def reliability(said: Floats, came: NDArray[np.bool_]) -> list[Bin]:
    """By tenths of the probability: a calibrated forecast says as often as it comes."""
    tenth = np.minimum((said * _BINS).astype(np.int64), _BINS - 1)
    found = []
    for number in range(_BINS):
        mine = tenth == number
        if n := int(mine.sum()):
            found.append(Bin(n, float(said[mine].mean()), float(came[mine].mean())))
    return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve (Platt) from a raw share and the used share of the limit to a probability."""

    bias: float
    weight: float
    by_used: float

    def of(self, share: Floats, used: Floats) -> Floats:
        """Probabilities; NaN stays NaN."""
        return np.asarray(1 / (1 + np.exp(-(self.bias + self.weight * logit(share) + self.by_used * used))))


PLAIN = Calibration(0.0, 1.0, 0.0)


def logit(share: Floats) -> Floats:
    """Log-odds, with shares of 0 and 1 drawn a little inwards."""
    kept = np.clip(share, 0.002, 0.998)
    return np.asarray(np.log(kept / (1 - kept)))


def calibrated(share: Floats, used: Floats, came: NDArray[np.bool_]) -> Calibration:
    """Fit the curve; the plain one where all or none became overtime. Takes scikit-learn."""
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(share)
    share, used, came = share[known], used[known], came[known]
    if len(np.unique(came)) < 2:
        return PLAIN
    model = LogisticRegression(C=10.0, max_iter=200).fit(np.column_stack((logit(share), used)), came)
    weight, by_used = model.coef_[0].tolist()
    return Calibration(float(model.intercept_[0]), float(weight), float(by_used))
