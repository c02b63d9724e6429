"""线上: how positions travel to browsers: ten bytes each after a head of twelve, little-endian.

Head: west and south edge (i32, millionths of a degree), step (u32, millionths of a degree). A position: the mover's row
in the low 24 bits and the age of its fix at reception in s in the top 8 (u32), then steps from the west and from the
south edge (24 bits each). A step is one millionth, 11 cm, for anything up to 16 degrees wide, and grows only beyond.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_HEAD = np.dtype([("west_e6", "<i4"), ("south_e6", "<i4"), ("step_e6", "<u4")])
_POSITION = np.dtype([("row_age", "<u4"), ("east", "u1", 3), ("north", "u1", 3)])
HEAD_BYTES, POSITION_BYTES = _HEAD.itemsize, _POSITION.itemsize
#: steps from the west edge of a mover that is no longer in the scope
_GONE = 0xFFFFFF


class Positions(NamedTuple):
    """Columns of one length; `lon` and `lat` are NaN for who has left the scope. `age_s` 0…255."""

    rows: NDArray[np.int64]
    age_s: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def pack(positions: Positions) -> bytes:
    """The wire form; nothing but a head for no positions. Rows beyond 2^24 cannot be told."""
    here = ~np.isnan(positions.lon)
    lon, lat = np.round(positions.lon * 1e6), np.round(positions.lat * 1e6)
    head = np.zeros(1, dtype=_HEAD)
    head["step_e6"] = step = 1
    wire = np.empty(len(positions.rows), dtype=_POSITION)
    wire["row_age"] = positions.rows | (np.clip(positions.age_s, 0, 255) << 24)
    wire["east"], wire["north"] = 0xFF, 0xFF
    if here.any():
        west, south = lon[here].min(), lat[here].min()
        step = int(max(lon[here].max() - west, lat[here].max() - south) // (_GONE - 1)) + 1
        head["west_e6"], head["south_e6"], head["step_e6"] = west, south, step
        wire["east"][here] = _three_bytes((lon[here] - west) / step)
        wire["north"][here] = _three_bytes((lat[here] - south) / step)
    return head.tobytes() + wire.tobytes()


def unpack(buf: bytes) -> Positions:
    """What `pack` packed; ValueError for bytes that are none of ours."""
    head = np.frombuffer(buf, dtype=_HEAD, count=1)[0]
    wire = np.frombuffer(buf, dtype=_POSITION, offset=HEAD_BYTES)
    east, north = _number(wire["east"]), _number(wire["north"])
    gone = east == _GONE
    lon = np.where(gone, np.nan, (int(head["west_e6"]) + east * int(head["step_e6"])) / 1e6)
    lat = np.where(gone, np.nan, (int(head["south_e6"]) + north * int(head["step_e6"])) / 1e6)
    rows = wire["row_age"].astype(np.int64)
    return Positions(rows & 0xFFFFFF, rows >> 24, lon, lat)


def _three_bytes(steps: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.round(steps).astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3]


def _number(three: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.asarray(three.astype(np.int64) @ np.array([1, 1 << 8, 1 << 16]))
