"""预案事实: a plan was run, an item of its checklist was ticked."""

from dataclasses import dataclass
from typing import NamedTuple

from cockpit.domain.fact import Fact
from cockpit.domain.plan import CheckItem, Words


class Lacking(NamedTuple):
    """A force that is not complete: so many were wanted, so many could be ordered."""

    kind: str
    wanted: int
    ordered: int


class Told(NamedTuple):
    """What a unit is told; a notice goes out of it."""

    to: str
    text: str


class Passed(NamedTuple):
    """Somebody who was looked up and not ordered after all, and by which rule."""

    recipient_id: str
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRun(Fact):
    """一键指挥: ends its command. The mode, the orders and this happened together."""

    run_id: str
    plan_id: str
    plan_version: int
    title: Words
    event_id: str
    #: division or grid code of the event's place
    code: str
    order_ids: tuple[str, ...]
    lacking: tuple[Lacking, ...]
    passed: tuple[Passed, ...]
    checklist: tuple[CheckItem, ...]
    told: tuple[Told, ...]
    cameras: tuple[str, ...]
    layers: tuple[str, ...]
    by: str
    command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanTaken(Fact):
    """Stands beside `PlanRun`. Its id is the plan's next turn for the event: of two officers at once the log lets one
    in, whoever they would have sent."""

    run_id: str
    plan_id: str
    event_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChecklistTicked(Fact):
    """An item was done, or is not done after all."""

    run_id: str
    item_id: str
    done: bool
    note: str
    by: str
    command_id: str


PLAN_FACTS: tuple[type[Fact], ...] = (PlanRun, PlanTaken, ChecklistTicked)
