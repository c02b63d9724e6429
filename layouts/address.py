"""地址: what the address of a page asks for, within what its viewer may see."""

from datetime import UTC, datetime

from cockpit.domain.scope import Scope, UnknownScopeError
from layouts.page import Viewer

#: of which anything can be known, with room for what is compared with it
_YEARS = range(1900, 2200)


class AddressError(ValueError):
    """The address asks for something that is not there; `key` is the text that says so."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(detail)
        self.key = key


def parse_as_of(text: str | None) -> datetime | None:
    """`?as_of=` as an aware instant in the past; None for live."""
    if not text:
        return None
    try:
        return min(instant_of(text), datetime.now(UTC))
    except ValueError:
        raise AddressError("problem.as_of", text) from None


def instant_of(text: str) -> datetime:
    """The aware UTC instant of a text of an address. ValueError for what is none, has no offset, or lies so far away
    that the periods before and after it cannot be told."""
    at = datetime.fromisoformat(text.replace(" ", "+"))
    if at.tzinfo is None or at.year not in _YEARS:
        raise ValueError(text)
    return at.astimezone(UTC)


def scope_of(viewer: Viewer, asked: str | None) -> Scope:
    """The viewer's scope, narrowed to `?scope=`."""
    mine = Scope(viewer.scope)
    if not asked:
        return mine
    try:
        narrowed = mine.narrowed(Scope(asked))
    except UnknownScopeError as unknown:
        raise AddressError("problem.scope", str(unknown)) from unknown
    if narrowed is None:
        raise AddressError("problem.scope", asked)
    return narrowed
