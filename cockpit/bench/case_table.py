"""A made-up case table of any size, seeded: what a city's system of record exports for some years."""

import csv
from itertools import islice
from pathlib import Path

import numpy as np

from cockpit.services.city import City

_KINDS = (
    "占道经营", "井盖缺失", "路灯不亮", "垃圾暴露", "施工噪音", "违规停车", "树木倒伏", "道路破损", "河道漂浮",
    "违规广告", "Pothole repair", "Missed trash", "Needle pickup", "Street light", "Abandoned vehicle",
    "Noise complaint",
)  # fmt: skip
_SOURCES = ("gridworker", "hotline_12345", "citizen", "video_ai", "department", "iot")
_YEARS = 4
_DAY_S = 86_400
_ROWS_AT_ONCE = 100_000
COLUMNS = (
    "id",
    "opened",
    "target",
    "closed",
    "title",
    "kind",
    "category",
    "address",
    "description",
    "source",
    "x",
    "y",
)
PROFILE = """
[events]
event_id = "id"
reported_at = { column = "opened", tz = "Asia/Shanghai" }
due_at = { column = "target", tz = "Asia/Shanghai" }
closed_at = { column = "closed", tz = "Asia/Shanghai" }
title = "title"
category = "category"
category_text = "kind"
address = "address"
description = "description"
source = "source"
lon = "x"
lat = "y"
"""


def write_case_table(path: Path, city: City, rows: int, *, until: np.datetime64, seed: int = 311) -> None:
    """`rows` cases of the years before `until`: one in five without a target, one in fifty still open."""
    chance = np.random.default_rng(seed)
    west, south, east, north = city.bounds
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for start in range(0, rows, _ROWS_AT_ONCE):
            n = min(_ROWS_AT_ONCE, rows - start)
            opened = until - chance.integers(3600, _YEARS * 365 * _DAY_S, n).astype("timedelta64[s]")
            target = opened + chance.choice([7_200, _DAY_S, 5 * _DAY_S], n).astype("timedelta64[s]")
            closed = opened + (60 + chance.exponential(_DAY_S, n)).astype("timedelta64[s]")
            kind = chance.integers(0, len(_KINDS), n)
            columns = (
                (f"{start + i:08d}" for i in range(n)),
                np.datetime_as_string(opened, unit="s"),
                np.where(chance.random(n) < 0.2, "", np.datetime_as_string(target, unit="s")),
                np.where((chance.random(n) < 0.02) | (closed > until), "", np.datetime_as_string(closed, unit="s")),
                (f"{_KINDS[k]} {street}" for k, street in zip(kind, chance.integers(0, 300, n), strict=True)),
                (_KINDS[k] for k in kind),
                (f"event.{k % 6 + 1:02d}.{k % 12 + 1:02d}" for k in kind),
                (f"文一西路 {number} 号" for number in chance.integers(1, 20_000, n)),
                (
                    f"市民反映{_KINDS[k]}，现场编号 {number}，请处置"
                    for k, number in zip(kind, chance.integers(0, 10**9, n), strict=True)
                ),
                (_SOURCES[s] for s in chance.integers(0, len(_SOURCES), n)),
                (f"{x:.6f}" for x in chance.uniform(west, east, n)),
                (f"{y:.6f}" for y in chance.uniform(south, north, n)),
            )  # fmt: skip
            writer.writerows(zip(*(islice(column, n) for column in columns), strict=True))
