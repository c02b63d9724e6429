"""超时预测模型: learned from past events, tried on later ones that it has not seen, kept as arrays of numbers.

Three pieces of history in the order of time: from the first the counts, on the second the curve that makes
probabilities of them, on the third it is tried against the plain rule (used ≥ 80 % of the limit). What is used
afterwards has learned from all three; what is told about it comes from the third alone.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cockpit.services.forecast.scoring import PLAIN, Bin, Calibration, brier, calibrated, reliability
from cockpit.services.forecast.spells import Floats, Ints, Spells
from cockpit.services.forecast.survival import Questions, Survival

#: raised when the arrays change or what they mean: an older model is then not read
FORMAT = 2
#: shares of the reports, in their order, that are learned from before the curve and before the trial
_LEARNED, _SHAPED = 0.6, 0.8
#: as often each open event is asked about in a piece of history
_LOOKS = 160
_MOST_QUESTIONS = 60_000
#: with fewer answers to compare, or fewer that became overtime, a model is not believed
FEWEST_TRIED, FEWEST_LATE = 200, 20
_STRENGTHS = (5.0, 10.0, 20.0, 50.0, 100.0)
AT_RISK_SHARE = 0.8
_TOLD = ("since", "until", "brier", "brier_rule", "brier_used", "brier_tenths")


class UnreadableForecastError(ValueError):
    """The bytes are no model of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How it did on events that it had not seen. Brier scores: smaller is better."""

    questions: int
    late: int
    #: how many more there were that had too few alike to be answered
    unanswered: int
    since: float
    until: float
    brier: float
    #: the rule's yes or no; the used share of the limit taken for a probability; what share of each tenth used was late
    brier_rule: float
    brier_used: float
    brier_tenths: float
    bins: list[Bin]

    @property
    def is_better(self) -> bool:
        """Better than every form of the rule, and tried on enough to say so."""
        rivals = min(self.brier_rule, self.brier_used, self.brier_tenths)
        return self.questions >= FEWEST_TRIED and self.late >= FEWEST_LATE and self.brier < rivals


@dataclass(frozen=True, slots=True, kw_only=True)
class OvertimeModel:
    """What was learned until an instant (seconds since 1970)."""

    spells: Spells
    until: float
    strength: float
    calibration: Calibration
    trial: Trial

    def survival(self) -> Survival:
        """Makes an answerer of it; keep it, its index takes a moment."""
        return Survival(self.spells, until=self.until)

    def to_bytes(self) -> bytes:
        """As arrays in one file, without anything that could be executed."""
        file, t = io.BytesIO(), self.trial
        curve = [getattr(self.calibration, name) for name in Calibration.__slots__]
        np.savez_compressed(
            file, format=np.array(FORMAT),
            **{name: getattr(self.spells, name) for name in Spells.__slots__},
            numbers=np.array([self.until, self.strength, *curve]),
            trial=np.array(
                [t.questions, t.late, t.unanswered, *(getattr(t, name) for name in _TOLD)]
            ),
            bins=np.array([(b.count, b.said, b.came) for b in t.bins]).reshape(-1, 3),
        )  # fmt: skip
        return file.getvalue()

    @staticmethod
    def is_readable(body: bytes) -> bool:
        """Whether it is a model of this program; a look at one number, not at the whole."""
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                return int(arrays["format"]) == FORMAT
        except (OSError, KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error):
            return False

    @classmethod
    def from_bytes(cls, body: bytes) -> "OvertimeModel":
        """Read it back. Raises UnreadableForecastError."""
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                if int(arrays["format"]) != FORMAT:
                    raise UnreadableForecastError(f"a model of format {arrays['format']}")
                until, strength, *curve = arrays["numbers"].tolist()
                n, late, unanswered, *rest = arrays["trial"].tolist()
                return cls(
                    spells=Spells(*(arrays[name] for name in Spells.__slots__)),
                    until=until,
                    strength=strength,
                    calibration=Calibration(*curve),
                    trial=Trial(
                        questions=int(n), late=int(late), unanswered=int(unanswered),
                        **dict(zip(_TOLD, rest, strict=True)),
                        bins=[Bin(int(count), said, came) for count, said, came in arrays["bins"].tolist()],
                    ),
                )  # fmt: skip
        except (OSError, KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableForecastError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of the past with what became of them; `used`: the share of the limit that was used then."""

    questions: Questions
    used: Floats
    came: NDArray[np.bool_]


def asked_between(spells: Spells, since: float, until: float) -> Asked:
    """Every event that was open before its deadline, at some instants of a piece of history."""
    instants = np.linspace(since, until, _LOOKS, endpoint=False)
    leave = spells.begin + spells.dwell
    may = np.isfinite(spells.deadline) & (spells.deadline > since) & (spells.deadline <= until)
    rows, times = [], []
    for at in instants.tolist():
        mine = np.flatnonzero(may & (spells.begin <= at) & (leave > at) & (spells.deadline > at))
        rows.append(mine)
        times.append(np.full(len(mine), at))
    row, at_ = np.concatenate(rows), np.concatenate(times)
    if len(row) > _MOST_QUESTIONS:
        kept = np.linspace(0, len(row) - 1, _MOST_QUESTIONS).astype(np.int64)
        row, at_ = row[kept], at_[kept]
    elapsed, left = at_ - spells.begin[row], spells.deadline[row] - at_
    asked = Questions(elapsed, left, spells.category[row], spells.stage[row], spells.level[row])
    late = spells.total[row] > spells.deadline[row] - spells.begin[row]
    return Asked(asked, asked.used, late)


def learned(spells: Spells, *, until: float) -> OvertimeModel | None:
    """Learn from spells as they are known at `until`. None where there is no deadline that has passed at all."""
    spells = spells.known_at(until)
    if len(spells) < FEWEST_TRIED or not np.isfinite(spells.deadline).any():
        return None
    begins = np.sort(spells.begin)
    first, second = (float(begins[int(share * (len(begins) - 1))]) for share in (_LEARNED, _SHAPED))
    early, late = Survival(spells.known_at(first), until=first), Survival(spells.known_at(second), until=second)
    shaping, trying = asked_between(spells.known_at(second), first, second), asked_between(spells, second, until)
    answers = early.asked(shaping.questions)
    strength = min(_STRENGTHS, key=lambda s: _score(answers.shrunk(s), shaping.came))
    curve = calibrated(answers.shrunk(strength), shaping.used, shaping.came) if len(shaping.came) else PLAIN
    share = late.asked(trying.questions).shrunk(strength)
    trial = _tried(curve.of(share, trying.used), trying, shaping, since=second, until=until)
    # the counts of the trial are honest too: the curve that is used has seen both
    both = np.concatenate((answers.shrunk(strength), share))
    used = np.concatenate((shaping.used, trying.used))
    came = np.concatenate((shaping.came, trying.came))
    curve = calibrated(both, used, came) if len(came) else PLAIN
    return OvertimeModel(spells=spells, until=until, strength=strength, calibration=curve, trial=trial)


def _score(share: Floats, came: NDArray[np.bool_]) -> float:
    known = ~np.isnan(share)
    return brier(share[known], came[known]) if known.any() else float("inf")


def _tried(said: Floats, trying: Asked, shaping: Asked, *, since: float, until: float) -> Trial:
    known = ~np.isnan(said)
    said, used, came = said[known], trying.used[known], trying.came[known]
    rates = _rates_by_tenth(shaping.used, shaping.came)
    return Trial(
        questions=len(said), late=int(came.sum()), unanswered=int((~known).sum()), since=since, until=until,
        brier=brier(said, came), brier_rule=brier((used >= AT_RISK_SHARE).astype(float), came),
        brier_used=brier(used, came), brier_tenths=brier(rates[_tenth(used)], came), bins=reliability(said, came),
    )  # fmt: skip


def _tenth(used: Floats) -> Ints:
    return np.minimum((used * 10).astype(np.int64), 9)


def _rates_by_tenth(used: Floats, came: NDArray[np.bool_]) -> Floats:
    """The rule at its best: the share that became overtime of those that had used so much of their limit."""
    n = np.bincount(_tenth(used), minlength=10)
    late = np.bincount(_tenth(used), weights=came, minlength=10)
    return np.asarray((late + 1) / (n + 2))
