"""办公时间: how office hours are written."""

from datetime import time

import pytest

from cockpit.domain.office_hours import OFFICE_HOURS, parse_office_hours, told_office_hours


def test_office_hours_read_back_what_they_write() -> None:
    assert parse_office_hours("08:00-12:00,14:00-18:00") == OFFICE_HOURS
    assert parse_office_hours("0:00-24:00") == ((time(0), time(0)),)
    assert parse_office_hours(" 8:30-12:00 , 20:00-24:00") == ((time(8, 30), time(12)), (time(20), time(0)))
    assert told_office_hours(parse_office_hours("20:00-24:00")) == [("20:00", "24:00")]


@pytest.mark.parametrize(
    "text", ["", "8-12", "08:00-12:00,", "08:00-25:00", "12:00-08:00", "08:00-12:00,11:00-13:00", "08:60-09:00"]
)
def test_office_hours_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="office hours"):
        parse_office_hours(text)
