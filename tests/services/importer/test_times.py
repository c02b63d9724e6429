"""Times of a column mean what Python's own clock says they mean, in every zone and on every night of change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.services.importer.profile import TimeField
from cockpit.services.importer.times import NO_TIME, local_midnight_after, parse_times
from cockpit.services.recording import midnight_after
from cockpit.stream.lane import millis_of

ZONES = ("America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Shanghai")
_NIGHTS = (
    "2024-03-10", "2024-11-03", "2024-03-31", "2024-10-27", "2024-04-07", "2024-10-06", "2018-11-04",
    "2018-02-17T22:00",
)  # fmt: skip
#: around changes of clocks of these zones, and anywhere
_walls = st.one_of(
    st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2030-01-01")),
    st.builds(
        lambda start, minutes: start + timedelta(minutes=minutes),
        st.sampled_from(_NIGHTS).map(datetime.fromisoformat),
        st.integers(0, 300),
    ),
)  # fmt: skip


def parsed(values: list[object], field: TimeField) -> list[int]:
    kind = "str" if all(isinstance(v, str) for v in values) else object
    at, _ = parse_times(pd.Series(values, dtype=kind), field)
    return [int(ms) for ms in at]


@given(st.lists(_walls, min_size=1, max_size=30), st.sampled_from(ZONES))
def test_wall_clock_times_are_read_as_python_reads_them(walls: list[datetime], tz: str) -> None:
    field = TimeField(column="t", format="%m/%d/%Y %I:%M:%S %p", tz=tz)
    expected = [millis_of(w.replace(microsecond=0, tzinfo=ZoneInfo(tz)).astimezone(UTC)) for w in walls]
    assert parsed([w.strftime("%m/%d/%Y %I:%M:%S %p") for w in walls], field) == expected
    naive_iso = TimeField(column="t", tz=tz)
    assert parsed([w.isoformat(timespec="seconds") for w in walls], naive_iso) == expected
    assert parsed([w.replace(microsecond=0) for w in walls], naive_iso) == expected  # a spreadsheet's cells
    exact = [millis_of(w.replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)) for w in walls]
    assert parsed([w.isoformat(timespec="milliseconds") for w in walls], naive_iso) == exact


@given(st.lists(_walls, min_size=1, max_size=30), st.sampled_from(ZONES))
def test_the_midnight_after_is_the_same_for_one_and_for_many(walls: list[datetime], tz: str) -> None:
    instants = [w.replace(microsecond=0, tzinfo=UTC) for w in walls]
    many = local_midnight_after(np.array([millis_of(i) for i in instants], dtype=np.int64), ZoneInfo(tz))
    assert many.tolist() == [millis_of(midnight_after(i, ZoneInfo(tz)).astimezone(UTC)) for i in instants]


def test_an_offset_in_the_text_counts_more_than_the_zone() -> None:
    for tz in (None, "America/New_York"):
        field = TimeField(column="t", tz=tz)
        told: list[object] = ["2024-03-04T05:06:07Z", "2024-03-04T13:06:07+08:00", "2024-03-04 13:06:07+0800"]
        assert set(parsed(told, field)) == {millis_of(datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC))}
    offset = TimeField(column="t", format="%d.%m.%Y %H:%M %z")
    assert parsed(["04.03.2024 13:06 +0800"], offset) == [millis_of(datetime(2024, 3, 4, 5, 6, tzinfo=UTC))]


def test_what_is_no_time_is_told_by_its_reason() -> None:
    field = TimeField(column="t", format="%Y-%m-%d", tz="UTC")
    values = pd.Series(["2024-01-02", "", "NULL", "2024-13-02", " 2024-01-02 ", "0999-01-01"], dtype="str")
    at, wrong = parse_times(values, field)
    assert (at == NO_TIME).tolist() == [False, True, True, True, False, True]
    assert {reason: which.tolist().index(True) for reason, which in wrong.items()} == {
        "is no time written as %Y-%m-%d": 3, "must lie between the years 1900 and 2200": 5,
    }  # fmt: skip


@pytest.mark.parametrize("naive", ["2024-01-02 03:04", "2024-01-02"])
def test_a_time_without_offset_and_zone_is_refused(naive: str) -> None:
    _, wrong = parse_times(pd.Series([naive, "2024-01-02T03:04Z"], dtype="str"), TimeField(column="t"))
    assert [(reason.split(",")[0], which.tolist()) for reason, which in wrong.items()] == [
        ("has no offset", [True, False])
    ]
