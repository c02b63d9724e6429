"""`GET feeds/dead-letters`: messages of feeds that could not even be looked at, with the reason, newest first."""

from typing import Any

from flask import Blueprint, Response, request

from cockpit.api.asked import Instants, limit_asked, page_of
from cockpit.api.identity import require
from cockpit.api.problem import ProblemError
from cockpit.store.accounts import Role
from cockpit.stream.dead_messages import DeadMessage, DeadMessages

_MOST = 1_000
_SHOWN_BYTES = 2_000


class DeadLetters:
    """For those who look after feeds: a message may name people, and nobody knows where it lies."""

    def __init__(self, instants: Instants, dead: DeadMessages, *, city_code: str) -> None:
        self._instants, self._dead, self._city_code = instants, dead, city_code

    def listed(self) -> Response:
        """The newest, of one feed (`?feed=`) or of all."""
        asking = require(Role.DUTY, Role.LEADER, Role.ADMIN)
        if not asking.scope.covers(self._city_code):
            raise ProblemError(403, "only who may see the whole city may see what could not be placed")
        feed, limit = request.args.get("feed", ""), limit_asked()
        found = [letter for letter in self._dead.list_newest(_MOST) if feed in ("", letter.feed)]
        items: list[object] = [dead_letter_item(letter) for letter in found[:limit]]
        return page_of(self._instants.clock(), items, total=len(found), kept=self._dead.count())


def dead_letter_item(letter: DeadMessage) -> dict[str, Any]:
    """One message; of a long body its beginning."""
    return {
        "at": letter.at,
        "feed": letter.feed,
        "topic": letter.topic,
        "reason": letter.reason,
        "bytes": len(letter.body),
        "body": letter.body[:_SHOWN_BYTES].decode(errors="replace"),
    }


def dead_letters_blueprint(letters: DeadLetters) -> Blueprint:
    """`/api/v1/feeds/dead-letters`."""
    blueprint = Blueprint("dead_letters", __name__, url_prefix="/api/v1/feeds")
    blueprint.add_url_rule("/dead-letters", "listed", letters.listed, methods=["GET"])
    return blueprint
