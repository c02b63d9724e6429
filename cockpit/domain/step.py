"""步骤: one entry of an event into a stage."""

from dataclasses import dataclass, field
from datetime import datetime

from cockpit.domain.assignment import Assignment
from cockpit.domain.level import Level
from cockpit.domain.stage import Stage, order_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One move of the life cycle: who, when, which unit, at which level, why."""

    stage: Stage
    at: datetime
    unit: str = ""
    by: str = ""
    level: Level | None = None
    note: str = ""
    fact_id: str = ""
    #: what the source said beside the contract's fields
    extra: dict[str, object] = field(default_factory=dict)
    #: co-handlers and limit of an assignment
    assignment: Assignment | None = None
    attachments: tuple[str, ...] = ()
    #: satisfaction of an evaluation, 1 to 5
    score: int | None = None
    #: the account and the command of a step that was taken in the cockpit; empty for what a source told
    account: str = ""
    command_id: str = ""


def happened(step: Step) -> tuple[datetime, int, str]:
    """The order of steps in time; in the same instant, that of the cycle."""
    return step.at, order_of(step.stage), step.fact_id
