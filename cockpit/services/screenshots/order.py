"""交办: what the process that makes one picture is told on its standard input, and what it tells on its output."""

import msgspec


class Caption(msgspec.Struct, frozen=True, kw_only=True):
    """What the strip says beyond what the page itself tells. `definitions`: indicator → title, version, words."""

    lang: str
    page: str
    place: str
    scope: str
    by: str
    tz: str
    demo: bool
    definitions: dict[str, tuple[str, int, str]]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One picture. `cookies` are the session of whoever asked: they are told here and nowhere else."""

    url: str
    cookies: dict[str, str]
    width: int
    height: int
    #: the window grows as far as this for a page that scrolls
    tallest: int = 0
    scale: int
    chromium: str
    out: str
    #: where the browser may put what it needs while it draws
    folder: str
    font_cache: str
    #: seconds that all of it may take
    within_s: float
    caption: Caption


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of its output: a step, or the end with what was made or what went wrong."""

    step: str = ""
    failed: str = ""
    #: a key of `picture.why`
    why: str = ""
    made: bool = False
    width: int = 0
    height: int = 0
    #: the instant of what is seen, in ms of the epoch
    as_of_ms: int = 0
    #: what the strip says about data that are late or missing
    notes: list[str] = []
