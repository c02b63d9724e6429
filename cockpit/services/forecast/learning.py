"""预测学习: makes both models from the records when it is time, and holds the newest for whoever asks.

Learning is done in the process of `cockpit learn`, at the lowest priority: nobody who reports an event waits for it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from numpy.typing import NDArray

from cockpit.domain.category import category_number
from cockpit.domain.level import Level
from cockpit.services.forecast.demand_model import LEARNED_DAYS, TRIED_DAYS, DemandModel, Reports, learned_demand
from cockpit.services.forecast.overtime_model import OvertimeModel, UnreadableForecastError, learned
from cockpit.services.forecast.spells import Ints, spells_of
from cockpit.services.forecast.survival import Survival
from cockpit.services.reread import Reread
from cockpit.situation.period import local_of
from cockpit.store.forecasts import StoredForecast

log = structlog.get_logger(__name__)

#: the newest so many events are learned from
MOST_CASES = 40_000
FEWEST_CASES = 300
_GROWN_BY = 1.1
_STALE_AFTER = timedelta(hours=20)
_LOOK_EVERY_S = 60.0
_LEVELS = {level.value: number for number, level in enumerate(Level)}

M = TypeVar("M")


class Cases(Protocol):
    """Past events (`store.forecasts`)."""

    def count(self) -> int: ...
    def newest(self, most: int) -> Sequence[Sequence[Any]]: ...
    def reported_since(self, since_ms: int) -> Sequence[Sequence[Any]]: ...


class Models(Protocol):
    """Where models of one kind are kept."""

    def save(self, model: StoredForecast) -> None: ...
    def find_newest(self) -> StoredForecast | None: ...
    def newest_id(self) -> int: ...


def columns_of(rows: Sequence[Sequence[Any]]) -> dict[str, NDArray[Any]]:
    """The columns of `spells.CASE` from rows with those of `store.forecasts.CASE`."""
    read = list(zip(*rows, strict=True)) or [()] * 9
    times = [np.array([np.nan if v is None else v / 1000 for v in column], dtype=np.float64) for column in read[:7]]
    reported, accepted, assigned, handled, ended, overtime, due = times
    return {
        "reported": reported, "accepted": accepted, "assigned": assigned, "handled": handled, "ended": ended,
        "deadline": np.where(np.isnan(overtime), due, overtime),
        "category": np.array([category_number(c) for c in read[7]], dtype=np.int64),
        "level": np.array([_LEVELS.get(level, len(_LEVELS)) for level in read[8]], dtype=np.int64),
    }  # fmt: skip


def learn_overtime(cases: Cases, models: Models, *, now: datetime, at_once: bool = False) -> OvertimeModel | None:
    """Learn and keep the model; None if it is not time, or there is too little to learn."""
    count = cases.count()
    if count < FEWEST_CASES or not (at_once or _is_due(models.find_newest(), count, now)):
        return None
    model = learned(spells_of(columns_of(cases.newest(MOST_CASES))), until=now.timestamp())
    if model is not None:
        models.save(StoredForecast(trained_at=now, cases=count, body=model.to_bytes()))
    return model


def learn_demand(
    cases: Cases, models: Models, places: Ints, *, now: datetime, zone: ZoneInfo, at_once: bool = False
) -> DemandModel | None:
    """Learn from whole local days; once a day is enough, and a second time on the same day teaches nothing."""
    last, count = models.find_newest(), cases.count()
    today = now.astimezone(zone).date()
    if last is not None and not at_once and last.trained_at.astimezone(zone).date() == today:
        return None
    since = now - timedelta(days=LEARNED_DAYS + TRIED_DAYS + 1)
    rows = np.array(cases.reported_since(int(since.timestamp() * 1000)), dtype=np.int64).reshape(-1, 2)
    day, hour = local_of(rows[:, 1] / 1000, zone)
    model = learned_demand(Reports(rows[:, 0], day, hour), places, day=today.toordinal())
    if model is not None:
        models.save(StoredForecast(trained_at=now, cases=count, body=model.to_bytes()))
    return model


def _is_due(last: StoredForecast | None, count: int, now: datetime) -> bool:
    if last is None or count >= last.cases * _GROWN_BY or not OvertimeModel.is_readable(last.body):
        return True
    return count != last.cases and now - last.trained_at >= _STALE_AFTER


@dataclass(frozen=True, slots=True)
class Held(Generic[M]):
    """A model as it is used: its number and when it was made."""

    model: M
    number: int
    trained_at: datetime
    cases: int


class ModelBook(Generic[M]):
    """The newest model of a kind, at most a minute old; None as long as nothing was learned."""

    def __init__(
        self, what: str, models: Models, read: Callable[[bytes], M], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        def reread() -> Held[M] | None:
            stored = models.find_newest()
            if stored is None:
                return None
            try:
                return Held(read(stored.body), models.newest_id(), stored.trained_at, stored.cases)
            except UnreadableForecastError as error:
                log.warning("a forecast cannot be read", what=what, reason=str(error))
                return None

        self._held: Reread[Held[M] | None] = Reread(
            what, mark=models.newest_id, read=reread, first=None, every_s=_LOOK_EVERY_S, monotonic=monotonic
        )

    def now(self) -> Held[M] | None:
        """The newest model."""
        return self._held.now()


@dataclass(frozen=True, slots=True)
class Prophet:
    """An overtime model with its answerer, whose index takes a moment to make."""

    model: OvertimeModel
    survival: Survival

    @classmethod
    def of_bytes(cls, body: bytes) -> "Prophet":
        """Read a model. Raises UnreadableForecastError."""
        model = OvertimeModel.from_bytes(body)
        return cls(model, model.survival())
