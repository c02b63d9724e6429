"""Who asks: the account behind a token or a session's cookie, its role and 权责范围."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import g
from werkzeug.http import parse_cookie

from cockpit.api.problem import ProblemError
from cockpit.domain.scope import Scope, UnknownScopeError
from cockpit.store.accounts import Account, BrowserSession, Role

SESSION_COOKIE = "cockpit_session"
#: readable by scripts, which send it back in a header; these are the names that Dash itself uses
CSRF_COOKIE = "_csrf_token"
CSRF_HEADER = "X-CSRF-Token"
DASH_CSRF_HEADER = "X-CSRFToken"

_LONGEST_SECRET = 200
#: a feed posts many times a second; a revoked token works for this long at most
_TOKEN_FRESH_S = 3.0
_TOKENS_REMEMBERED = 1_000


class Accounts(Protocol):
    """What the API needs of `store.accounts`."""

    def find_token(self, token: str) -> Account | None: ...
    def create_session(self, token_id: str, *, now: datetime, expires_at: datetime) -> str: ...
    def find_session(self, cookie: str, now: datetime) -> BrowserSession | None: ...
    def end_session(self, cookie: str, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """An account that asks. `cookie` and `csrf` are empty when it came with a token.

    `scope` is the one that holds for API, push and pages alike: an account for everything works on the city.
    """

    account: Account
    scope: Scope
    city_code: str
    cookie: str = ""
    csrf: str = ""

    @property
    def role(self) -> Role:
        return self.account.role

    @property
    def subject(self) -> str:
        """Whom the account stands for, such as a gridworker; empty for nobody."""
        return self.account.subject

    @property
    def name(self) -> str:
        """How the audit trail and commands name the account."""
        return self.account.name or f"{self.account.role.value}-{self.account.token_id}"

    def narrowed(self, code: str) -> Scope:
        """The scope that `code` asks for within this account's own. Raises ProblemError 403 or 400."""
        if not code:
            return self.scope
        try:
            wanted = Scope(code).in_city(self.city_code)
        except UnknownScopeError as wrong:
            raise ProblemError(400, str(wrong), field="scope") from None
        if not self.scope.covers(wanted.code):
            raise ProblemError(403, f"scope {code} lies outside your scope {self.scope.code}", scope=self.scope.code)
        return wanted


class Identities:
    """Finds the principal of a request's headers; tokens are remembered for a moment, sessions never."""

    def __init__(
        self,
        accounts: Accounts,
        *,
        city_code: str,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts, self._city_code = accounts, city_code
        self._clock, self._monotonic = clock, monotonic
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, tuple[float, Account]] = OrderedDict()

    def of_environ(self, environ: Mapping[str, object]) -> Principal | None:
        """The principal of a WSGI request: a Bearer token if one is given (then a cookie counts nothing), else the
        session's cookie."""
        header = str(environ.get("HTTP_AUTHORIZATION", ""))
        if header:
            kind, _, token = header.partition(" ")
            return self.of_token(token.strip()) if kind.lower() == "bearer" else None
        return self.of_cookie(parse_cookie(str(environ.get("HTTP_COOKIE", ""))).get(SESSION_COOKIE, ""))

    def of_token(self, token: str) -> Principal | None:
        if not 0 < len(token) <= _LONGEST_SECRET:
            return None
        now = self._monotonic()
        with self._lock:
            known = self._tokens.get(token)
        if known is not None and now - known[0] < _TOKEN_FRESH_S:
            return self._principal(known[1])
        account = self._accounts.find_token(token)
        with self._lock:
            self._tokens.pop(token, None)
            if account is not None:
                self._tokens[token] = (now, account)
                while len(self._tokens) > _TOKENS_REMEMBERED:
                    self._tokens.popitem(last=False)
        return self._principal(account) if account else None

    def of_cookie(self, cookie: str) -> Principal | None:
        if not 0 < len(cookie) <= _LONGEST_SECRET:
            return None
        session = self._accounts.find_session(cookie, self._clock())
        return self._principal(session.account, cookie=cookie, csrf=session.csrf) if session else None

    def is_live(self, cookie: str) -> bool:
        """False once the session has ended; what long-lived connections ask again and again."""
        return self.of_cookie(cookie) is not None

    def _principal(self, account: Account, *, cookie: str = "", csrf: str = "") -> Principal | None:
        try:
            scope = Scope(account.scope).in_city(self._city_code)
        except UnknownScopeError:
            return None
        return Principal(account=account, scope=scope, city_code=self._city_code, cookie=cookie, csrf=csrf)


def principal() -> Principal:
    """Who sends the current request; the guard has seen to it that there is somebody."""
    found: Principal = g.principal
    return found


def require(*roles: Role) -> Principal:
    """The principal if it has one of `roles`. Raises ProblemError 403."""
    asking = principal()
    if asking.role not in roles:
        raise ProblemError(403, f"role {asking.role.value} may not do this", roles=[r.value for r in roles])
    return asking
