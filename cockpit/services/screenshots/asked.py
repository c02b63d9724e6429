"""要哪一页: which pages a picture can be made of, what of their addresses may be asked, how large it becomes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

#: what an address may say on each page; language and scope are told apart from these
_OF_LEADER = (
    "as_of", "range", "from", "to", "source", "category", "weekday", "hour", "indicator", "part", "board", "vs",
    "cursor", "event", "topic", "day", "still", "pick", "down", "across", "service", "minutes",
)  # fmt: skip
PAGES: Mapping[str, tuple[str, ...]] = {
    "screen": ("as_of", "at", "base", "go", "layers"),
    "leader": _OF_LEADER,
    "thematic": ("view", "indicator", "level", "days", "layer", "link", "cluster", "radius"),
    "iot": ("device",),
}
#: pages that scroll: they are taken whole, as far as so many pixels of the picture
WHOLE = frozenset({"leader"})
MOST_TALL = 8000
_LONGEST = 400
#: the part behind `#` has names, numbers and separators: layers that are on or off
_FRAGMENT = re.compile(r"[\w=&,.:|~%-]{0,400}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Size:
    """A picture's size without its strip: the window in CSS px, and how many pixels of the picture one of them is."""

    width: int
    height: int
    scale: int = 1

    def tallest(self, page: str) -> int:
        """How tall in CSS px the window may become for a page: itself, or as far down as the page scrolls."""
        return max(self.height, MOST_TALL // self.scale) if page in WHOLE else self.height

    @property
    def stage(self) -> str:
        """The stage of /screen that fills it."""
        return "3840x1080" if self.width > 2 * self.height else "1920x1080"


SIZES: Mapping[str, Size] = {
    "1920x1080": Size(1920, 1080),
    "3840x1080": Size(3840, 1080),
    "3840x2160": Size(1920, 1080, scale=2),
}


class AskedError(ValueError):
    """A picture that cannot be made; `field` is what is wrong."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(told)
        self.field = field


def address_of(page: str, size: str, scope: str, lang: str, query: Mapping[str, str], fragment: str) -> str:
    """Path and query to open on this cockpit. AskedError for what is not on the lists: no other page is ever opened."""
    if page not in PAGES:
        raise AskedError("page", f"page must be one of {', '.join(PAGES)}")
    if size not in SIZES:
        raise AskedError("size", f"size must be one of {', '.join(SIZES)}")
    strange = sorted(set(query) - set(PAGES[page]))
    if strange:
        raise AskedError("query", f"/{page} has no {', '.join(strange)[:100]}")
    if any(len(value) > _LONGEST for value in query.values()):
        raise AskedError("query", f"a value is longer than {_LONGEST} characters")
    if not _FRAGMENT.fullmatch(fragment):
        raise AskedError("fragment", "the part behind # has other signs than names of layers")
    stage = {"stage": SIZES[size].stage} if page == "screen" else {}
    told = urlencode({"scope": scope, "lang": lang, **stage, **{name: value for name, value in query.items() if value}})
    return f"/{page}?{told}" + (f"#{fragment}" if fragment else "")
