"""订阅: how a subscription comes to be: what is refused, what is made up, what is told of it."""

import base64
import binascii
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cockpit.domain.facts import FACT_TYPES
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.services.outward.guard import ForbiddenUrlError, Guard
from cockpit.store.outward import Backlog, Outward, Subscription

#: each has a thread of the dispatch process
MOST_SUBSCRIPTIONS = 20
_SECRET_PREFIX = "whsec_"
#: what Standard Webhooks wants of a secret
_SHORTEST_KEY, _LONGEST_KEY, _MADE_KEY = 24, 64, 32


class WrongSubscriptionError(ValueError):
    """Such a subscription cannot be made; `field` says what is wrong with it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


class Subscribing:
    """Makes subscriptions. `randomness` gives so many random bytes, `tail` the newest position of the facts."""

    def __init__(
        self,
        table: Outward,
        guard: Guard,
        *,
        tail: Callable[[], str],
        randomness: Callable[[int], bytes],
        clock: Callable[[], datetime],
    ) -> None:
        self.table, self._guard, self._tail = table, guard, tail
        self._randomness, self._clock = randomness, clock

    def add(
        self,
        *,
        url: str,
        scope: str,
        kinds: Collection[str],
        personal: bool,
        secret: str,
        name: str,
        by: str,
    ) -> tuple[Subscription, bool]:
        """The new subscription, and whether its secret was made here. It gets what happens from now on.

        Raises WrongSubscriptionError.
        """
        new = self._checked(url, scope, kinds, secret)
        known = self.table.list()
        if any((s.url, s.code, s.kinds) == (new.url, new.code, new.kinds) for s in known):
            raise WrongSubscriptionError("url", "there is a subscription of this scope and these kinds already")
        if len(known) >= MOST_SUBSCRIPTIONS:
            raise WrongSubscriptionError("", f"there are {MOST_SUBSCRIPTIONS} subscriptions already")
        new = replace(new, personal=personal, name=name or urlsplit(url).hostname or "", created_by=by)
        self.table.add(new)
        return new, not secret

    def _checked(self, url: str, scope: str, kinds: Collection[str], secret: str) -> Subscription:
        try:
            self._guard.check_url(url)
        except ForbiddenUrlError as forbidden:
            raise WrongSubscriptionError("url", str(forbidden)) from forbidden
        try:
            Scope(scope)
        except UnknownScopeError as wrong:
            raise WrongSubscriptionError("scope", str(wrong)) from wrong
        for kind in kinds:
            if kind not in FACT_TYPES:
                raise WrongSubscriptionError(
                    "kinds", f"no kind of fact {kind!r}; known: {', '.join(sorted(FACT_TYPES))}"
                )
        now = self._clock()
        made = _SECRET_PREFIX + base64.b64encode(self._randomness(_MADE_KEY)).decode()
        return Subscription(
            id=f"sub_{self._randomness(8).hex()}",
            name="", url=url, code=scope, kinds=tuple(sorted(set(kinds))), personal=False,
            secret=_checked_secret(secret) if secret else made,
            created_by="", created_at=now, filled=self._tail(), due_at=now,
        )  # fmt: skip


def _checked_secret(secret: str) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not (secret.startswith(_SECRET_PREFIX) and _SHORTEST_KEY <= len(key) <= _LONGEST_KEY):
        raise WrongSubscriptionError(
            "secret", f"a secret is {_SECRET_PREFIX} and base64 of {_SHORTEST_KEY} to {_LONGEST_KEY} bytes"
        )
    return secret


def shown_url(url: str) -> str:
    """A url without its query, which may hold a receiver's own secret."""
    head, question, _ = url.partition("?")
    return f"{head}?…" if question else head


def item_of(subscription: Subscription, backlog: Backlog | None, now: datetime) -> dict[str, Any]:
    """What an administrator reads of a subscription: everything but its secret."""
    waiting, dead, oldest_ms = backlog or Backlog(0, 0, None)
    return {
        "id": subscription.id,
        "name": subscription.name,
        "url": shown_url(subscription.url),
        "scope": subscription.code,
        "kinds": list(subscription.kinds),
        "personal": subscription.personal,
        "state": subscription.state.value,
        "created_at": subscription.created_at,
        "created_by": subscription.created_by,
        "delivered": subscription.delivered,
        "backlog": waiting,
        "dead": dead,
        "behind_s": 0.0 if oldest_ms is None else round(max(0.0, now.timestamp() - oldest_ms / 1000), 1),
        "last_success_at": subscription.succeeded_at,
        "last_error_at": subscription.failed_at,
        "last_error": subscription.error,
        "tries": subscription.tries,
        "next_try_at": subscription.due_at if subscription.tries else None,
    }
