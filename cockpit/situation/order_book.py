"""调度台账: the orders of a situation, and what is asked of them all the time: what is open, who is busy."""

from collections.abc import Iterable

from cockpit.domain.order import Order


class OrderBook(dict[str, Order]):
    """Orders by id. Change it with `put` and `drop` only, so that the open ones stay known."""

    def __init__(self, orders: Iterable[Order] = (), turns: dict[str, int] | None = None) -> None:
        super().__init__()
        #: orders that have not ended, by id
        self.open: dict[str, Order] = {}
        #: orders that wait for an answer, or for somebody else to go, by id
        self.watched: dict[str, Order] = {}
        #: how many orders each recipient was ever given: of two officers who order the same person at the same moment
        #: the log lets one in
        self.turns: dict[str, int] = dict(turns or {})
        self._open_of: dict[str, dict[str, None]] = {}
        for order in orders:
            self.put(order)

    def put(self, order: Order) -> None:
        """Take over a new or changed order."""
        self[order.order_id] = order
        self._note(order)

    def drop(self, order_id: str) -> None:
        order = self.pop(order_id)
        self.open.pop(order_id, None)
        self.watched.pop(order_id, None)
        self._forget(order)

    def open_of(self, recipient_id: str) -> list[Order]:
        """The open orders of a recipient, oldest first: whoever has one is busy."""
        return [self.open[order_id] for order_id in self._open_of.get(recipient_id, ())]

    @property
    def busy(self) -> dict[str, str]:
        """Recipients with an open order, and its id (the newest)."""
        return {recipient_id: list(ids)[-1] for recipient_id, ids in self._open_of.items()}

    def turn_of(self, recipient_id: str) -> int:
        """How many orders the recipient was ever given."""
        return self.turns.get(recipient_id, 0)

    def _note(self, order: Order) -> None:
        if order.is_unanswered:
            self.watched[order.order_id] = order
        else:
            self.watched.pop(order.order_id, None)
        if order.is_open:
            self.open[order.order_id] = order
            self._open_of.setdefault(order.issued.recipient.id, {})[order.order_id] = None
        else:
            self.open.pop(order.order_id, None)
            self._forget(order)

    def _forget(self, order: Order) -> None:
        recipient_id = order.issued.recipient.id
        ids = self._open_of.get(recipient_id)
        if ids is not None:
            ids.pop(order.order_id, None)
            if not ids:
                del self._open_of[recipient_id]
