"""What a query asks for: scope, instant, page, box. Wrong values are refused by name, never guessed."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Protocol, TypeVar

import msgspec
from flask import Response, request
from pydantic_core import PydanticCustomError

from cockpit.api.identity import principal
from cockpit.api.messages import parse_time
from cockpit.api.problem import ProblemError
from cockpit.domain.event import Place
from cockpit.domain.scope import Scope
from cockpit.situation.situation import Situation

MOST_ITEMS = 1_000
_DEFAULT_ITEMS = 100
#: a client's clock may run this far ahead when it asks for now
_SKEW = timedelta(seconds=5)

E = TypeVar("E", bound=Enum)


class Fold(Protocol):
    """What queries need of the projector: hold `lock` while reading `situation`."""

    @property
    def instance(self) -> str: ...
    @property
    def lock(self) -> AbstractContextManager[Any]: ...
    @property
    def situation(self) -> Situation: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """Gives the situation of the instant that a request asks for: the live one or a rewound one."""

    fold: Fold
    clock: Callable[[], datetime]
    #: the situation of an instant with what tables tell of it
    rewind: Callable[[datetime], Situation]
    #: the same from facts alone, for those who ask the past themselves
    folded: Callable[[datetime], Situation]

    @contextmanager
    def asked(self, *, facts_alone: bool = False) -> Iterator[tuple[Situation, datetime]]:
        """The situation and its instant; the live one only as long as the context lasts."""
        past = self.past()
        if past is not None:
            yield (self.folded if facts_alone else self.rewind)(past), past
        else:
            with self.fold.lock:
                yield self.fold.situation, self.clock()

    def past(self) -> datetime | None:
        """`?as_of=`, None for now. Raises ProblemError 400 for what is no time or not yet."""
        as_of = time_of("as_of")
        if as_of is None:
            return None
        now = self.clock()
        if as_of > now + _SKEW:
            raise ProblemError(400, "as_of lies in the future", field="as_of")
        return None if as_of > now else as_of


def scope_asked() -> Scope:
    """The account's scope, narrowed by `?scope=`."""
    return principal().narrowed(request.args.get("scope", ""))


def time_of(name: str) -> datetime | None:
    """The aware UTC time of a parameter; a `+` that came unescaped (as a space) is understood."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        return parse_time(re.sub(r" (?=\d\d:?\d\d$)", "+", text))
    except PydanticCustomError as wrong:
        raise ProblemError(400, f"{name} {wrong.message()}", field=name) from None


def limit_asked(default: int = _DEFAULT_ITEMS) -> int:
    """`?limit=`, 1…1000."""
    text = request.args.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST_ITEMS):
        raise ProblemError(400, f"limit must be a number from 1 to {MOST_ITEMS}", field="limit")
    return int(text)


def choice_of(name: str, kind: type[E]) -> E | None:
    """The member of `kind` that a parameter names."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        raise ProblemError(400, f"{name} must be one of {', '.join(str(k.value) for k in kind)}", field=name) from None


def flag_of(name: str) -> bool | None:
    """A parameter that is true, false or absent."""
    text = request.args.get(name, "").lower()
    if text not in ("", "true", "false", "1", "0"):
        raise ProblemError(400, f"{name} must be true or false", field=name)
    return text in ("true", "1") if text else None


#: west, south, east, north in degrees
Box = tuple[float, float, float, float]


def lies_in(place: Place, box: Box) -> bool:
    """True for a place that is known and within the box, its edges included."""
    west, south, east, north = box
    return place.lon is not None and place.lat is not None and west <= place.lon <= east and south <= place.lat <= north


def bbox_asked() -> Box | None:
    """`?bbox=west,south,east,north` in WGS-84 degrees."""
    text = request.args.get("bbox")
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 1.0, 1.0, 0.0, 0.0
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ProblemError(400, "bbox must be west,south,east,north in degrees", field="bbox")
    return west, south, east, north


def cursor_asked() -> tuple[float, str] | None:
    """Where the page before ended: (sort key, id)."""
    text = request.args.get("cursor")
    if not text:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=tuple[float, str])
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError):
        raise ProblemError(400, "cursor is not one that was given out here", field="cursor") from None


def cursor_after(key: float, item_id: str) -> str:
    """The `next` of a page that ended with this item."""
    return base64.urlsafe_b64encode(msgspec.json.encode((key, item_id))).decode()


def page_of(as_of: datetime, items: list[object], *, total: int, after: str | None = None, **more: object) -> Response:
    """`{"as_of", "total", "items", "next"}`."""
    return answer({"as_of": as_of.astimezone(UTC), "total": total, "items": items, "next": after, **more})


def answer(body: object) -> Response:
    """A JSON answer that is true only now."""
    return Response(msgspec.json.encode(body), mimetype="application/json", headers={"Cache-Control": "no-store"})
