"""可搜之物: the groups that are searched by name, made of the city's files and of the books, anew when these change."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cockpit.domain.device import Device
from cockpit.domain.scope import street_of
from cockpit.services.city import City
from cockpit.services.houses.book import HouseBook
from cockpit.services.nearby.registry import Registry, Things
from cockpit.services.search.name_index import NameIndex, Thing
from cockpit.services.thematic.shelf import LayerShelf
from cockpit.store.layer_columns import Where

#: a layer of more things is searched by the codes of its things alone
_MOST_OF_A_LAYER = 20_000
_MOST_RESOURCES = 10_000_000
_WARMING = "search"
_NOTHING = NameIndex([])


class NamedThings:
    """One index a group, held until what it was made of is another object. Safe from any thread."""

    def __init__(
        self, *, city: City, things: Things, devices: Callable[[], Mapping[str, Device]], houses: HouseBook | None,
        layers: LayerShelf | None, in_background: bool = True,
    ) -> None:  # fmt: skip
        """With `in_background` nobody who searches waits for an index; without it they do."""
        self._city, self._things, self._devices, self._houses, self.layers = city, things, devices, houses, layers
        self._held: dict[str, tuple[object, NameIndex]] = {}
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._in_background, self._making = in_background, set[str]()

    @property
    def is_preparing(self) -> bool:
        """True while an index is made: what is found may be less than there is."""
        with self._lock:
            return bool(self._making)

    def warm(self) -> None:
        """Make every index now, so that whoever searches first finds everything."""
        for group in ("division", "road", "place", "building", "device", "gridworker"):
            self.of(group)
        for name in self.layers.layers() if self.layers else ():
            self.of_layer(name)

    def of(self, group: str) -> NameIndex:
        """The index of a group: `division`, `road`, `place`, `building`, `device`, `gridworker`."""
        match group:
            case "division":
                return self._made(group, self._city, lambda: _divisions(self._city))
            case "road":
                return self._made(group, self._city, lambda: _roads(self._city))
            case "place":
                now = self._things.now()
                return self._made(group, now, lambda: _resources(now))
            case "device":
                known = self._devices()
                return self._made(group, known, lambda: _devices(known))
            case "building":
                names = self._houses.building_names() if self._houses else []
                return self._made(
                    group, names, lambda: (Thing("building", c, n, "", g, x, y) for c, n, g, x, y in names)
                )
            case _:
                return self._made(group, self._city, lambda: _gridworkers(self._city))

    def of_layer(self, name: str) -> NameIndex | None:
        """The things of a small layer; None for a large one and one that lies in another book."""
        shelved = self.layers.find(name) if self.layers else None
        layer = self.layers.layers().get(name) if self.layers else None
        if shelved is None or layer is None or layer.taken_from != "import" or shelved.columns.total > _MOST_OF_A_LAYER:
            return None

        def features() -> Iterator[Thing]:
            found = shelved.columns.items(None, Where(), _MOST_OF_A_LAYER)
            codes = self._city.codes_at(np.array([f.lon for f in found]), np.array([f.lat for f in found]))
            for feature, code in zip(found, codes, strict=True):
                yield Thing(name, feature.id, feature.name or feature.id, "", code, feature.lon, feature.lat)

        return self._made(f"layer {name}", shelved.version, features)

    def _made(self, group: str, of: object, things: Callable[[], Iterable[Thing]]) -> NameIndex:
        """The index of what a group is now; while that is made in the background, the one before."""
        with self._lock:
            held = self._held.get(group)
            if held is not None and (held[0] is of or (isinstance(of, str) and held[0] == of)):
                return held[1]
            is_mine = group not in self._making
            self._making.add(group)
        if self._in_background and threading.current_thread().name != _WARMING:
            if is_mine:
                threading.Thread(target=self._make, args=(group, of, things), name=_WARMING, daemon=True).start()
            return held[1] if held is not None else _NOTHING
        return self._make(group, of, things)

    def _make(self, group: str, of: object, things: Callable[[], Iterable[Thing]]) -> NameIndex:
        try:
            with self._one_at_a_time:
                made = NameIndex(things())
            with self._lock:
                self._held[group] = of, made
            return made
        finally:
            with self._lock:
                self._making.discard(group)


def _divisions(city: City) -> Iterator[Thing]:
    for code, division in city.divisions.items():
        above = [city.name_of(code[:n]) for n in (9, 12) if n < len(code)]
        yield Thing(division.level, code, division.name, " · ".join(above), code, *division.label)


def _resources(registry: Registry) -> Iterator[Thing]:
    for thing in registry.things(np.arange(min(len(registry), _MOST_RESOURCES))):
        yield Thing(thing.kind, thing.resource_id, thing.name, "", thing.code, thing.lon, thing.lat)


def _devices(known: Mapping[str, Device]) -> Iterator[Thing]:
    for device in known.values():
        place = device.place
        if place.lon is not None and place.lat is not None:
            name = device.name or device.device_id
            yield Thing(device.kind, device.device_id, name, place.address, place.code, place.lon, place.lat)


def _gridworkers(city: City) -> Iterator[Thing]:
    for entry in city.roster.values():
        lon, lat = city.divisions[entry.grid_code].label if entry.grid_code in city.divisions else city.centre
        detail = city.name_of(entry.grid_code)
        yield Thing("gridworker", entry.subject_id, entry.name, detail, entry.grid_code, lon, lat)


def _roads(city: City) -> Iterator[Thing]:
    """A road once for every street that it runs through: a street's own session finds its part of it."""
    file = (city.directory or Path()) / "roads.json"
    if city.directory is None or not file.is_file():
        return
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    names, edges, nodes = told.get("names", []), told["edges"], np.array(told["nodes"], dtype=np.float64)
    if not len(nodes):
        return
    codes = city.codes_at(nodes[:, 0], nodes[:, 1])
    parts: dict[tuple[str, str], list[int]] = {}
    for (start, *_), name in zip(edges, told.get("edge_names", []), strict=False):
        if name is not None and 0 <= name < len(names):
            parts.setdefault((names[name], street_of(codes[start]) or codes[start]), []).append(start)
    for (name, street), ends in sorted(parts.items()):
        places = nodes[ends]
        middle = int(np.argmin(np.abs(places - np.median(places, axis=0)).sum(axis=1)))
        lon, lat = places[middle].tolist()
        yield Thing("road", f"{name} {street}", name, city.name_of(street), codes[ends[middle]], lon, lat)
