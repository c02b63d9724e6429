"""可能超时预测: for every open event whose deadline is ahead, how probable it is that its handling ends after it.

Where too little was learned, or what was learned is no better than the plain rule, there is no probability: the rule
speaks (used ≥ 80 % of the limit), and it is said why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.category import category_span
from cockpit.domain.scope import Scope
from cockpit.domain.stage import Phase
from cockpit.services.drill_down import Fold
from cockpit.services.forecast.learning import Held, Prophet
from cockpit.services.forecast.overtime_model import Trial
from cockpit.services.forecast.spells import KINDSHIPS, Floats, Ints, Waiting
from cockpit.services.forecast.survival import FEWEST_TOLD, Questions
from cockpit.situation.period import Filters
from cockpit.situation.situation import Situation
from cockpit.situation.table import OPEN, PHASES, SOURCES

#: from this probability on an event is marked where only the likely ones are
LIKELY = 0.5


class Basis(StrEnum):
    """What a forecast rests on."""

    LEARNED = "learned"
    RULE = "rule"


class WhyRule(StrEnum):
    """Why the plain rule speaks."""

    NOTHING_LEARNED = "nothing_learned"
    NOT_BETTER = "not_better"
    TOO_FEW_ALIKE = "too_few_alike"
    LEARNED_LATER = "learned_later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One open event. Times in seconds since 1970, durations in seconds."""

    event_id: str
    code: int
    basis: Basis
    why: WhyRule | None
    #: None where the rule speaks
    probability: float | None
    #: the share of its limit that is used, and what the rule says
    used: float
    at_risk: bool
    deadline: float
    left_s: float
    #: of `similar` events that had as much of the time of their stage used (`stage_used`, 0…1) `longer` became
    #: overtime; what makes them similar
    stage_used: float
    similar: int
    longer: int
    kindship: str
    #: the last moment when a push still helps: what is left then was enough for the quickest tenth of similar events
    push_by: float | None

    @property
    def push_at(self) -> datetime | None:
        return None if self.push_by is None else datetime.fromtimestamp(self.push_by, UTC)

    @property
    def due_at(self) -> datetime:
        return datetime.fromtimestamp(self.deadline, UTC)

    @property
    def is_likely(self) -> bool:
        """Worth a mark: likelier than not, or at risk where only the rule speaks."""
        return self.at_risk if self.probability is None else self.probability >= LIKELY

    @property
    def place(self) -> tuple[float, float, str]:
        """Where it stands in a list: the marked first, then by probability, then what the rule says nothing of."""
        by_rule = LIKELY if self.at_risk else 0.0
        return -(by_rule if self.probability is None else self.probability), -self.used, self.event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasts:
    """All of a scope, the likeliest first."""

    at: datetime
    items: list[Forecast]
    why: WhyRule | None
    trial: Trial | None
    number: int
    trained_at: datetime | None
    cases: int

    @property
    def likely(self) -> int:
        """How many are marked."""
        return sum(item.is_likely for item in self.items)

    def still_helped(self) -> list[Forecast]:
        """Those that a push still helps."""
        now = self.at.timestamp()
        return [item for item in self.items if item.push_by is not None and item.push_by > now]


@dataclass(frozen=True, slots=True)
class _Open:
    """Columns of the open events whose deadline is ahead."""

    ids: list[str]
    rows: NDArray[Any]
    questions: Questions


class OpenEvents:
    """Forecasts for the live fold and for past instants; safe from any thread."""

    def __init__(
        self, fold: Fold, folded: Callable[[datetime], Situation], book: Callable[[], Held[Prophet] | None]
    ) -> None:
        self._fold, self._folded, self._book = fold, folded, book

    def listed(self, scope: Scope, past: datetime | None, now: datetime, filters: Filters | None = None) -> Forecasts:
        """Every open event of the scope with a deadline ahead, at an instant; source and category narrow it down."""
        at = past or now
        if past is not None:
            found = _open_of(self._folded(past), scope, at, filters or Filters())
        else:
            with self._fold.lock:
                found = _open_of(self._fold.situation, scope, at, filters or Filters())
        held = self._book()
        why = _why(held, at)
        items = _forecasts(found, held.model if held and not why else None, why, at)
        items.sort(key=lambda f: f.place)
        return Forecasts(
            at=at, items=items, why=why, trial=held.model.model.trial if held else None,
            number=held.number if held else 0, trained_at=held.trained_at if held else None,
            cases=held.cases if held else 0,
        )  # fmt: skip

    def find(self, situation: Situation, event_id: str, at: datetime) -> Forecast | None:
        """One event; None where it has no deadline ahead. Whoever asks holds the fold's lock if it is the live one."""
        try:
            row = situation.table.number_of(event_id)
        except KeyError:
            return None
        found = _picked(situation, np.array([row]), at)
        held = self._book()
        why = _why(held, at)
        items = _forecasts(found, held.model if held and not why else None, why, at)
        return items[0] if items else None


def _why(held: Held[Prophet] | None, at: datetime) -> WhyRule | None:
    if held is None:
        return WhyRule.NOTHING_LEARNED
    if held.trained_at > at:  # what was learned later knows how it ended
        return WhyRule.LEARNED_LATER
    return None if held.model.model.trial.is_better else WhyRule.NOT_BETTER


def _open_of(situation: Situation, scope: Scope, at: datetime, filters: Filters) -> _Open:
    mask, rows = situation.table.within(scope), situation.table.rows
    if filters.source is not None:
        mask &= rows["source"] == SOURCES.index(filters.source)
    if filters.category:
        low, high = category_span(filters.category)
        mask &= (rows["category"] >= low) & (rows["category"] < high)
    return _picked(situation, np.flatnonzero(mask), at)


def _picked(situation: Situation, among: NDArray[np.int64], at: datetime) -> _Open:
    table, now = situation.table, at.timestamp()
    whole = table.rows[among]
    ahead = (whole["deadline"] > now) & (whole["reported"] <= now)
    is_asked = (whole["state"] == OPEN) & np.isnan(whole["handled"]) & ahead
    chosen, rows = among[is_asked], whole[is_asked]
    is_assigned = (rows["phase"] == PHASES.index(Phase.HANDLING)) & ~np.isnan(rows["assigned"])
    is_accepted = ~is_assigned & ~np.isnan(rows["accepted"])
    stage = np.where(is_assigned, Waiting.HANDLING, np.where(is_accepted, Waiting.ACCEPTED, Waiting.REGISTERED))
    begin = np.where(is_assigned, rows["assigned"], np.where(is_accepted, rows["accepted"], rows["reported"]))
    return _Open(
        table.ids_of(chosen),
        rows,
        Questions(
            np.maximum(now - begin, 0.0), rows["deadline"] - now, rows["category"].astype(np.int64),
            stage.astype(np.int64), rows["level"].astype(np.int64),
        ),
    )  # fmt: skip


def _forecasts(found: _Open, prophet: Prophet | None, why: WhyRule | None, at: datetime) -> list[Forecast]:
    n, now = len(found.ids), at.timestamp()
    rows, asked = found.rows, found.questions
    limit = np.maximum(rows["deadline"] - rows["reported"], 1.0)
    used = np.clip((now - rows["reported"]) / limit, 0.0, 1.0)
    said: Floats = np.full(n, np.nan)
    push: Floats = np.full(n, np.nan)
    similar: Ints = np.zeros(n, dtype=np.int64)
    longer, kindship = similar, similar
    if prophet is not None and n:
        answers = prophet.survival.asked(asked)
        share = answers.shrunk(prophet.model.strength)
        said = prophet.model.calibration.of(share, asked.used)
        kindship = answers.kindship(FEWEST_TOLD)
        place = (kindship, np.arange(n))
        similar, longer = answers.similar[place], answers.longer[place]
        push = rows["deadline"] - prophet.survival.quickest_s(asked, answers.kindship())
    found_: list[Forecast] = []
    for i, event_id in enumerate(found.ids):
        few = prophet is not None and bool(np.isnan(said[i]))
        reason = why or (WhyRule.TOO_FEW_ALIKE if few else None)
        found_.append(
            Forecast(
                event_id=event_id, code=int(rows["code"][i]), basis=Basis.RULE if reason else Basis.LEARNED, why=reason,
                probability=None if reason else float(said[i]), used=float(used[i]),
                at_risk=bool(now >= rows["at_risk"][i]), deadline=float(rows["deadline"][i]),
                left_s=float(asked.left[i]), stage_used=float(asked.used[i]), similar=int(similar[i]),
                longer=int(longer[i]), kindship=KINDSHIPS[int(kindship[i])],
                push_by=None if reason or np.isnan(push[i]) else float(push[i]),
            )
        )  # fmt: skip
    return found_
