"""重复上报: which reports may be about one and the same thing. A person decides whether they are."""

import math
from datetime import timedelta

from cockpit.domain.event import Event
from cockpit.domain.plausibility import UNDRAWABLE

#: a candidate lies this near …
SAME_WITHIN_M = 100.0
#: … was reported within this time …
SAME_WITHIN = timedelta(days=3)
#: … and is of the same category, or says what is alike to this degree
ALIKE_FROM = 0.5
#: a person may merge what lies this far apart: callers name a place, they do not measure it
MERGE_WITHIN_M = 500.0

_M_PER_DEGREE = 111_195.0


def distance_m(one: Event, other: Event) -> float | None:
    """Metres between two events, on a plane: good to a per mille within a city. None where a place is unknown."""
    a, b = one.report.place, other.report.place
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None or UNDRAWABLE & {*a.flags, *b.flags}:
        return None
    east = (a.lon - b.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(east, a.lat - b.lat) * _M_PER_DEGREE


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: the Dice coefficient of their pairs of characters, which needs no words."""
    a, b = _pairs(one), _pairs(other)
    if not a or not b:
        return 1.0 if one.strip() == other.strip() != "" else 0.0
    return 2 * len(a & b) / (len(a) + len(b))


def _pairs(text: str) -> set[str]:
    plain = "".join(c for c in text.casefold() if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def is_alike(one: Event, other: Event) -> bool:
    """True if both are of one category or say nearly the same; whether they are near is not asked here."""
    a, b = one.report, other.report
    if a.category and a.category == b.category:
        return True
    if a.category_text and a.category_text == b.category_text:
        return True
    return likeness(a.title, b.title) >= ALIKE_FROM
