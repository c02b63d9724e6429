"""需求预测模型: how many reports a day brings, by grid and hour, for those who plan its shifts. Pure.

What a place brings on an average day, the last two weeks weighing most and drawn towards its street's mean by how
little is known of it (a gamma prior of a Poisson rate), times how its street's week runs, drawn towards the city's.
It is tried on days that it has not seen beside the plain way: the same hour a week before (seasonal naive).
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np

from cockpit.services.forecast.overtime_model import UnreadableForecastError
from cockpit.services.forecast.spells import Floats, Ints

FORMAT = 1
#: so many days are learned from, so many are kept back to try it on; with fewer than four weeks nothing is said
LEARNED_DAYS, TRIED_DAYS, FEWEST_DAYS = 56, 14, 28
_HALF_LIFE_DAYS = 14.0
#: a place counts as so many days of its street's mean, a street as so many reports of the city's week
_PLACE_DAYS, _STREET_REPORTS, _CITY_REPORTS = 10.0, 200.0, 200.0
_HOURS, _WEEK = 24, 7
_STREET = 10**6
SHIFT_H = 8


@dataclass(frozen=True, slots=True)
class Reports:
    """One row a report: which place, which local day (ordinal) and hour."""

    place: Ints
    day: Ints
    hour: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandTrial:
    """Mean squared errors on days that it had not seen, by grid and hour and by street and shift; smaller is better."""

    days: int
    reports: int
    cells: float
    cells_naive: float
    shifts: float
    shifts_naive: float

    @property
    def is_better(self) -> bool:
        """Better than the same hour a week before, both for a grid's hour and for a street's shift."""
        return self.days > 0 and self.cells < self.cells_naive and self.shifts < self.shifts_naive


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandModel:
    """What was learned from the days before `day` (ordinal). `places`: 15-digit numbers, ascending."""

    day: int
    places: Ints
    #: reports on an average day, by place
    level: Floats
    street: Ints
    #: how a street's week runs, by weekday (0 Monday) and hour: 1/24 is the average hour of the average day
    profile: Floats
    #: reports of the last seven days by place, weekday and hour, for the plain way
    last_week: Ints
    trial: DemandTrial

    def expected(self, weekday: int) -> Floats:
        """Reports by place and hour on such a day."""
        return np.asarray(self.level[:, None] * self.profile[self.street, weekday, :])

    def naive(self, weekday: int) -> Floats:
        """What the same weekday brought last."""
        counts = np.zeros((len(self.places), _HOURS))
        mine = self.last_week[self.last_week[:, 1] == weekday]
        counts[mine[:, 0], mine[:, 2]] = mine[:, 3]
        return counts

    def to_bytes(self) -> bytes:
        """As arrays in one file, without anything that could be executed."""
        file, t = io.BytesIO(), self.trial
        np.savez_compressed(
            file, format=np.array(FORMAT), day=np.array(self.day), places=self.places, level=self.level,
            street=self.street, profile=self.profile, last_week=self.last_week,
            trial=np.array([t.days, t.reports, t.cells, t.cells_naive, t.shifts, t.shifts_naive]),
        )  # fmt: skip
        return file.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes) -> "DemandModel":
        """Read it back. Raises UnreadableForecastError."""
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
                if int(arrays["format"]) != FORMAT:
                    raise UnreadableForecastError(f"a model of format {arrays['format']}")
                days, reports, cells, cells_naive, shifts, shifts_naive = arrays["trial"].tolist()
                return cls(
                    day=int(arrays["day"]), places=arrays["places"], level=arrays["level"], street=arrays["street"],
                    profile=arrays["profile"], last_week=arrays["last_week"],
                    trial=DemandTrial(
                        days=int(days), reports=int(reports), cells=cells, cells_naive=cells_naive, shifts=shifts,
                        shifts_naive=shifts_naive,
                    ),
                )  # fmt: skip
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableForecastError(str(error)) from error


def weekday_of(day: date, *, is_workday: bool) -> int:
    """The weekday that a day is like: a holiday is like a Sunday, a workday at a weekend like a Friday."""
    weekday = day.weekday()
    if is_workday and weekday >= 5:
        return 4
    return 6 if not is_workday and weekday < 5 else weekday


def learned_demand(reports: Reports, places: Ints, *, day: int) -> DemandModel | None:
    """Learn from what came before `day`. None with fewer than four weeks. `reports.place` are 15-digit numbers."""
    known = (reports.day < day) & (reports.day >= day - LEARNED_DAYS - TRIED_DAYS)
    if not known.any() or day - int(reports.day[known].min()) < FEWEST_DAYS:
        return None
    places = np.union1d(places, reports.place[known]).astype(np.int64)
    own = Reports(np.searchsorted(places, reports.place[known]), reports.day[known], reports.hour[known])
    streets, street = np.unique(places // _STREET, return_inverse=True)
    first = int(own.day.min())
    tried = min(TRIED_DAYS, day - first - FEWEST_DAYS // 2)
    trial = _tried(own, street, len(streets), days=range(day - tried, day), first=first)
    level, profile = _fitted(own, street, len(streets), day=day, first=first)
    last = own.day >= day - _WEEK
    rows = np.column_stack((own.place[last], _weekday(own.day[last]), own.hour[last]))
    cells, counts = np.unique(rows, axis=0, return_counts=True)
    return DemandModel(
        day=day, places=places, level=level, street=street.astype(np.int64), profile=profile,
        last_week=np.column_stack((cells, counts)).astype(np.int64).reshape(-1, 4), trial=trial,
    )  # fmt: skip


def _weekday(day: Ints) -> Ints:
    return np.asarray((day + 6) % 7)  # day 1 of the ordinals was a Monday


def _fitted(reports: Reports, street: Ints, streets: int, *, day: int, first: int) -> tuple[Floats, Floats]:
    begin = max(first, day - LEARNED_DAYS)
    mine = (reports.day >= begin) & (reports.day < day)
    place, days, hour = reports.place[mine], reports.day[mine], reports.hour[mine]
    weights = 0.5 ** ((day - np.arange(begin, day)) / _HALF_LIFE_DAYS)
    weight = weights[days - begin]
    told, watched = np.bincount(place, weights=weight, minlength=len(street)), float(weights.sum())
    in_street = np.bincount(street, minlength=streets)
    mean = np.bincount(street, weights=told, minlength=streets) / (np.maximum(in_street, 1) * watched)
    level = (told + _PLACE_DAYS * mean[street]) / (watched + _PLACE_DAYS)
    # how often each weekday was seen: a week that was seen in part makes no weekday louder
    seen = np.bincount(_weekday(np.arange(begin, day)), minlength=_WEEK)
    cell = (street[place] * _WEEK + _weekday(days)) * _HOURS + hour
    counts = np.bincount(cell, minlength=streets * _WEEK * _HOURS).reshape(streets, _WEEK, _HOURS).astype(float)
    counts *= (seen.sum() / (_WEEK * np.maximum(seen, 1)))[None, :, None]
    city = _drawn(counts.sum(axis=0), np.full((_WEEK, _HOURS), 1 / (_WEEK * _HOURS)), _CITY_REPORTS)
    shares = np.stack([_drawn(own, city, _STREET_REPORTS) for own in counts]) if streets else np.zeros((0, 7, 24))
    return level, shares * _WEEK


def _drawn(counts: Floats, towards: Floats, strength: float) -> Floats:
    return np.asarray((counts + strength * towards) / (counts.sum() + strength))


def _tried(reports: Reports, street: Ints, streets: int, *, days: range, first: int) -> DemandTrial:
    errors = np.zeros(4)
    brought = 0
    for day in days:
        level, profile = _fitted(reports, street, streets, day=day, first=first)
        said = level[:, None] * profile[street, int(_weekday(np.array(day))), :]
        came, before = _counted(reports, day, len(street)), _counted(reports, day - _WEEK, len(street))
        brought += int(came.sum())
        pieces = [(said, came), (before, came)]
        pieces += [(_shifts(a, street, streets), _shifts(b, street, streets)) for a, b in pieces]
        errors += [float(np.mean((a - b) ** 2)) for a, b in pieces]
    cells, cells_naive, shifts, shifts_naive = (errors / max(len(days), 1)).tolist()
    return DemandTrial(
        days=len(days), reports=brought, cells=cells, cells_naive=cells_naive, shifts=shifts, shifts_naive=shifts_naive
    )


def _counted(reports: Reports, day: int, places: int) -> Floats:
    mine = reports.day == day
    cell = reports.place[mine] * _HOURS + reports.hour[mine]
    return np.bincount(cell, minlength=places * _HOURS).reshape(places, _HOURS).astype(float)


def _shifts(cells: Floats, street: Ints, streets: int) -> Floats:
    """By street and shift of eight hours."""
    found = np.zeros((streets, _HOURS // SHIFT_H))
    np.add.at(found, street, cells.reshape(len(cells), -1, SHIFT_H).sum(axis=2))
    return found
