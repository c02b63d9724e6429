"""A made-up case table as American cities publish them (311): seeded, with everything that real ones have wrong."""

import csv
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from cockpit.services.city import City

ZONE = ZoneInfo("America/New_York")
FORMAT = "%m/%d/%Y %I:%M:%S %p"
COLUMNS = (
    "CASE_ID", "OPEN_DT", "TARGET_DT", "CLOSED_DT", "ONTIME", "CASE_STATUS", "CASE_TITLE", "SUBJECT", "REASON", "TYPE",
    "DEPARTMENT", "LOCATION", "WARD", "LATITUDE", "LONGITUDE", "SOURCE",
)  # fmt: skip
PROFILE = """
[events]
event_id    = "CASE_ID"
reported_at = { column = "OPEN_DT", format = "%m/%d/%Y %I:%M:%S %p", tz = "America/New_York" }
due_at      = { column = "TARGET_DT", format = "%m/%d/%Y %I:%M:%S %p", tz = "America/New_York" }
closed_at   = { column = "CLOSED_DT", format = "%m/%d/%Y %I:%M:%S %p", tz = "America/New_York" }
title = "CASE_TITLE"
category_text = "TYPE"
lon = "LONGITUDE"
lat = "LATITUDE"
source = { const = "hotline_12345" }
"""
_KINDS = ("Pothole Repair", "Street Light", "Missed Trash", "Needle Pickup", "占道经营", "Abandoned Vehicle")
#: column and what stands there wrongly
_MISTAKES = ((0, ""), (1, "soon"), (1, ""), (2, "13/45/2023"), (3, "never"), (6, "x" * 501))
_FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)


@dataclass
class CaseTable:
    """A written table and what is true of it."""

    path: Path
    #: line → what was put in wrongly
    bad: dict[int, str] = field(default_factory=dict)

    @property
    def good(self) -> pd.DataFrame:
        """The rows that can be taken, read by pandas alone; times are aware UTC."""
        told = pd.read_csv(self.path, dtype=str, keep_default_na=False)
        told = told[~told.index.isin([line - 2 for line in self.bad])].copy()
        for name in ("OPEN_DT", "TARGET_DT", "CLOSED_DT"):
            wall = pd.to_datetime(told[name], format=FORMAT, errors="coerce")
            first = pd.Series(True, index=wall.index).to_numpy()
            told[name] = wall.dt.tz_localize(ZONE, ambiguous=first, nonexistent=pd.Timedelta("1h")).dt.tz_convert("UTC")
        for name in ("LATITUDE", "LONGITUDE"):
            told[name] = pd.to_numeric(told[name], errors="coerce")
        return told


def write_table(path: Path, city: City, rows: int, *, seed: int, days: int = 700) -> CaseTable:
    """`rows` cases over `days` days; one in five has no target, one in twenty no closing, some no place, and some are
    no row that anybody could take."""
    rng, table = random.Random(seed), CaseTable(path)
    west, south, east, north = city.bounds
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for number in range(rows):
            opened = _FIRST_DAY + timedelta(seconds=rng.randrange(days * 86_400))
            target = opened + timedelta(hours=rng.choice((2, 24, 48, 240))) if rng.random() < 0.8 else None
            took = timedelta(seconds=int(rng.expovariate(1 / 200_000)) + 60)
            closed = opened + took if rng.random() > 0.05 else None
            lon, lat = f"{rng.uniform(west - 0.05, east):.6f}", f"{rng.uniform(south, north):.6f}"
            if rng.random() < 0.03:
                lon, lat = rng.choice((("", ""), ("0", "0")))
            kind = rng.choice(_KINDS)
            row = [
                str(101_000_000_000 + number), _wall(opened), _wall(target), _wall(closed), "ONTIME",
                "Closed" if closed else "Open", f"{kind} {rng.randrange(40)}", "Public Works", kind, kind, "PWDx",
                f"{rng.randrange(900)} Main St, \"Boston\"\nMA", f"{rng.randrange(22):02}", lat, lon, "Call",
            ]  # fmt: skip
            line = 2 + 2 * number  # the place's line break makes two lines of a row
            if rng.random() < 0.002:
                place, wrong = rng.choice(_MISTAKES)
                row[place] = wrong
                table.bad[number + 2] = f"{line}:{COLUMNS[place]}"
            writer.writerow(row)
    return table


def _wall(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(ZONE).strftime(FORMAT)
