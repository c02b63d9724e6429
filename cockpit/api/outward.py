"""`outward/subscriptions`: which other systems are told the facts of which scope, and how far each has come."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field

from cockpit.api.asked import page_of, scope_asked
from cockpit.api.commands import parsed
from cockpit.api.identity import Principal, require
from cockpit.api.messages import Name, Time
from cockpit.api.problem import ProblemError, answered
from cockpit.api.signin import Audit
from cockpit.services.outward.subscribing import Subscribing, WrongSubscriptionError, item_of
from cockpit.store.accounts import Role
from cockpit.store.outward import Subscription
from cockpit.stream.lane import millis_of


class SubscriptionRequest(BaseModel):
    """A new subscription; without `secret` one is made, and told this once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(max_length=2_000, description="where messages are posted to; https")]
    scope: Name = Field(default="", description="a division or grid code within your own scope; all of it without one")
    kinds: Annotated[list[Name], Field(max_length=100)] = Field(default_factory=list, description="all without any")
    secret: Annotated[str, Field(max_length=200)] = Field(default="", description="whsec_ and base64 of 24–64 bytes")
    personal: bool = Field(default=False, description="it may read names, accounts, positions of people and households")
    name: Name = ""


class ReplayRequest(BaseModel):
    """What is dead is sent again; with `since` everything from that instant on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Time | None = None


class OutwardAnswers:
    """For administrators: what leaves the house is theirs to decide. Secrets come in and never go out."""

    def __init__(self, subscribing: Subscribing, audit: Audit, *, clock: Callable[[], datetime]) -> None:
        self._subscribing, self._table = subscribing, subscribing.table
        self._audit, self._clock = audit, clock

    def list(self) -> Response:
        require(Role.ADMIN)
        scope, now, backlogs = scope_asked(), self._clock(), self._table.backlogs()
        found = [s for s in self._table.list() if scope.covers(s.code or scope.code)]
        items: list[object] = [item_of(s, backlogs.get(s.id), now) for s in found]
        return page_of(now, items, total=len(items), scope=scope.code)

    def add(self) -> Response:
        asking = require(Role.ADMIN)
        wanted = parsed(SubscriptionRequest)
        scope = asking.narrowed(wanted.scope)
        try:
            new, is_made = self._subscribing.add(
                url=wanted.url, scope=scope.code, kinds=wanted.kinds, personal=wanted.personal, secret=wanted.secret,
                name=wanted.name, by=asking.name,
            )  # fmt: skip
        except WrongSubscriptionError as wrong:
            raise ProblemError(400, str(wrong), field=wrong.field) from wrong
        self._note(asking, "outward_added", new)
        item = item_of(new, None, self._clock())
        return answered(201, {**item, "secret": new.secret} if is_made else item)

    def remove(self, subscription_id: str) -> Response:
        asking, known = self._found(subscription_id)
        self._table.remove(known.id)
        self._note(asking, "outward_removed", known)
        return Response(status=204)

    def replay(self, subscription_id: str) -> Response:
        asking, known = self._found(subscription_id)
        since, now = parsed(ReplayRequest).since, self._clock()
        if since is not None and since > now:
            raise ProblemError(400, "since lies in the future", field="since")
        self._table.replay(known.id, now=now, since_ms=None if since is None else millis_of(since))
        self._note(asking, "outward_replayed", known, since=since.isoformat() if since else "")
        return answered(202, {"id": known.id})

    def _found(self, subscription_id: str) -> tuple[Principal, Subscription]:
        asking = require(Role.ADMIN)
        known = self._table.find(subscription_id)
        if known is None or not asking.scope.covers(known.code or asking.scope.code):
            raise ProblemError(404, "there is no such subscription")
        return asking, known

    def _note(self, asking: Principal, what: str, about: Subscription, **more: Any) -> None:
        detail = {"id": about.id, "name": about.name, "scope": about.code, "personal": about.personal, **more}
        self._audit.record(at=self._clock(), who=asking.name, what=what, detail=detail)


def outward_blueprint(outward: OutwardAnswers) -> Blueprint:
    """`/api/v1/outward/subscriptions`."""
    blueprint = Blueprint("outward", __name__, url_prefix="/api/v1/outward/subscriptions")
    blueprint.add_url_rule("", "list", outward.list, methods=["GET"])
    blueprint.add_url_rule("", "add", outward.add, methods=["POST"])
    blueprint.add_url_rule("/<subscription_id>", "remove", outward.remove, methods=["DELETE"])
    blueprint.add_url_rule("/<subscription_id>/replay", "replay", outward.replay, methods=["POST"])
    return blueprint
