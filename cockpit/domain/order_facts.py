"""调度事实: what has happened to orders. Each carries what a notice must say, so that nobody has to look it up."""

from dataclasses import dataclass
from datetime import datetime

from cockpit.domain.event import Place
from cockpit.domain.fact import Fact
from cockpit.domain.order import How, Issued, Rung


@dataclass(frozen=True, kw_only=True, slots=True)
class OrdersGiven(Fact):
    """One command issued orders; its id ends the command, so that a command is granted or refused and never both."""

    event_id: str
    command_id: str
    order_ids: tuple[str, ...]
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderIssued(Fact):
    order: Issued


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderStepped(Fact):
    """An order reached a rung. `at` is the server's clock, `said_at` the phone's."""

    order_id: str
    rung: Rung
    how: How
    by: str = ""
    note: str = ""
    attachments: tuple[str, ...] = ()
    said_at: datetime | None = None
    place: Place | None = None
    command_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderReminded(Fact):
    """催办: by the watch, because nobody accepted within the limit; or by a person (`by`), at any rung."""

    order_id: str
    by: str = ""
    note: str = ""
    command_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderSubstituted(Fact):
    """改派: somebody else goes. Stands beside the `OrderIssued` of `by_order_id`."""

    order_id: str
    by_order_id: str
    #: `silent` or `declined`
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderEscalated(Fact):
    """上报: the ladder has no further answer; an officer has to act."""

    order_id: str
    event_id: str
    title: str
    recipient_name: str
    task: str
    #: `silent`, `declined` or `nobody_left`
    why: str
    place: Place


ORDER_FACTS: tuple[type[Fact], ...] = (
    OrdersGiven, OrderIssued, OrderStepped, OrderReminded, OrderSubstituted, OrderEscalated,
)  # fmt: skip
