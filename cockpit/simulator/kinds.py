"""类别 — what happens in a city: kinds of events, their limits, frequencies and the units for them.

Codes and limits follow one city's published case standards; the frequencies are invented. Limits run on the
continuous clock here: one hour is an hour, one day is 24.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

#: share of all events by source, as a district of 3.3 million people reports them
SOURCE_SHARE = {
    "gridworker": 0.490,
    "hotline_12345": 0.230,
    "iot": 0.120,
    "video_ai": 0.085,
    "citizen": 0.050,
    "department": 0.018,
    "higher_level": 0.004,
    "drone": 0.003,
}

#: relative frequency by hour of the day, 24 values each
PROFILE = {
    "flat": (3, 3, 2, 2, 2, 3, 5, 7, 8, 8, 8, 7, 6, 6, 7, 7, 7, 7, 7, 6, 6, 5, 4, 3),
    "work": (0.4, 0.3, 0.2, 0.2, 0.3, 0.8, 3, 7, 11, 13, 12, 9, 6, 7, 11, 12, 11, 8, 4, 3, 2, 1.5, 1, 0.6),
    "rush": (0.5, 0.3, 0.2, 0.2, 0.3, 1, 4, 12, 14, 9, 6, 5, 5, 5, 5, 6, 9, 13, 12, 7, 5, 3, 2, 1),
    "evening": (2, 1, 0.5, 0.3, 0.3, 1, 3, 5, 5, 5, 5, 6, 5, 4, 5, 6, 8, 10, 12, 12, 11, 9, 6, 4),
    "night": (6, 5, 4, 3, 3, 3, 4, 4, 3, 3, 3, 3, 4, 3, 3, 3, 3, 4, 6, 8, 9, 11, 11, 9),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One subclass: `rain` multiplies its frequency when it pours, `sources` weighs who notices it."""

    code: str
    limit_h: float
    weight: float
    rain: float
    when: str
    unit: str
    sources: dict[str, float]
    titles: tuple[str, ...]


def read_kinds() -> list[Kind]:
    out = []
    with (Path(__file__).parent / "kinds.csv").open(encoding="utf-8") as f:
        for row in csv.DictReader(f):
            pairs = (pair.split(":") for pair in row["sources"].split())
            out.append(
                Kind(
                    code=row["code"],
                    limit_h=float(row["limit_h"]),
                    weight=float(row["weight"]),
                    rain=float(row["rain"]),
                    when=row["when"],
                    unit=row["unit"],
                    sources={name: float(share) for name, share in pairs},
                    titles=tuple(row["titles"].split("|")),
                )
            )
    return out


#: unit: (in the community, in the street, in the district, in the city)
_UNITS = {
    "law": ("{community}网格", "{street}综合行政执法队", "区综合行政执法局", "市城管局"),
    "sanitation": ("{community}保洁队", "{street}环卫站", "区城管局", "市城管局"),
    "road": ("{community}网格", "{street}城管办", "区住建局市政管养中心", "市城管局"),
    "green": ("{community}保洁队", "{street}绿化队", "区园林绿化中心", "市园文局"),
    "water": ("{community}网格", "{street}农林水利办", "区林水局", "市林水局"),
    "environment": ("{community}网格", "{street}环保站", "生态环境余杭分局", "市生态环境局"),
    "power": ("{community}网格", "{street}城管办", "供电公司", "市供电公司"),
    "gas": ("{community}网格", "{street}应急消防管理站", "区住建局燃气办", "市城管局"),
    "fire": ("{community}微型消防站", "{street}应急消防管理站", "区消防救援大队", "市消防救援支队"),
    "traffic": ("{community}网格", "{street}交警中队", "区交警大队", "市交警支队"),
    "community": ("{community}居民委员会", "{street}社会治理办", "区社会治理中心", "市社会治理中心"),
}
_CENTRES = ("{community}网格站", "{street}指挥室", "区社会治理中心", "市社会治理中心")
LEVELS = ("community", "street", "county", "city")


def unit_name(unit: str, level: str, *, street: str, community: str) -> str:
    """The unit that handles such an event at a level, by the names of the place."""
    return _UNITS[unit][LEVELS.index(level)].format(street=street, community=community)


def centre_name(level: str, *, street: str, community: str) -> str:
    """The centre that accepts, assigns and closes at a level."""
    return _CENTRES[LEVELS.index(level)].format(street=street, community=community)
