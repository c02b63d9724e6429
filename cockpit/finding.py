"""以房查人 and 搜索 joined: what a process finds houses, people and names with."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.domain.event import Event
    from cockpit.services.city import City
    from cockpit.services.devices import DeviceBook
    from cockpit.services.fold import Fold
    from cockpit.services.households import HouseholdBook
    from cockpit.services.houses.book import HouseBook
    from cockpit.services.nearby.registry import Things
    from cockpit.services.search.searching import Searching
    from cockpit.services.thematic.shelf import LayerShelf


def houses_of(households: "HouseholdBook", engine: "Engine", city: "City") -> "HouseBook":
    """Over the address base in use."""
    from cockpit.services.houses.book import HouseBook
    from cockpit.store.household_checks import HouseholdChecks
    from cockpit.store.houses import HouseTable
    from cockpit.store.residents import ResidentTable

    return HouseBook(households, HouseTable(engine), ResidentTable(engine), HouseholdChecks(engine), city=city)


def searching_of(
    city: "City", things: "Things", devices: "DeviceBook", houses: "HouseBook", layers: "LayerShelf", *,
    fold: "Fold", past_event: "Callable[[str, datetime], Event | None]",
) -> "Searching":  # fmt: skip
    """Over what this process holds."""
    from cockpit.services.search.named_things import NamedThings
    from cockpit.services.search.searching import Searching

    named = NamedThings(city=city, things=things, devices=devices.now, houses=houses, layers=layers)
    return Searching(named, fold, city=city, houses=houses, past_event=past_event)
