"""资源 in use: what was imported, or the city's own list until then. Read in the background: nobody waits for it."""

import csv
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog

from cockpit.domain.resource import Resource
from cockpit.services.city import City
from cockpit.services.nearby.registry import Registry
from cockpit.store.database import UNAVAILABLE

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 5.0


class ResourceTable(Protocol):
    """Where imported things are kept (`store.resources`)."""

    def mark(self) -> int: ...
    def read(self, after: int = 0) -> Iterator[Resource]: ...


class ResourceBook:
    """The registry as it is now: `now()` never waits, an import is in it some seconds later. Safe from any thread.

    While the database is away it holds what it read last. As soon as anything was imported the city's own list counts
    no more.
    """

    def __init__(
        self,
        table: ResourceTable,
        *,
        city: Iterable[Resource] = (),
        monotonic: Callable[[], float] = time.monotonic,
        in_background: bool = True,
    ) -> None:
        self._table, self._monotonic, self._in_background = table, monotonic, in_background
        self._held = Registry(city)
        self._mark = 0
        self._looked_at = float("-inf")
        self._lock = threading.Lock()
        self._reading = False

    def now(self) -> Registry:
        """What is held; somebody is sent to look whether there is something newer."""
        with self._lock:
            due = not self._reading and self._monotonic() - self._looked_at >= _LOOK_EVERY_S
            if due:
                self._looked_at, self._reading = self._monotonic(), True
        if due and self._in_background:
            threading.Thread(target=self._look, name="resources", daemon=True).start()
        elif due:
            self._look()
        return self._held

    def _look(self) -> None:
        try:
            mark = self._table.mark()
            if mark != self._mark:
                self._held, self._mark = Registry(self._table.read()), mark
        except UNAVAILABLE as away:
            log.warning("cannot be read anew", what="resources", error=str(away))
        finally:
            self._reading = False


def resources_of_city(city: City) -> list[Resource]:
    """The list that a city's directory brings, `resources.csv`; ValueError with its line for what cannot be read."""
    file = (city.directory or Path()) / "resources.csv"
    if city.directory is None or not file.is_file():
        return []
    found = []
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            try:
                found.append(_thing(row))
            except (KeyError, ValueError) as wrong:
                raise ValueError(f"{file}, line {number}: {wrong}") from None
    lon, lat = np.array([thing.lon for thing in found]), np.array([thing.lat for thing in found])
    numbers = city.locate_many(lon, lat).tolist()
    codes = {n: city.code_of(n) if n else city.code for n in set(numbers)}
    return [replace(thing, code=codes[n]) for thing, n in zip(found, numbers, strict=True)]


def _thing(row: dict[str, str]) -> Resource:
    capacity, skills = row.get("capacity") or "", row.get("skills") or ""
    return Resource(
        resource_id=row["id"], kind=row["kind"], name=row["name"], lon=float(row["lon"]), lat=float(row["lat"]),
        code="", phone=row.get("phone") or "", capacity=int(capacity) if capacity else None,
        skills=tuple(skills.split(";")) if skills else (), stream_url=row.get("stream_url") or "",
    )  # fmt: skip
