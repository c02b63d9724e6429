"""类别: the code of a class or subclass as one number, so that a class and everything in it is a range of numbers.

`part.01.02` is 1_01_02 and `event.05` is 2_05_00; what has no code that is known here is 0 (未分类).
"""

import re
from functools import lru_cache

_CODE = re.compile(r"(part|event)(?:\.(\d\d)(?:\.(\d\d))?)?")
_KINDS = {"part": 1, "event": 2}
_NAMES = {number: kind for kind, number in _KINDS.items()}
UNCLASSED = 0


@lru_cache(4_096)
def category_number(category: str) -> int:
    """The number of a category's code; 0 for none."""
    found = _CODE.fullmatch(category)
    if found is None:
        return UNCLASSED
    kind, major, minor = found.groups()
    return _KINDS[kind] * 10_000 + int(major or 0) * 100 + int(minor or 0)


def category_span(category: str) -> tuple[int, int]:
    """Half-open range of the numbers of a category and everything in it; only 0 for one that is not known here."""
    low = category_number(category)
    if low == UNCLASSED:
        return 0, 1
    return low, low + (10_000, 100, 1)[category.count(".")]


def category_of(number: int) -> str:
    """The code of a number; empty for 0."""
    kind, rest = divmod(number, 10_000)
    major, minor = divmod(rest, 100)
    if kind not in _NAMES:
        return ""
    return ".".join((_NAMES[kind], *(f"{n:02d}" for n in (major, minor) if n)))
