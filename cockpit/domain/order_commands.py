"""调度命令: what is asked for about orders. What was looked up when it was asked travels along."""

from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.command import Command
from cockpit.domain.event import Place
from cockpit.domain.order import How, OrderRecipient, Rung


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueOrders(Command):
    """Order these recipients to an event: all of them, or nobody if a rule forbids one."""

    event_id: str
    recipients: tuple[OrderRecipient, ...]
    task: str
    accept_within_s: float
    account: str = ""
    #: ids that nobody here knows, and of recipients that are not on duty, as looked up when it was asked
    unknown: tuple[str, ...] = ()
    off_duty: tuple[str, ...] = ()
    #: what the officer overrides knowingly: `busy`, `off_duty`
    despite: tuple[str, ...] = ()
    #: where to go; the event's own place without it
    place: Place | None = None
    plan_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepOrder(Command):
    """Say that an order has reached a rung, decline it or cancel it."""

    order_id: str
    rung: Rung
    how: How = How.PERSON
    #: who says so; a gridworker may speak only for this recipient, empty for an officer
    recipient_id: str = ""
    note: str = ""
    attachments: tuple[str, ...] = ()
    said_at: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoOrders(Command):
    """撤回: cancel what one command issued a moment ago."""

    undone_command_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RemindOrder(Command):
    """催办: remind the recipient of an open order."""

    order_id: str
    note: str = ""


ORDER_COMMANDS: tuple[type[Command], ...] = (IssueOrders, StepOrder, UndoOrders, RemindOrder)
