"""门禁: nothing is answered without a session or a token, unless it is on the short list of open paths.

Sockets do not pass here: `push` asks for itself in its connect handler.
"""

import hmac
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request

from cockpit.api.identity import CSRF_HEADER, DASH_CSRF_HEADER, Identities, Principal
from cockpit.api.problem import problem
from cockpit.store.accounts import Role

OPEN_PATHS = frozenset({"/signin", "/healthz", "/readyz", "/favicon.ico"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_API = "/api/"
_FEEDS = "/api/v1/feeds/"
#: asking for a report or a picture changes nothing of the city: who may read its figures may ask
_REPORTS, _SCREENSHOTS = "/api/v1/reports", "/api/v1/screenshots"
#: roles that may change something through the API; what exactly, each command says itself
_COMMANDING = frozenset({Role.DUTY, Role.GRIDWORKER, Role.ADMIN})


def is_same_origin(asked: Request) -> bool:
    """False if a browser says that the request comes from a page of another host."""
    origin = asked.headers.get("Origin")
    if origin is None:
        return asked.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
    return urlsplit(origin).netloc == asked.host


def register_guard(
    app: Flask,
    identities: Identities,
    *,
    turn_away: Callable[[], Response],
    open_paths: Collection[str] = OPEN_PATHS,
    open_prefixes: tuple[str, ...] = (),
    page_roles: Mapping[str, Collection[Role]] | None = None,
    forbid: Callable[[], Response] | None = None,
) -> None:
    """Deny everything to nobody. `turn_away` gives the sign-in page for browsers; API clients get a 401 problem.

    `page_roles`: pages that are for some roles only; others get what `forbid` gives, a 403.
    """
    reserved = page_roles or {}

    def check() -> Response | None:
        g.principal = None
        path = request.path
        if path in open_paths or (open_prefixes and path.startswith(open_prefixes)):
            return None
        asking = identities.of_environ(request.environ) or _phone(identities)
        if asking is None:
            if path.startswith(_API) or request.method not in _SAFE_METHODS or not request.accept_mimetypes.accept_html:
                return problem(
                    401, "a session or a Bearer token is needed", headers={"WWW-Authenticate": 'Bearer realm="cockpit"'}
                )
            return turn_away()
        g.principal = asking
        if asking.role not in reserved.get(path.rstrip("/"), (asking.role,)):
            return forbid() if forbid else problem(403, f"role {asking.role.value} may not see this page")
        return _refusal(asking)

    app.before_request(check)
    app.after_request(_with_headers)


def _refusal(asking: Principal) -> Response | None:
    path, writing = request.path, request.method not in _SAFE_METHODS
    # some trackers send with GET; whether a feed takes that it says itself
    posting = path.startswith(_FEEDS) and request.method in ("POST", "GET")
    if asking.role is Role.FEED and not posting:
        return problem(403, "a feed token may only post to feeds")
    asking_for_figures = asking.role is Role.LEADER and any(
        path == one or path.startswith(f"{one}/") for one in (_REPORTS, _SCREENSHOTS)
    )
    if writing and path.startswith(_API) and not (posting or asking_for_figures or asking.role in _COMMANDING):
        return problem(403, f"role {asking.role.value} may only read")
    if writing and asking.cookie:
        if not is_same_origin(request):
            return problem(403, "the request comes from another site", rule="same_origin")
        if not _has_csrf(asking):
            return problem(403, f"the header {CSRF_HEADER} is missing or wrong", rule="csrf")
    return None


def _phone(identities: Identities) -> Principal | None:
    """Phones and trackers have no room for a header: a feed's token as `?token=` or as the password of Basic.

    Other roles' tokens do not count there: addresses end up in logs.
    """
    if not request.path.startswith(_FEEDS):
        return None
    basic = request.authorization
    password = basic.password if basic is not None and basic.type == "basic" else None
    asking = identities.of_token(request.args.get("token") or password or "")
    return asking if asking is not None and asking.role is Role.FEED else None


def _has_csrf(asking: Principal) -> bool:
    given = request.headers.get(CSRF_HEADER) or request.headers.get(DASH_CSRF_HEADER, "")
    if not given and request.path == "/signout" and request.mimetype == "application/x-www-form-urlencoded":
        given = request.form.get("csrf", "")
    return hmac.compare_digest(given.encode(errors="replace"), asking.csrf.encode())


def _with_headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    return response
