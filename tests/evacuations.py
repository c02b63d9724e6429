"""Made-up evacuations for tests: twelve buildings with 66 households each, and whoever taps them."""

from datetime import datetime, timedelta
from typing import Any

from cockpit.domain.evacuation import Building, Helper, Household, HouseholdState, Share, Tap
from cockpit.domain.evacuation_facts import EvacuationStarted, HouseholdTapped
from cockpit.store.households import HouseholdRow
from tests.stories import GRIDS, NOON

EVENT = "hotline_12345:1"


def buildings(count: int = 12, doors: int = 66) -> tuple[Building, ...]:
    """In a row, some ten metres apart; every twentieth household needs help."""
    return tuple(
        Building(
            building_code=f"b{b:02d}", name=f"{b} 幢", lon=119.95 + b * 0.0002, lat=30.30,
            households=tuple(Household(f"b{b:02d}-{d:03d}", 1 + d % 4, d % 20 == 0) for d in range(doors)),
        )
        for b in range(count)
    )  # fmt: skip


def rows(count: int = 12, doors: int = 66) -> list[HouseholdRow]:
    """The same as an address base has them."""
    return [
        HouseholdRow(h.household_id, b.building_code, b.name, h.people, h.needs_help, b.lon, b.lat)
        for b in buildings(count, doors)
        for h in b.households
    ]


def started(evacuation_id: str = "e1", *, at: datetime = NOON, **given: Any) -> EvacuationStarted:
    placed = given.pop("buildings", buildings(2, 3))
    ids = tuple(h.household_id for b in placed for h in b.households)
    told: dict[str, Any] = {
        "event_id": EVENT, "code": GRIDS[0], "outline": ((119.9, 30.2), (120.0, 30.2), (120.0, 30.4)),
        "buildings": placed, "helpers": (Helper("w1", "胡国良"), Helper("w2", "章俊杰")),
        "shares": (Share("w1", ids[::2]), Share("w2", ids[1::2])), "by": "duty", "command_id": evacuation_id,
    }  # fmt: skip
    fact_id = f"command:{evacuation_id}"
    return EvacuationStarted(fact_id=fact_id, at=at, received_at=at, evacuation_id=evacuation_id, **{**told, **given})


def tap(number: int, household_id: str, state: HouseholdState, *, subject: str = "w1", **given: Any) -> Tap:
    at = given.pop("at", NOON + timedelta(seconds=number))
    return Tap(tap_id=str(number), household_id=household_id, state=state, at=at, by=subject, subject=subject, **given)


def tapped(made: Tap, evacuation_id: str = "e1") -> HouseholdTapped:
    return HouseholdTapped(
        fact_id=f"tap:{evacuation_id}:{made.subject}:{made.tap_id}", at=made.at, received_at=made.at,
        evacuation_id=evacuation_id, tap=made, command_id="c",
    )  # fmt: skip
