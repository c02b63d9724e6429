"""设备: what stands where, whose it is, what is normal for it, and how often it should be heard of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from cockpit.domain.event import Place


class Limits(NamedTuple):
    """What is normal for one quantity of one device; None where there is no limit."""

    low: float | None = None
    high: float | None = None
    unit: str = ""


class Window(NamedTuple):
    """检修 from one instant to another: what the device says then is nobody's alarm."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """One device. `is_known` is False for one that was only ever heard of: nobody has entered or adopted it."""

    device_id: str
    kind: str = ""
    name: str = ""
    place: Place = field(default_factory=Place)
    owner: str = ""
    #: seconds between two readings when all is well; None: nobody waits for it
    interval_s: float | None = None
    limits: Mapping[str, Limits] = field(default_factory=dict)
    maintenance: tuple[Window, ...] = ()
    is_known: bool = True
    first_heard_at: datetime | None = None
    #: when it came into the registry; None for a city's own, and where that was not kept
    added_at: datetime | None = field(default=None, compare=False)

    def is_in_maintenance(self, at: datetime) -> bool:
        """True while somebody works on it; the end of a window is outside."""
        return any(window.start <= at < window.end for window in self.maintenance)
