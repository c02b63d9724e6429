"""分拨的内容: who helps, and by which limit the handling is measured."""

from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.limit import Limit


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenLimit:
    """A limit with where it comes from: part of what happened, so that a standard replaced later changes nothing."""

    limit: Limit
    #: 立案条件 of the standard; empty where an officer gave the limit himself
    condition: str = ""
    #: version of the standards it was taken from
    version: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """What an assignment says beside the lead unit (主办)."""

    #: 协办: each has its own acceptance clock
    co_units: tuple[str, ...] = ()
    given: GivenLimit | None = None
    #: an officer may name the very instant instead of a limit
    due_at: datetime | None = None
