"""`POST feeds/NAME` (some also GET): what phones, trackers and other systems send in words of their own.

A format's parse makes the contract's messages of it; from there on everything is as for `feeds/events`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from flask import Blueprint, Response, request

from cockpit.api.body import read_body
from cockpit.api.identity import Principal, require
from cockpit.api.problem import ProblemError, answered, clean
from cockpit.domain.scope import Scope
from cockpit.services.feeding.messages import PositionMessage
from cockpit.services.feeding.posted import PostedFeed
from cockpit.services.feeding.seam import Parsed, Raw
from cockpit.services.feeding.taking import Taken
from cockpit.services.intake import Refused
from cockpit.store.accounts import Role
from cockpit.stream.connection import FAILED as STREAM_FAILED

log = structlog.get_logger(__name__)

_HEADERS_KEPT = 64
_OF_THE_CONTRACT = frozenset({"events", "transitions", "alarms", "positions"})


class FeedPosts:
    """All feeds that are posted to, each by its name."""

    def __init__(self, feeds: Mapping[str, PostedFeed], *, clock: Callable[[], datetime]) -> None:
        self._feeds, self._clock = feeds, clock

    def take(self, name: str) -> Response:
        """One request."""
        asking = require(Role.FEED, Role.ADMIN)
        feed = self._feeds.get(name)
        if name in _OF_THE_CONTRACT:  # they have routes of their own, for POST only
            raise ProblemError(405, f"{request.method} is not for this path", headers={"Allow": "POST"})
        if feed is None:
            raise ProblemError(404, f"no feed {clean(name[:100])!r} is posted to here")
        if request.method not in feed.methods:
            allowed = ", ".join(feed.methods)
            raise ProblemError(405, f"{request.method} is not for this path", headers={"Allow": allowed})
        if request.method == "GET" and asking.cookie:
            raise ProblemError(403, "a feed is posted to with a token, not from a browser's session")
        raw = self._raw()
        if why := feed.check(raw):
            feed.taker.refuse("signature", why)
            raise ProblemError(401, why, field="signature")
        parsed = _own_only(self._parsed(feed, raw), asking)
        try:
            taken = feed.taker.take([parsed], _scope_of(feed, asking))
        except STREAM_FAILED as away:
            raise ProblemError(
                503, "the stream cannot be reached, nothing of this was acknowledged; send it again",
                headers={"Retry-After": "2"},
            ) from away  # fmt: skip
        return _answer(feed, parsed, taken)

    def _raw(self) -> Raw:
        headers = {name.title(): value for name, value in list(request.headers.items())[:_HEADERS_KEPT]}
        query = {name: clean(value) for name, value in request.args.items() if name != "token"}
        return Raw(body=read_body(request), received_at=self._clock(), query=query, headers=headers)

    def _parsed(self, feed: PostedFeed, raw: Raw) -> Parsed:
        try:
            return feed.parse(raw)
        except Exception as poison:  # a parse never raises; should one do so all the same, nothing else may suffer
            log.exception("a message could not be read at all", feed=feed.name)
            feed.set_aside(raw, f"{type(poison).__name__}: {poison}")
            feed.taker.refuse("", "could not be read; it was set aside")
            raise ProblemError(400, "the message could not be read; it was set aside to be looked at") from poison


def _scope_of(feed: PostedFeed, asking: Principal) -> Scope:
    return asking.narrowed(feed.scope) if feed.scope else asking.scope


def _own_only(parsed: Parsed, asking: Principal) -> Parsed:
    """A token for one subject brings nobody else's positions."""
    subject = asking.account.subject
    if not subject:
        return parsed
    wrong = [
        (index, message)
        for index, message in parsed.items
        if isinstance(message, PositionMessage) and message.subject_id != subject
    ]
    if not wrong:
        return parsed
    reason = "this token speaks for somebody else"
    refused = tuple(Refused(index, "subject_id", reason) for index, _ in wrong)
    kept = tuple(item for item in parsed.items if item not in wrong)
    return Parsed(kept, (*parsed.refused, *refused), parsed.ignored)


def _answer(feed: PostedFeed, parsed: Parsed, taken: Taken) -> Response:
    rejected = sorted(taken.rejected, key=lambda r: r.index)
    if rejected and (feed.answer is not None or (not parsed.items and rejected[0].field == "")):
        first = rejected[0]
        detail = f"{first.field} {first.error}" if first.field else first.error
        raise ProblemError(400, detail, field=first.field, rejected=len(rejected))
    if feed.answer is not None:
        return Response(feed.answer, mimetype=feed.mimetype, headers={"Cache-Control": "no-store"})
    return answered(202, {"accepted": taken.accepted, "duplicate": taken.duplicate, "rejected": rejected})


def feed_posts_blueprint(posts: FeedPosts) -> Blueprint:
    """`/api/v1/feeds/NAME`; the contract's own four are routes of their own and come first."""
    blueprint = Blueprint("feed_posts", __name__, url_prefix="/api/v1/feeds")
    blueprint.add_url_rule("/<name>", "take", posts.take, methods=["GET", "POST"])
    return blueprint
