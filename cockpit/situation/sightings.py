"""Alarms that a rule has seen, by bands of latitude: which of them lie near one another in place and time."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from cockpit.domain.alarm_rule import AlarmRule
from cockpit.domain.geo import distance_m

#: alarms that a combination remembers, at most, in each band of latitude that is as high as its devices may be apart:
#: a storm costs each alarm its neighbours and not all alarms
_MOST_IN_BAND = 200
#: a little less than they are, so that a band is never lower than it should be
_METRES_A_DEGREE = 111_000


class Sighting(NamedTuple):
    """An alarm of a device; WGS-84 degrees."""

    at: datetime
    device_id: str
    lon: float
    lat: float


class Sightings:
    """What one rule about several together has seen. Used by one thread."""

    def __init__(self, rule: AlarmRule) -> None:
        self._rule = rule
        self._bands: dict[int, deque[Sighting]] = {}

    def beside(self, new: Sighting) -> dict[str, Sighting]:
        """Device → the alarm that counts together with `new`, which is among them and remembered."""
        rule, bands = self._rule, self._bands
        near = {new.device_id: new}
        band = int(new.lat * _METRES_A_DEGREE // rule.within_m)
        for number in (band - 1, band, band + 1):
            seen = bands.get(number)
            while seen and new.at - seen[0].at > timedelta(seconds=rule.within_s):
                seen.popleft()
            for s in seen or ():
                if s.device_id == new.device_id or abs((new.at - s.at).total_seconds()) > rule.within_s:
                    continue
                if distance_m(new.lon, new.lat, s.lon, s.lat) <= rule.within_m:
                    near[s.device_id] = s
        bands.setdefault(band, deque(maxlen=_MOST_IN_BAND)).append(new)
        return near
