"""`GET notices`, `POST notices/{id}/send`: what was told outside, what was not, and what nobody knows for certain."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from cockpit.api.asked import choice_of, cursor_after, cursor_asked, limit_asked, page_of, scope_asked
from cockpit.api.identity import require
from cockpit.api.problem import ProblemError, answered
from cockpit.store.accounts import Role
from cockpit.store.notices import KeptNotice, Notices, NoticeState


class NoticeAnswers:
    """For officers: the texts may name people."""

    def __init__(self, table: Notices, *, clock: Callable[[], datetime]) -> None:
        self._table, self._clock = table, clock

    def list(self) -> Response:
        """The newest first."""
        require(Role.DUTY, Role.ADMIN)
        scope, limit, cursor = scope_asked(), limit_asked(), cursor_asked()
        before_id = int(cursor[0]) if cursor else None
        state = choice_of("state", NoticeState)
        total, found = self._table.list(scope=scope.code, state=state, before_id=before_id, limit=limit + 1)
        after = cursor_after(found[limit - 1].id, "") if len(found) > limit else None
        items: list[object] = [_item(notice) for notice in found[:limit]]
        return page_of(self._clock(), items, total=total, after=after, scope=scope.code)

    def send(self, notice_id: int) -> Response:
        """Send once more what failed or is uncertain: whoever asks knows that it may arrive twice."""
        asking = require(Role.DUTY, Role.ADMIN)
        notice = self._table.find(notice_id)
        if notice is None or not asking.scope.covers(notice.code):
            raise ProblemError(404, f"there is no notice {notice_id}")
        if not self._table.send_again(notice_id, self._clock()):
            raise ProblemError(409, f"the notice is {notice.state}", rule="notice_is_under_way")
        return answered(202, {"id": notice_id})


def _item(notice: KeptNotice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "channel": notice.channel,
        "kind": notice.kind,
        "event_id": notice.event_id or None,
        "code": notice.code,
        "title": notice.title,
        "body": notice.body,
        "state": notice.state,
        "tries": notice.tries,
        "created_at": notice.created_at,
        "due_at": notice.due_at if notice.state is NoticeState.WAITING else None,
        "sent_at": notice.sent_at,
        "error": notice.error,
    }


def notices_blueprint(notices: NoticeAnswers) -> Blueprint:
    """`/api/v1/notices`."""
    blueprint = Blueprint("notices", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/notices", "list", notices.list, methods=["GET"])
    blueprint.add_url_rule("/notices/<int:notice_id>/send", "send", notices.send, methods=["POST"])
    return blueprint
