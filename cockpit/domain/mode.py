"""平时 / 战时: whether a scope works on everything or on one incident."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    PEACETIME = "peacetime"
    WARTIME = "wartime"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModeState:
    """The mode of one scope, since when, by whom and around which event."""

    scope: str
    mode: Mode
    event_id: str | None
    by: str
    at: datetime
