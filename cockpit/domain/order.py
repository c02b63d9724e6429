"""调度单: one order to one recipient, and every rung of the ladder that it has reached.

An order is what was issued plus what became of it. Its state is derived from the steps in the order in which they
happened, so they may arrive in any order and give the same order; a step that the ladder does not allow from where
the order stood is kept and changes nothing. The ladder never goes back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from cockpit.domain.event import Place


class Rung(StrEnum):
    """How far an order has come; the values are the names on the wire."""

    ISSUED = "issued"  # 已下达
    DELIVERED = "delivered"  # 送达
    READ = "read"  # 已读
    ACCEPTED = "accepted"  # 接受
    DEPARTED = "departed"  # 出发
    ARRIVED = "arrived"  # 到场
    FINISHED = "finished"  # 办结
    DECLINED = "declined"  # 拒绝
    CANCELLED = "cancelled"  # 撤销
    SUBSTITUTED = "substituted"  # 已改派


class How(StrEnum):
    """Who or what noticed that a rung was reached."""

    PERSON = "person"
    POSITION = "position"
    SYSTEM = "system"


class RecipientKind(StrEnum):
    """Whom an order may go to."""

    GRIDWORKER = "gridworker"
    VEHICLE = "vehicle"
    UNIT = "unit"
    RESOURCE = "resource"


#: the way up; every rung may be reached from every lower one
PROGRESS = (
    Rung.ISSUED, Rung.DELIVERED, Rung.READ, Rung.ACCEPTED, Rung.DEPARTED, Rung.ARRIVED, Rung.FINISHED,
)  # fmt: skip
#: nobody has answered yet
SILENT = frozenset(PROGRESS[:3])
ENDED = frozenset({Rung.FINISHED, Rung.DECLINED, Rung.CANCELLED, Rung.SUBSTITUTED})
#: rung → the states from which it may be reached: skipping is allowed, going back is not
REACHED_FROM: dict[Rung, frozenset[Rung]] = {
    **{rung: frozenset(PROGRESS[:n]) for n, rung in enumerate(PROGRESS)},
    Rung.DECLINED: frozenset(PROGRESS[:5]),
    Rung.CANCELLED: frozenset(PROGRESS[:6]),
    Rung.SUBSTITUTED: SILENT,
}
#: what one command issued may be undone for so long
UNDO_WITHIN = timedelta(seconds=10)
#: nobody is reminded of an order more often than this by hand
REMIND_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRecipient:
    """Who gets an order. `code` is the grid or division that this person, vehicle or unit belongs to."""

    id: str
    kind: RecipientKind
    name: str
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """下达: what was ordered, of whom, by whom and for where."""

    order_id: str
    #: what one command issued belongs together; a substitute's order belongs to that of the first recipient
    command_id: str
    event_id: str
    title: str
    recipient: OrderRecipient
    task: str
    by: str
    account: str
    issued_at: datetime
    accept_within_s: float
    place: Place
    #: the order that this one stands in for; empty for a first one
    substitutes: str = ""
    plan_id: str = ""

    @property
    def accept_by(self) -> datetime:
        """Accepted at this very instant is in time."""
        return self.issued_at + timedelta(seconds=self.accept_within_s)


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderStep:
    """One rung: reached when (by the server's clock), noticed how, told by whom."""

    rung: Rung
    at: datetime
    how: How
    by: str = ""
    note: str = ""
    attachments: tuple[str, ...] = ()
    #: when the phone says it was: its clock may be wrong, and a lost connection delays what it says
    said_at: datetime | None = None
    place: Place | None = None
    #: the order that stands in for this one, where it is substituted
    other_id: str = ""
    fact_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderMark:
    """Something that was noticed about an order: it was reminded of (by whom), or escalated (and why).

    `by` and `command_id` are empty for what the watch did by itself.
    """

    at: datetime
    why: str = ""
    fact_id: str = ""
    by: str = ""
    command_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """调度单 with its steps in the order in which they happened; what follows from them is kept beside them."""

    issued: Issued
    steps: tuple[OrderStep, ...] = ()
    reminders: tuple[OrderMark, ...] = ()
    escalations: tuple[OrderMark, ...] = ()
    state: Rung = Rung.ISSUED
    #: the steps that the ladder allowed
    ladder: tuple[OrderStep, ...] = ()
    substituted_by: str = ""

    @property
    def order_id(self) -> str:
        return self.issued.order_id

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_silent(self) -> bool:
        """Nobody has answered, and an answer is still waited for."""
        return self.state in SILENT

    @property
    def is_unanswered(self) -> bool:
        """Silent or declined, and neither substituted nor escalated: the watch has to look after it."""
        return (self.is_silent or self.state is Rung.DECLINED) and not (self.substituted_by or self.escalations)

    @property
    def ended_at(self) -> datetime | None:
        return None if self.is_open else self.ladder[-1].at

    @property
    def reminded_at(self) -> datetime | None:
        """The newest reminder, whoever gave it."""
        return self.reminders[-1].at if self.reminders else None

    @property
    def watch_reminded_at(self) -> datetime | None:
        """When the watch reminded: its ladder goes on from there, whatever an officer did by hand."""
        return next((mark.at for mark in self.reminders if not mark.command_id), None)

    @property
    def escalated_at(self) -> datetime | None:
        return self.escalations[0].at if self.escalations else None

    @property
    def turn(self) -> int:
        """How much has happened to it: of two who both want to be next, the log lets one in."""
        return len(self.steps) + len(self.reminders) + len(self.escalations)

    @property
    def last_at(self) -> datetime:
        """When the latest thing happened to it."""
        marks = (*self.reminders[-1:], *self.escalations[-1:])
        return max((self.issued.issued_at, *(s.at for s in self.steps[-1:]), *(m.at for m in marks)))

    def reached_at(self, rung: Rung) -> datetime | None:
        """When it got to this very rung; None where it was skipped or not reached."""
        if rung is Rung.ISSUED:
            return self.issued.issued_at
        return next((step.at for step in self.ladder if step.rung is rung), None)

    def with_step(self, step: OrderStep) -> "Order":
        """This order with one more step in its place in time; the same order if it knows the step."""
        if any(s.fact_id == step.fact_id for s in self.steps):
            return self
        return _derived(replace(self, steps=tuple(sorted((*self.steps, step), key=_happened))))

    def with_reminder(self, mark: OrderMark) -> "Order":
        return self if _knows(self.reminders, mark) else replace(self, reminders=_with(self.reminders, mark))

    def with_escalation(self, mark: OrderMark) -> "Order":
        return self if _knows(self.escalations, mark) else replace(self, escalations=_with(self.escalations, mark))


def order_id_of(command_id: str, recipient_id: str) -> str:
    """The id of the order that a command issues to a recipient: it follows from both, and is good in an address."""
    return blake2b(f"{command_id}\0{recipient_id}".encode(errors="replace"), digest_size=12).hexdigest()


def substitute_id_of(order_id: str) -> str:
    """The id of the order that stands in for another: there is one at most."""
    return blake2b(f"substitute\0{order_id}".encode(), digest_size=12).hexdigest()


def _derived(order: Order) -> Order:
    state, ladder, substituted_by = Rung.ISSUED, [], ""
    for step in order.steps:
        if step.rung is Rung.SUBSTITUTED and state is Rung.DECLINED:
            # who has declined keeps that word; somebody else goes all the same
            substituted_by = substituted_by or step.other_id
        elif state in REACHED_FROM[step.rung]:
            state = step.rung
            substituted_by = step.other_id or substituted_by
            ladder.append(step)
    return replace(order, state=state, ladder=tuple(ladder), substituted_by=substituted_by)


def _happened(step: OrderStep) -> tuple[datetime, str]:
    return step.at, step.fact_id


def _knows(marks: tuple[OrderMark, ...], mark: OrderMark) -> bool:
    return any(m.fact_id == mark.fact_id for m in marks)


def _with(marks: tuple[OrderMark, ...], mark: OrderMark) -> tuple[OrderMark, ...]:
    return tuple(sorted((*marks, mark), key=lambda m: (m.at, m.fact_id)))
