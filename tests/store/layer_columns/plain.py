"""The same layer as plain Python objects, looked at one by one: what the columns must agree with."""

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import shapely

from cockpit.store.layer_columns import FeatureBatch, LayerColumns, LayerWriter, Sizes, Where

KINDS = ("井盖", "路灯", "hydrant", "bench", "kind & more")
STATES = ("", "in_service", "broken")
OWNERS = ("城管局", "水务集团", "")
#: so small that forty features need every level
SMALL = Sizes(block_rows=16, rows_read=8, most_points=5, least_squares=2)
LON, LAT = 119.98, 30.27


@dataclass(slots=True)
class Thing:
    id: str
    name: str
    kind: str
    state: str
    owner: str
    lon: float
    lat: float
    shape: bytes | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


def things(chance: Random, most: int = 120) -> list[Thing]:
    """Places in a few heaps: many at the very same spot, some far off, some at the edges of the earth."""
    found = []
    heaps = [(LON + chance.uniform(-0.2, 0.2), LAT + chance.uniform(-0.2, 0.2)) for _ in range(3)]
    spread = chance.choice([0.0, 0.0001, 0.02])
    for number in range(chance.randint(0, most)):
        lon, lat = chance.choice(heaps)
        lon, lat = lon + chance.uniform(-spread, spread), lat + chance.uniform(-spread, spread)
        if chance.random() < 0.05:
            lon, lat = chance.choice([(180.0, 89.9), (-180.0, -90.0), (0.0, 0.0), (chance.uniform(-180, 180), -60.0)])
        found.append(
            Thing(
                f"p{number:04d}", f"部件 {number}" * chance.randint(0, 2), chance.choice(KINDS), chance.choice(STATES),
                chance.choice(OWNERS), lon, lat,
            )
        )  # fmt: skip
    return found


def batch(some: list[Thing], *, shapes: bool = False, attributes: bool = False) -> FeatureBatch:
    return FeatureBatch(
        ids=[t.id for t in some], names=[t.name for t in some], kinds=[t.kind for t in some],
        states=[t.state for t in some], owners=[t.owner for t in some], lon=np.array([t.lon for t in some]),
        lat=np.array([t.lat for t in some]), shapes=[t.shape for t in some] if shapes else None,
        attributes=[t.attributes for t in some] if attributes else None,
    )  # fmt: skip


def written(folder: Path, some: list[Thing], *, sizes: Sizes = SMALL, pieces: int = 3) -> LayerColumns:
    """A version of these, written in some pieces."""
    with LayerWriter(folder, sizes=sizes) as writer:
        step = max(1, -(-len(some) // pieces))
        for start in range(0, len(some), step):
            writer.add(batch(some[start : start + step]))
        writer.publish()
    return LayerColumns.open(folder)


def matches(thing: Thing, where: Where, box: tuple[float, float, float, float] | None) -> bool:
    if where.kinds and thing.kind not in where.kinds:
        return False
    if where.states and thing.state not in where.states:
        return False
    if where.owners and thing.owner not in where.owners:
        return False
    if where.within is not None and not shapely.intersects_xy(shapely.from_wkb(where.within), thing.lon, thing.lat):
        return False
    return box is None or (box[0] <= thing.lon <= box[2] and box[1] <= thing.lat <= box[3])


def steps(thing: Thing) -> tuple[int, int]:
    """Where it lies on the plane of 2³¹ steps, by the formula of EPSG:3857 for one place."""
    sine = math.sin(math.radians(min(max(thing.lat, -89.9), 89.9)))
    x, y = (thing.lon + 180) / 360, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return tuple(min(max(math.floor(v * 2**31), 0), 2**31 - 1) for v in (x, y))  # type: ignore[return-value]


@dataclass(slots=True)
class Told:
    """A tile as a browser reads it."""

    form: int
    kinds: int
    total: int
    x: list[int]
    y: list[int]
    kind: list[int]
    state: list[int]
    wide: list[int]


def read_tile(body: bytes) -> Told:
    magic, form, zero, kinds, n, total = struct.unpack_from("<4sBBHII", body)
    assert magic == b"LT01" and zero == 0
    at, columns = 16, []
    for _ in range(3):
        columns.append(np.frombuffer(body, "<u2", n, at).tolist())
        at += 2 * n
    state = []
    if form == 0:
        state = np.frombuffer(body, np.uint8, n, at).tolist()
        at += n
    at += -at % 4
    wide = np.frombuffer(body, "<u4", n, at).tolist()
    assert len(body) == at + 4 * n
    return Told(form, kinds, total, *columns, state, wide)
