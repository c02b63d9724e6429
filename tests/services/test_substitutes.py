"""改派候选: the next best is of the same kind, free, on duty and the soonest there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cockpit.domain.order import Order, OrderRecipient, RecipientKind
from cockpit.domain.resource import Resource
from cockpit.domain.scope import Scope
from cockpit.services.nearby.query import Candidate, NearbyQuery, Status
from cockpit.services.nearby.registry import Registry
from cockpit.services.substitutes import NearbySubstitutes
from tests.stories import NOON, minutes, ordered, place, worker

STATION = Resource(resource_id="fs1", kind="fire_station", name="仓前消防站", lon=120.0, lat=30.3, code="330110012")


class FarAway:
    """附近 with one candidate of each kind, ten kilometres away."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, frozenset[str], set[str]]] = []

    def candidates(self, query: NearbyQuery, exclude: Any = ()) -> list[Candidate]:
        self.asked.append((query.radius_m, query.kinds, set(exclude)))
        [kind] = query.kinds
        found = Candidate(
            id=f"{kind}-1", kind=kind, name="张三", lon=120.1, lat=30.3, code="330110012003", distance_m=9_000,
            status=Status.FREE, grid_code="330110012003009" if kind == "gridworker" else "",
        )  # fmt: skip
        return [found] if query.radius_m > 9_000 and found.id not in exclude else []


class Things:
    def now(self) -> Registry:
        return Registry([STATION])


def next_best(order: Order, exclude: Sequence[str] = (), now: datetime = NOON) -> OrderRecipient | None:
    return NearbySubstitutes(FarAway(), Things(), scope=Scope("330110")).next_best(order, exclude, now)


def order_of(recipient: OrderRecipient, **given: Any) -> Order:
    return Order(issued=ordered(1, recipient=recipient, **given).order)


def test_a_gridworker_is_replaced_by_a_gridworker_however_far_and_belongs_to_the_own_grid() -> None:
    assert next_best(order_of(worker(1))) == OrderRecipient(
        id="gridworker-1", kind=RecipientKind.GRIDWORKER, name="张三", code="330110012003009"
    )
    assert next_best(order_of(worker(1)), ["gridworker-1"]) is None


def test_many_silent_orders_of_one_place_are_filled_by_one_look() -> None:
    class Crowd(FarAway):
        def candidates(self, query: NearbyQuery, exclude: Any = ()) -> list[Candidate]:
            self.asked.append((query.radius_m, query.kinds, set(exclude)))
            near = replace(super().candidates(replace(query, radius_m=9_999), ())[0])
            return [replace(near, id=f"c{n}") for n in range(3) if f"c{n}" not in exclude]

    crowd = Crowd()
    substitutes, taken = NearbySubstitutes(crowd, Things(), scope=Scope("330110")), set[str]()
    for n in range(3):
        found = substitutes.next_best(order_of(worker(n)), taken, NOON)
        assert found is not None
        taken.add(found.id)
    assert taken == {"c0", "c1", "c2"}
    assert substitutes.next_best(order_of(worker(4)), taken, NOON) is None
    assert substitutes.next_best(order_of(worker(4)), [], NOON + minutes(1)) is not None, (
        "a moment later it is asked anew"
    )


def test_a_station_is_replaced_by_a_station() -> None:
    station = OrderRecipient(id="fs1", kind=RecipientKind.RESOURCE, name="仓前消防站", code="330110012")
    found = next_best(order_of(station))
    assert found is not None
    assert (found.id, found.kind) == ("fire_station-1", RecipientKind.RESOURCE)


def test_a_unit_and_a_place_that_nobody_knows_have_no_next_best() -> None:
    unit = OrderRecipient(id="区城管局", kind=RecipientKind.UNIT, name="区城管局", code="330110")
    assert next_best(order_of(unit)) is None
    assert next_best(order_of(worker(1), place=place(lon=None, lat=None))) is None
