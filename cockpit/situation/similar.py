"""相似事件: open events that may be about the same thing as one that is being looked at."""

from typing import NamedTuple

import numpy as np

from cockpit.domain.duplicates import SAME_WITHIN, SAME_WITHIN_M, distance_m, is_alike
from cockpit.domain.event import Event
from cockpit.situation.situation import Situation
from cockpit.situation.table import OPEN, PAUSED

_M_PER_DEGREE = 111_195.0
#: the columns are good to a metre
_BOX_M = SAME_WITHIN_M + 2
_MOST = 20


class Similar(NamedTuple):
    event: Event
    distance_m: float


def find_duplicates(situation: Situation, event: Event) -> list[Similar]:
    """Open events near in place and time and alike in kind or words, the nearest first; at most twenty.

    Only a person merges them. An event without a place has no candidates.
    """
    place = event.report.place
    if place.lon is None or place.lat is None:
        return []
    rows = situation.table.rows
    # degrees of longitude are shorter here: twice the distance is enough up to 60° north
    near = (np.abs(rows["lat"] - place.lat) * _M_PER_DEGREE <= _BOX_M) & (
        np.abs(rows["lon"] - place.lon) * _M_PER_DEGREE <= 2 * _BOX_M
    )
    near &= (rows["state"] == OPEN) | (rows["state"] == PAUSED)
    near &= np.abs(rows["reported"] - event.report.reported_at.timestamp()) <= SAME_WITHIN.total_seconds()
    found = []
    for event_id in situation.table.ids(near):
        other = situation.events[event_id]
        apart_m = distance_m(event, other)
        if event_id != event.event_id and apart_m is not None and apart_m <= SAME_WITHIN_M and is_alike(event, other):
            found.append(Similar(other, apart_m))
    return sorted(found, key=lambda s: (s.distance_m, s.event.event_id))[:_MOST]
