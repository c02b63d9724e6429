"""A feed that is posted to over HTTP: what the API needs to know of it."""

from collections.abc import Callable
from dataclasses import dataclass

from cockpit.services.feeding.seam import Parsed, Raw
from cockpit.services.feeding.taking import Taker


def _no_check(_raw: Raw) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedFeed:
    """One feed at `/api/v1/feeds/NAME`.

    `answer` is what a phone expects to read when all is well, and one wrong item is then its whole mistake; without
    one the sender is a program that gets the contract's list of what was taken and what was not.
    """

    name: str
    parse: Callable[[Raw], Parsed]
    taker: Taker
    methods: tuple[str, ...] = ("POST",)
    answer: bytes | None = None
    mimetype: str = "application/json"
    #: why this request is not from who it should be; empty when it is
    check: Callable[[Raw], str] = _no_check
    #: what the feed may bring at most, besides the scope of its token; empty: the whole city
    scope: str = ""
    #: sets aside what could not even be looked at, with the reason
    set_aside: Callable[[Raw, str], None] = lambda _raw, _why: None
