"""部件 of a whole city for the benchmark: seeded, dense along its streets and in its centres, of every subclass."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cockpit.bench.near_city import places_in
from cockpit.services.city import City
from cockpit.store.layer_columns import Coded, FeatureBatch

HEADER = "part_code,class,subclass,name,state,owner,lon,lat"
STATES = ("完好", "破损", "缺失", "停用")
_STATE_SHARES = (0.9, 0.06, 0.03, 0.01)
_STREETS = 12
_ROWS_AT_ONCE = 250_000
#: heaps of places, as many as a city has crossings and estates
_HEAPS = 20_000


@dataclass(frozen=True, slots=True)
class PartsCity:
    """The subclasses, units and heaps that parts are drawn from; `pieces` gives the same for the same seed."""

    seed: int
    class_codes: list[str]
    subclass_codes: list[str]
    names: list[str]
    units: list[str]
    #: the unit of each subclass in each street
    unit_of: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    street: NDArray[np.int64]
    shares: NDArray[np.float64]

    @classmethod
    def of(cls, *, seed: int = 7) -> "PartsCity":
        """Of the demo city: every part subclass of its standards, units by street and trade."""
        rng = np.random.default_rng(seed)
        lon, lat, code = places_in(City.load("yuhang"), _HEAPS, rng)
        streets = np.unique(code // 1_000_000, return_inverse=True)[1] % _STREETS
        told = _subclasses()
        trades = sorted({unit for *_, unit in told})
        units = [f"{trade}·{street + 1}所" for trade in trades for street in range(_STREETS)]
        of_trade = np.array([trades.index(unit) for *_, unit in told])
        shares = 1 / np.arange(1, len(told) + 1) ** 0.9
        return cls(
            seed, [c for c, *_ in told], [s for _, s, *_ in told], [name for *_, name, _ in told], units,
            of_trade[:, None] * _STREETS + np.arange(_STREETS), lon, lat, streets.astype(np.int64),
            rng.permutation(shares) / shares.sum(),
        )  # fmt: skip

    def pieces(self, total: int) -> Iterator["PartsPiece"]:
        """So many parts, piece by piece."""
        weights = np.random.default_rng(self.seed + 1).pareto(1.5, len(self.lon)) + 0.1
        weights /= weights.sum()
        for start in range(0, total, _ROWS_AT_ONCE):
            rng = np.random.default_rng([self.seed, start])
            count = min(_ROWS_AT_ONCE, total - start)
            heap = rng.choice(len(self.lon), count, p=weights)
            subclass = rng.choice(len(self.names), count, p=self.shares)
            yield PartsPiece(
                np.arange(start, start + count), subclass, rng.choice(len(STATES), count, p=_STATE_SHARES),
                self.unit_of[subclass, self.street[heap]], np.round(self.lon[heap] + rng.normal(0, 0.004, count), 7),
                np.round(self.lat[heap] + rng.normal(0, 0.003, count), 7),
            )  # fmt: skip

    def batch(self, piece: "PartsPiece") -> FeatureBatch:
        """For a writer without a file between."""
        kinds = [f"part.{c}.{s}" for c, s in zip(self.class_codes, self.subclass_codes, strict=True)]
        return FeatureBatch(
            ids=piece.codes, names=Coded(self.names, piece.subclass), kinds=Coded(kinds, piece.subclass),
            states=Coded(STATES, piece.state), owners=Coded(self.units, piece.unit), lon=piece.lon, lat=piece.lat,
        )  # fmt: skip

    def write_csv(self, file: Path, total: int) -> None:
        """A table as a survey brings it."""
        middle = [
            f"{c},{s},{name}" for c, s, name in zip(self.class_codes, self.subclass_codes, self.names, strict=True)
        ]
        with file.open("w", encoding="utf-8", newline="") as out:
            out.write(HEADER + "\n")
            for piece in self.pieces(total):
                columns = (
                    piece.codes, [middle[s] for s in piece.subclass.tolist()],
                    [STATES[s] for s in piece.state.tolist()], [self.units[u] for u in piece.unit.tolist()],
                    piece.lon.tolist(), piece.lat.tolist(),
                )  # fmt: skip
                out.writelines(f"{a},{b},{c},{d},{x:.7f},{y:.7f}\n" for a, b, c, d, x, y in zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class PartsPiece:
    """Some parts as numbers."""

    number: NDArray[np.int64]
    subclass: NDArray[np.int64]
    state: NDArray[np.int64]
    unit: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    @property
    def codes(self) -> list[str]:
        """Part codes: 16 characters."""
        return [f"3301100{number:09d}" for number in self.number.tolist()]


def _subclasses() -> list[tuple[str, str, str, str]]:
    """Class, subclass, name and unit of every part subclass of the shipped standards."""
    table = Path(str(files("cockpit"))) / "cities" / "yuhang" / "standards.csv"
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["kind"] == "part":
                found.setdefault((row["class_code"], row["subclass_code"]), (row["subclass_name"], row["unit"]))
    return [(*codes, *told) for codes, told in sorted(found.items())]
