"""预案命令: run a plan, tick its checklist. The plan and whom it sends travel along, as looked up when it was asked."""

from dataclasses import dataclass

from cockpit.domain.command import Command
from cockpit.domain.order import OrderRecipient
from cockpit.domain.plan import Plan
from cockpit.domain.plan_facts import Told


@dataclass(frozen=True, kw_only=True, slots=True)
class Assigned:
    """Who is sent for one force, and what they are told to do."""

    kind: str
    wanted: int
    task: str
    recipients: tuple[OrderRecipient, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPlan(Command):
    """一键指挥 of a plan for an event; the command's id becomes the run's."""

    event_id: str
    plan: Plan
    forces: tuple[Assigned, ...]
    told: tuple[Told, ...] = ()
    cameras: tuple[str, ...] = ()
    account: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TickChecklist(Command):
    run_id: str
    item_id: str
    done: bool = True
    note: str = ""


PLAN_COMMANDS: tuple[type[Command], ...] = (RunPlan, TickChecklist)
