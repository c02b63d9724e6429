"""事实: what all facts have. The facts themselves are in `facts` and, by concern, in modules beside it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """What all facts have. Both times are aware UTC."""

    fact_id: str
    at: datetime
    received_at: datetime
