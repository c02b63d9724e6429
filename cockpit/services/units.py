"""部门 in use: the units of the list of responsibilities and of the registry, as they are now."""

from typing import Protocol

import numpy as np

from cockpit.domain.resource import ResourceState
from cockpit.domain.responsibility import Responsibilities
from cockpit.domain.unit import UNIT_KIND, Office, Unit, units_of
from cockpit.services.nearby.registry import Registry, Things


class ResponsibilitiesNow(Protocol):
    """The list that holds now (`services.responsibilities`)."""

    def now(self) -> Responsibilities: ...


class UnitBook:
    """Units by id; made anew only when the list or the registry is another one. Safe from any thread."""

    def __init__(self, responsibilities: ResponsibilitiesNow, things: Things, *, city_code: str = "") -> None:
        self._responsibilities, self._things, self._city_code = responsibilities, things, city_code
        self._held: tuple[Responsibilities, Registry, dict[str, Unit]] | None = None

    def now(self) -> dict[str, Unit]:
        """Every unit that is known."""
        listed, registry, held = self._responsibilities.now(), self._things.now(), self._held
        if held is None or held[0] is not listed or held[1] is not registry:
            # two threads may both make it: they make the same
            held = (listed, registry, units_of(listed, _offices(registry), city_code=self._city_code))
            self._held = held
        return held[2]

    def find(self, unit_id: str) -> Unit | None:
        """The unit of an id."""
        return self.now().get(unit_id)


def _offices(registry: Registry) -> list[Office]:
    if UNIT_KIND not in registry.kinds:
        return []
    things = registry.things(np.flatnonzero(registry.kind == registry.kinds.index(UNIT_KIND)))
    return [
        Office(unit_id=thing.resource_id, name=thing.name, code=thing.code, phone=thing.phone)
        for thing in things
        if thing.state is not ResourceState.WITHDRAWN
    ]
