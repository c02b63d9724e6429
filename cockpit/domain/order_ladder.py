"""催办 改派 上报: what a silent order is due for, and when. Pure; the watch asks once a second.

No answer by `accept_by`: remind. No answer to that for half the limit more (at least `grace_s`): somebody else goes,
and both are told. Who stands in and is silent as well, or a place that nobody is left for: escalate to an officer. Who
declines has answered: somebody else goes at once. Nobody stands in for a unit (部门): an officer decides. A reminder by
hand moves none of these instants.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from cockpit.domain.order import Order, RecipientKind, Rung

#: a reminder is given at least so long to be answered
GRACE_S = 15.0


class Due(StrEnum):
    """What the watch has to do about an order."""

    REMIND = "remind"
    SUBSTITUTE = "substitute"
    ESCALATE = "escalate"


def pause_of(order: Order, grace_s: float = GRACE_S) -> timedelta:
    """How long an answer to the reminder is waited for."""
    return timedelta(seconds=max(grace_s, order.issued.accept_within_s / 2))


def due_of(order: Order, now: datetime, *, grace_s: float = GRACE_S) -> Due | None:
    """What the order is due for at `now`; None if it has its answer, is dealt with, or may still be answered.

    An acceptance at the very instant of the limit is in time.
    """
    if not order.is_unanswered:
        return None
    issued = order.issued
    is_last = issued.substitutes or issued.recipient.kind is RecipientKind.UNIT
    fill = Due.ESCALATE if is_last else Due.SUBSTITUTE
    if order.state is Rung.DECLINED:
        return fill
    if now <= issued.accept_by:
        return None
    reminded_at = order.watch_reminded_at
    if reminded_at is None:
        return Due.REMIND
    return fill if now > reminded_at + pause_of(order, grace_s) else None


def why_of(order: Order) -> str:
    """Why somebody else has to go: `declined` or `silent`."""
    return "declined" if order.state is Rung.DECLINED else "silent"
