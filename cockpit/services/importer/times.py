"""Times of a whole column at once: from how a table writes them to milliseconds since 1970 in UTC.

A time in its zone that the clocks showed twice (autumn) is the first of the two; one that they never showed (spring)
is read with the offset before the change. Both as Python's own `datetime` does it (PEP 495, fold=0).
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cockpit.services.importer.profile import NOTHING, TimeField

#: where there is no time
NO_TIME = np.iinfo(np.int64).min
#: times outside are a mistake of the table, not the city's history
_EARLIEST = pd.Timestamp(1900, 1, 1, tz="UTC")
_LATEST = pd.Timestamp(2200, 1, 1, tz="UTC")

Millis = NDArray[np.int64]
Mask = NDArray[np.bool_]


def parse_times(values: pd.Series, field: TimeField) -> tuple[Millis, dict[str, Mask]]:
    """Milliseconds since 1970 with `NO_TIME` where the cell is empty or wrong, and the wrong ones by their reason."""
    text = values.astype("string").str.strip() if values.dtype != object else _stripped(values)
    empty = text.isin(NOTHING).to_numpy(dtype=bool)
    told = ~empty
    at, unzoned = _parsed(text[told], field)
    reasons: dict[str, Mask] = {}

    def wrong(reason: str, which: Mask) -> None:
        spread = np.zeros(len(values), dtype=bool)
        spread[told] = which
        if spread.any():
            reasons[reason] = spread

    wrong(f"is no time written as {field.format or 'ISO 8601'}", at.isna().to_numpy() & ~unzoned)
    wrong("has no offset, and the profile names no tz", unzoned)
    out = (at.notna() & ((at < _EARLIEST) | (at >= _LATEST))).to_numpy()
    wrong("must lie between the years 1900 and 2200", out)
    at = at.mask(out)
    found = np.full(len(values), NO_TIME, dtype=np.int64)
    micros = at.dt.tz_localize(None).astype("datetime64[us]").to_numpy().astype(np.int64)
    found[told] = np.where(at.isna().to_numpy(), NO_TIME, micros // 1000)
    return found, reasons


def local_midnight_before(at: Millis, zone: ZoneInfo) -> Millis:
    """The midnight at the beginning of each instant's local day; `NO_TIME` stays."""
    return _midnights(at, zone, 0)


def local_midnight_after(at: Millis, zone: ZoneInfo) -> Millis:
    """The first local midnight after each instant; `NO_TIME` stays."""
    return _midnights(at, zone, 1)


def _midnights(at: Millis, zone: ZoneInfo, days: int) -> Millis:
    known = at != NO_TIME
    utc = pd.Series(at[known].astype("datetime64[ms]")).dt.tz_localize("UTC")
    day = utc.dt.tz_convert(str(zone)).dt.tz_localize(None).dt.normalize() + pd.Timedelta(days=days)
    found = at.copy()
    found[known] = _zoned(day, str(zone)).dt.tz_localize(None).astype("datetime64[ms]").to_numpy().astype(np.int64)
    return found


def _stripped(values: pd.Series) -> pd.Series:
    return values.map(lambda cell: cell.strip() if isinstance(cell, str) else cell)


def _parsed(values: pd.Series, field: TimeField) -> tuple[pd.Series, Mask]:
    """Aware UTC, NaT where it cannot be read; and which of those lack an offset."""
    none = np.zeros(len(values), dtype=bool)
    if values.empty:
        return pd.Series(pd.to_datetime([]).tz_localize("UTC")), none
    if values.dtype == object and values.map(lambda cell: isinstance(cell, datetime)).any():
        return _of_cells(values, field)
    if field.format is not None:
        at = pd.to_datetime(values, format=field.format, errors="coerce", utc="%z" in field.format)
        return (at if "%z" in field.format else _zoned(at, str(field.tz))), none
    has_offset = values.astype("string").str.contains(_OFFSET).to_numpy(dtype=bool)
    aware = pd.to_datetime(values.where(has_offset), format="ISO8601", errors="coerce", utc=True)
    naive = pd.to_datetime(values.where(~has_offset), format="ISO8601", errors="coerce")
    if field.tz is None:
        return aware, naive.notna().to_numpy()
    # a column with fractions of a second is read in another unit than one without a single time in it
    return aware.dt.as_unit("us").fillna(_zoned(naive.dt.as_unit("us"), field.tz)), none


#: Z or ±hh, ±hhmm, ±hh:mm behind a time of day
_OFFSET = r"\d(?:[Zz]|[+-]\d\d(?::?\d\d)?)$(?<!^.{10})"


def _of_cells(values: pd.Series, field: TimeField) -> tuple[pd.Series, Mask]:
    """A spreadsheet holds real times, and texts in between; its times know no zone."""
    is_time = values.map(lambda cell: isinstance(cell, datetime)).to_numpy(dtype=bool)
    if field.tz is None:
        texts, unzoned = _parsed(values[~is_time].astype("string"), field)
        every = np.array(is_time)
        every[~is_time] = unzoned
        return texts.reindex(values.index), every
    cells = _zoned(pd.to_datetime(values[is_time], errors="coerce"), field.tz)
    texts, _ = _parsed(values[~is_time].astype("string"), field)
    return pd.concat([cells, texts]).reindex(values.index), np.zeros(len(values), dtype=bool)


def _zoned(naive: pd.Series, tz: str) -> pd.Series:
    """Aware UTC of wall-clock times in a zone."""
    first = np.ones(len(naive), dtype=bool)
    at: pd.Series = naive.dt.tz_localize(tz, ambiguous=first, nonexistent="NaT").dt.tz_convert("UTC")
    never_shown = (at.isna() & naive.notna()).to_numpy()
    if never_shown.any():
        zone = ZoneInfo(tz)
        told = [t.to_pydatetime().replace(tzinfo=zone).astimezone(UTC) for t in naive[never_shown]]
        at = at.copy()
        at.loc[never_shown] = pd.Series(told, index=naive.index[never_shown]).astype(at.dtype)
    return at
