"""平时 / 战时: whether a scope works on everything or on one incident."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    PEACETIME = "peacetime"
    WARTIME = "wartime"


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """The event that a scope turned to wartime for, as it was known then.

    Kept beside the mode: screens of a narrower scope do not hold the event, and it leaves the fold earlier.
    """

    title: str
    #: WGS-84 degrees; None where the event has no place that could be drawn
    lon: float | None
    lat: float | None
    code: str
    address: str
    reported_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ModeState:
    """The mode of one scope, since when, by whom, why and around which event."""

    scope: str
    mode: Mode
    event_id: str | None
    by: str
    at: datetime
    note: str = ""
    incident: Incident | None = None
