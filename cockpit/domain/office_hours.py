"""办公时间: the local times in which working limits count."""

import re
from datetime import time

OfficeHours = tuple[tuple[time, time], ...]

#: 08–12 and 14–18: the field's default
OFFICE_HOURS: OfficeHours = ((time(8), time(12)), (time(14), time(18)))
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_WHOLE_DAY_MIN = 24 * 60


def parse_office_hours(text: str) -> OfficeHours:
    """`08:00-12:00,14:00-18:00` as times; `24:00` is the end of the day. ValueError for what cannot be."""
    spans = [_SPAN.fullmatch(part.strip()) for part in text.split(",")]
    try:
        hours = tuple(
            (time(int(m[1]), int(m[2])), time(int(m[3]) % 24 if m[4] == "00" else int(m[3]), int(m[4])))
            for m in spans
            if m is not None
        )
    except ValueError:
        hours = ()
    if None in spans or not hours:
        raise ValueError(f"office hours are written like 08:00-12:00,14:00-18:00, not {text!r}")
    check_office_hours(hours)
    return hours


def told_office_hours(hours: OfficeHours) -> list[tuple[str, str]]:
    """As people read them: `[("08:00", "12:00"), …]`; the end of the day is `24:00`."""
    return [(f"{begin:%H:%M}", f"{end:%H:%M}" if minutes_of(end) else "24:00") for begin, end in hours]


def check_office_hours(hours: OfficeHours) -> None:
    """ValueError unless the times rise within the day and are whole minutes."""
    edges = [edge for begin, end in hours for edge in (minutes_of(begin), minutes_of(end) or _WHOLE_DAY_MIN)]
    if not edges or edges != sorted(set(edges)):
        raise ValueError("office hours want times that rise and do not overlap, e.g. 08:00-12:00,14:00-18:00")


def minutes_of(at: time) -> int:
    """Minutes since midnight; ValueError if it is no whole minute."""
    if at.second or at.microsecond:
        raise ValueError("office hours are given in whole minutes")
    return at.hour * 60 + at.minute
