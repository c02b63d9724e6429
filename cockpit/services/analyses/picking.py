"""分组: rows of a question by a label, so that every count of an analysis is the length of the list that it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cockpit.domain.carrier import carrier_of
from cockpit.domain.event import Event
from cockpit.services.drill_down import DrillDown, first_of
from cockpit.services.drill_figures import Drilled
from cockpit.situation.table import Mask

#: so many events of a picked group are listed
MOST = 40


@dataclass(frozen=True, slots=True)
class Picked:
    """The events behind one count: how many, and the newest of them."""

    key: str
    total: int
    events: list[Event]


def picked(drill: DrillDown, drilled: Drilled, mask: Mask, key: str, past: datetime | None) -> Picked:
    """The list behind a mask of the question's rows."""
    places = first_of(drilled.known, drilled.rows, mask, count=MOST)
    return Picked(key, int(mask.sum()), drill.events(drilled.known, drilled.rows, places, past))


def units_of(drill: DrillDown, drilled: Drilled, rows: NDArray[np.int64], past: datetime | None) -> list[str]:
    """The unit that carries each of some rows (主办); empty where nobody does."""
    known, found = drilled.known, [""] * len(rows)
    part, place = drilled.rows.part[rows], drilled.rows.place[rows]
    for number in np.unique(part).tolist():
        mine = np.flatnonzero(part == number)
        taken = place[mine]
        units: Sequence[str]
        if number == 0:
            ids = [known.fold_ids[i] for i in taken.tolist()]
            events = drill.open_events(ids, past)
            units = [carrier_of(events[i]) if i in events else "" for i in ids]
        else:
            units = known.segments[number - 1].texts["unit"].texts(taken)
        for at, unit in zip(mine.tolist(), units, strict=True):
            found[at] = unit
    return found


def places_of(drilled: Drilled) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of the question's rows, WGS-84; NaN where it is not known."""
    known, rows = drilled.known, drilled.rows
    lon, lat = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    for number in np.unique(rows.part).tolist():
        mine = np.flatnonzero(rows.part == number)
        taken = rows.place[mine]
        if number == 0:
            lon[mine], lat[mine] = known.fold_places[0][taken], known.fold_places[1][taken]
        else:
            columns = known.segments[number - 1].columns
            drawable = columns["drawable"][taken]
            lon[mine] = np.where(drawable, columns["lon"][taken], np.nan)
            lat[mine] = np.where(drawable, columns["lat"][taken], np.nan)
    return lon, lat
