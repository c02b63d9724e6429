"""受令人: who an id stands for when an order is asked for, and who of them is not on duty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cockpit.domain.order import OrderRecipient, RecipientKind
from cockpit.domain.resource import kind_of, masked_name
from cockpit.domain.unit import Unit
from cockpit.services.fold import Fold
from cockpit.services.nearby.registry import Registry, Things
from cockpit.services.roster import Attended, Roster
from cockpit.situation.situation import Situation

_MOVING = {kind.value: kind for kind in (RecipientKind.GRIDWORKER, RecipientKind.VEHICLE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """Recipients in the order asked for, each once; those in `unknown` have nothing but their id."""

    recipients: tuple[OrderRecipient, ...]
    unknown: tuple[str, ...] = ()
    off_duty: tuple[str, ...] = ()


class RecipientBook(Protocol):
    """Who is who: what is asked before an order is given."""

    def look_up(self, recipient_ids: Sequence[str], now: datetime) -> LookedUp: ...


class Recipients:
    """`RecipientBook` over the roster, what moves, and what is registered. Safe from any thread.

    Somebody on the roster belongs to the own grid, wherever the position is at the moment; what has a position and is
    on no list belongs where it was last heard of. People are on duty by what they said on the phone, else by their
    shift; vehicles, units and stations always.
    """

    def __init__(
        self,
        *,
        fold: Fold,
        roster: Roster,
        things: Things,
        attendance_of: Callable[[Situation], Mapping[str, Attended]] = lambda _situation: {},
        find_unit: Callable[[str], Unit | None] = lambda _unit_id: None,
    ) -> None:
        self._fold, self._roster, self._things = fold, roster, things
        self._attendance_of, self._find_unit = attendance_of, find_unit

    def look_up(self, recipient_ids: Sequence[str], now: datetime) -> LookedUp:
        """Everybody asked for."""
        ids = list(dict.fromkeys(recipient_ids))
        with self._fold.lock:
            moving = {i: self._find_moving(i) for i in ids}
            attendance = self._attendance_of(self._fold.situation)
            off_duty = {i for i in ids if not self._roster.duty_of(i, now, attendance).on}
        registry = self._things.now()
        known = {
            i: who
            for i in ids
            if (who := self._find_listed(i) or moving[i] or self._find_office(i) or _find_registered(registry, i))
        }
        nobody = RecipientKind.RESOURCE
        return LookedUp(
            recipients=tuple(known.get(i) or OrderRecipient(id=i, kind=nobody, name=i) for i in ids),
            unknown=tuple(i for i in ids if i not in known),
            off_duty=tuple(i for i, who in known.items() if who.kind is RecipientKind.GRIDWORKER and i in off_duty),
        )

    def _find_listed(self, recipient_id: str) -> OrderRecipient | None:
        entry = self._roster.find(recipient_id)
        if entry is None:
            return None
        kind = RecipientKind.GRIDWORKER
        return OrderRecipient(id=entry.subject_id, kind=kind, name=entry.name, code=entry.grid_code)

    def _find_office(self, recipient_id: str) -> OrderRecipient | None:
        unit = self._find_unit(recipient_id)
        if unit is None:
            return None
        return OrderRecipient(id=unit.unit_id, kind=RecipientKind.UNIT, name=unit.name, code=unit.code)

    def _find_moving(self, recipient_id: str) -> OrderRecipient | None:
        movers = self._fold.movers
        row = movers.find_row(recipient_id)
        if row is None:
            return None
        seen = movers.rows[row]
        kind = _MOVING.get(movers.kinds[int(seen["kind"])], RecipientKind.RESOURCE)
        return OrderRecipient(id=recipient_id, kind=kind, name=recipient_id, code=str(int(seen["code"]) or ""))


def _find_registered(registry: Registry, recipient_id: str) -> OrderRecipient | None:
    thing = registry.find(recipient_id)
    if thing is None:
        return None
    name = masked_name(thing.name) if kind_of(thing.kind).is_person else thing.name
    return OrderRecipient(id=recipient_id, kind=RecipientKind.RESOURCE, name=name, code=thing.code)
