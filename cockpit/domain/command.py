"""命令: what all commands have. The commands themselves are in `commands` and, by concern, in modules beside it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """What all commands have: an id of their own, who asks, within which scope, and when."""

    command_id: str
    by: str
    scope: str
    at: datetime
