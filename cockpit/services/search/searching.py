"""搜索 joined: what a few typed characters may mean, group by group, for who asks and where."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cockpit.domain.event import Event
from cockpit.domain.residence import UNMASKS
from cockpit.domain.resource import kind_of
from cockpit.domain.role import Role
from cockpit.domain.scope import Scope
from cockpit.domain.source import Source
from cockpit.domain.thematic_layer import ThematicLayer
from cockpit.services.city import City
from cockpit.services.fold import Fold
from cockpit.services.houses.book import HouseBook
from cockpit.services.search.name_index import Thing
from cockpit.services.search.named_things import NamedThings
from cockpit.services.search.typed_coordinates import coordinates_in, meant_by

#: the groups in the order in which they are told
GROUPS = ("coordinate", "event", "division", "road", "building", "place", "gridworker", "person", "device", "layer")
_BY_NAME = ("division", "road", "building", "place", "device")
#: who may look for people, and read a gridworker's whole name
_PEOPLE = UNMASKS
_INITIALS = re.compile(r"[a-z]{2,3}")
#: what could be the number of an event that is over: long enough that one typed character asks no table
_EVENT_NUMBER = re.compile(r"[\w:./-]{4,100}")


class Result(NamedTuple):
    """One group: how many there are, and the best of them."""

    group: str
    total: int
    things: list[Thing]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, by whom and for where."""

    words: str
    role: Role
    scope: Scope
    limit: int
    now: datetime


class Searching:
    """Answers from what this process holds; only a number that no open event has is looked up in the table."""

    def __init__(
        self, named: NamedThings, fold: Fold, *, city: City, houses: HouseBook | None,
        past_event: Callable[[str, datetime], Event | None] = lambda _event_id, _now: None,
    ) -> None:  # fmt: skip
        self._named, self._fold, self._city, self._houses = named, fold, city, houses
        self._past_event = past_event

    def warm(self) -> None:
        self._named.warm()

    @property
    def is_preparing(self) -> bool:
        return self._named.is_preparing or (self._houses is not None and not self._houses.is_warm)

    def layer(self, name: str) -> ThematicLayer | None:
        """The definition of a layer."""
        return self._named.layers.layers().get(name) if self._named.layers else None

    def find(self, asked: Asked) -> list[Result]:
        """Every group that has something, in the order of `GROUPS`."""
        found = [Result("coordinate", *_counted(self._coordinates(asked))), self._events(asked)]
        found += [self._called(group, asked) for group in _BY_NAME]
        if asked.role in _PEOPLE:
            found += [self._called("gridworker", asked), Result("person", *_counted(self._people(asked)))]
        found.append(Result("layer", *_counted(self._layers(asked), asked.limit)))
        told = [result for some in found if (result := _readable(some, asked.role)).things]
        return sorted(told, key=lambda result: GROUPS.index(result.group))

    def _called(self, group: str, asked: Asked) -> Result:
        return Result(group, *self._named.of(group).find(asked.words, asked.scope, asked.limit))

    def _coordinates(self, asked: Asked) -> Iterator[Thing]:
        """The places that numbers mean in each system, those within the scope."""
        pair = coordinates_in(asked.words)
        for meant in meant_by(*pair) if pair else ():
            code = self._city.locate(meant.lon, meant.lat)
            if code is not None and asked.scope.covers(code):
                names = " · ".join(self._city.name_of(code[:n]) for n in (9, 12, 15) if len(code) >= n)
                yield Thing(meant.system, f"{meant.lon},{meant.lat}", asked.words, names, code, meant.lon, meant.lat)

    def _events(self, asked: Asked) -> Result:
        """By number (with or without its source), then by words in title, address or number; open ones first."""
        needle, words = asked.words.casefold(), asked.words
        with self._fold.lock:
            known = self._fold.situation.events
            events = known.pick(known)
            numbers = [words, *(f"{source.value}:{words}" for source in Source)]
            exact = [event for number in numbers if (event := known.get(number))]
        told = {event.event_id for event in exact}
        found = [event for event in events.glances() if event.event_id not in told and _says(event, needle)]
        found.sort(key=lambda e: (not e.is_open, -e.report.reported_at.timestamp()))
        if not exact and _EVENT_NUMBER.fullmatch(words) and any(c.isdigit() for c in words):
            exact = [event for number in numbers if ":" in number and (event := self._past_event(number, asked.now))]
        seen = [event for event in (*exact, *found) if asked.scope.covers(event.report.place.code)]
        return Result("event", len(seen), [_event(event) for event in seen[: asked.limit]])

    def _people(self, asked: Asked) -> Iterator[Thing]:
        """Whole names, numbers, telephones or initials only: a part of a name would be looking through people."""
        if self._houses is None or not self._houses.is_warm:
            return
        letters = asked.words.casefold()
        initials = letters if _INITIALS.fullmatch(letters) else ""
        scope = asked.scope.code
        for person in self._houses.known_as(asked.words.upper(), initials, scope=scope, limit=asked.limit):
            house = self._houses.find(person.household_id, asked.now)
            if house is not None:
                door = person.household_id.removeprefix(f"{house.building_code}-")
                detail = f"{house.building_name} · {door}"
                yield Thing(
                    "person", person.household_id, person.masked().name, detail, house.code, house.lon, house.lat
                )

    def _layers(self, asked: Asked) -> Iterator[Thing]:
        """Things of layers that the role may see: by name where it may read names, by code in layers of any size."""
        shelf = self._named.layers
        for layer in shelf.layers().values() if shelf else ():
            if not layer.may_see(asked.role):
                continue
            index = None if layer.hides_name(asked.role) else self._named.of_layer(layer.name)
            if index is not None:
                yield from index.find(asked.words, asked.scope, asked.limit)[1]
                continue
            shelved = shelf.find(layer.name) if shelf and layer.taken_from == "import" else None
            feature = shelved.columns.item(asked.words) if shelved else None
            if feature is None:
                continue
            code = self._city.locate(feature.lon, feature.lat) or self._city.code
            if asked.scope.covers(code):
                name = feature.id if layer.hides_name(asked.role) else feature.name or feature.id
                yield Thing(layer.name, feature.id, name, "", code, feature.lon, feature.lat)


def _says(event: Event, needle: str) -> bool:
    report = event.report
    return any(needle in text.casefold() for text in (report.title, report.place.address, event.event_id))


def _event(event: Event) -> Thing:
    report, place = event.report, event.report.place
    lon, lat = (float("nan"), float("nan")) if place.lon is None or place.lat is None else (place.lon, place.lat)
    return Thing(event.stage.value, event.event_id, report.title, place.address, place.code, lon, lat)


def _counted(things: Iterator[Thing], limit: int | None = None) -> tuple[int, list[Thing]]:
    listed = list(things)
    return len(listed), listed[:limit]


def _readable(result: Result, role: Role) -> Result:
    """People among registered things are found by officers alone: a masked name that was typed whole is no secret."""
    if result.group != "place" or role in _PEOPLE:
        return result
    things = [thing for thing in result.things if not kind_of(thing.kind).is_person]
    return result._replace(things=things, total=result.total - len(result.things) + len(things))
