"""改派候选: who could go instead of somebody who does not answer: the next best of the same kind, by 附近."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from cockpit.domain.order import Order, OrderRecipient, RecipientKind
from cockpit.domain.resource import kind_of, masked_name
from cockpit.domain.scope import Scope
from cockpit.services.nearby.query import Candidate, NearbyQuery
from cockpit.services.nearby.registry import Things

#: so many are asked for at once: a place with a hundred silent people is looked at a few times, not a hundred
_HELD = 64
#: looked for in ever wider circles: the nearest fitting one is asked, however far the others are
_RADII_M = (3_000.0, 10_000.0, 30_000.0)


class Candidates(Protocol):
    """Who is near and free (`services.nearby`), the soonest there first."""

    def candidates(self, query: NearbyQuery, exclude: Collection[str] = ()) -> list[Candidate]: ...


class NearbySubstitutes:
    """`Substitutes` for the watch, one thread. `scope` is the city's: somebody from the next street comes too."""

    def __init__(self, nearby: Candidates, things: Things, *, scope: Scope) -> None:
        self._nearby, self._things, self._scope = nearby, things, scope
        #: what was asked last, and who was found in the order of their arrival
        self._asked: tuple[object, ...] = ()
        self._found: list[Candidate] = []

    def next_best(self, order: Order, exclude: Collection[str], now: datetime) -> OrderRecipient | None:
        """The soonest there of the same kind; None if nobody is left or the order has no place."""
        place, kind = order.issued.place, self._kind_of(order.issued.recipient)
        if place.lon is None or place.lat is None or not kind:
            return None
        asked = (place.lon, place.lat, kind, now)
        if asked == self._asked:
            best = next((c for c in self._found if c.id not in exclude), None)
            if best is not None:
                return recipient_of(best)
        self._asked, self._found = asked, self._look(place.lon, place.lat, kind, exclude, now)
        return recipient_of(self._found[0]) if self._found else None

    def _look(self, lon: float, lat: float, kind: str, exclude: Collection[str], now: datetime) -> list[Candidate]:
        for radius_m in _RADII_M:
            query = NearbyQuery(
                lon=lon, lat=lat, scope=self._scope, now=now, radius_m=radius_m, kinds=frozenset({kind}), limit=_HELD
            )
            found = self._nearby.candidates(query, exclude)
            if found:
                return found
        return []

    def _kind_of(self, recipient: OrderRecipient) -> str:
        """The kind as 附近 knows it; empty for a unit, which stands at no place."""
        if recipient.kind in (RecipientKind.GRIDWORKER, RecipientKind.VEHICLE):
            return recipient.kind.value
        thing = self._things.now().find(recipient.id)
        return thing.kind if thing else ""


def recipient_of(candidate: Candidate) -> OrderRecipient:
    """A candidate as somebody who gets an order. Who is on the roster belongs to the own grid."""
    known = {kind.value: kind for kind in RecipientKind}
    kind = known.get(candidate.kind, RecipientKind.RESOURCE)
    is_masked = kind is RecipientKind.RESOURCE and kind_of(candidate.kind).is_person
    name = masked_name(candidate.name) if is_masked else candidate.name
    return OrderRecipient(id=candidate.id, kind=kind, name=name, code=candidate.grid_code or candidate.code)
