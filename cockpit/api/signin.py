"""登入: a token opens a browser session; the cookie is all that the browser keeps, the token leaves the URL at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Protocol
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cockpit.api.guard import is_same_origin
from cockpit.api.identity import CSRF_COOKIE, SESSION_COOKIE, Accounts, Identities, Principal
from cockpit.api.language import language
from cockpit.api.problem import ProblemError
from cockpit.api.throttle import Throttle
from cockpit.catalogue import texts
from cockpit.store.accounts import Role

_HOME = "/screen"
_LONGEST_FORM = 10_000
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}
#: (language, key of the catalogue that says what went wrong or "", where to go on) → HTML
Page = Callable[[str, str, str], str]


class Audit(Protocol):
    """What sign-in needs of `store.audit`."""

    def record(self, *, at: datetime, who: str, what: str, detail: Mapping[str, object]) -> None: ...


def plain_page(lang: str, wrong: str, onward: str) -> str:
    """The sign-in page without any script: it must work when nothing else does."""
    t = texts(lang)
    message = f'<p role="alert">{escape(t[wrong])}</p>' if wrong else ""
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(t["signin.title"])} · {escape(t["product.name"])}</title>
<style>
body{{margin:0;min-height:100vh;display:grid;place-items:center;background:#0b1420;color:#dbe6f2;
font:16px/1.6 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif}}
main{{width:min(26rem,90vw)}} h1{{font-size:1.4rem;margin:0 0 .5rem}} p{{margin:.5rem 0;color:#9fb3c8}}
[role=alert]{{color:#ff8a80}} label{{display:block;margin-top:1rem}}
input,button{{box-sizing:border-box;width:100%;padding:.7rem;font:inherit;border-radius:4px;border:1px solid #35506b;
background:#101d2c;color:inherit}} button{{margin-top:1rem;background:#1c5d99;border-color:#1c5d99;cursor:pointer}}
:focus-visible{{outline:2px solid #7cc4ff;outline-offset:2px}}
</style></head><body><main>
<h1>{escape(t["product.name"])}</h1><p>{escape(t["signin.what"])}</p>{message}
<form method="post" action="/signin"><label for="token">{escape(t["signin.token"])}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="next" value="{escape(onward, quote=True)}">
<button data-action="signin">{escape(t["signin.enter"])}</button></form></main></body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The door. `pages`: role → path for the pages that exist; `ended` hears of each cookie that is dead now."""

    accounts: Accounts
    identities: Identities
    audit: Audit
    clock: Callable[[], datetime]
    session_for: timedelta
    throttle: Throttle
    pages: Mapping[Role, str]
    page: Page
    ended: Callable[[str], None]

    def show(self) -> AnyResponse:
        """`GET /signin`, with `?token=` from a sign-in link."""
        token = request.args.get("token", "")
        fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
        if not token or request.method == "HEAD" or fetched_ahead:
            return self.answer(200, "", _local(request.args.get("next", "")))
        return self._enter(token, _local(request.args.get("next", "")))

    def enter(self) -> AnyResponse:
        """`POST /signin` with the form's `token`."""
        if not is_same_origin(request):
            raise ProblemError(403, "the form was sent from another site")
        if (request.content_length or 0) > _LONGEST_FORM:
            raise ProblemError(413, "the form is too large")
        return self._enter(request.form.get("token", "").strip(), _local(request.form.get("next", "")))

    def leave(self) -> AnyResponse:
        """`POST /signout`: the cookie is dead afterwards, here and in every other process."""
        cookie = request.cookies.get(SESSION_COOKIE, "")
        leaving = self.identities.of_cookie(cookie)
        if leaving is not None:
            self.accounts.end_session(cookie, self.clock())
            self._record("signed_out", leaving)
            self.ended(cookie)
        response = redirect("/signin", 303)
        response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
        response.delete_cookie(CSRF_COOKIE, samesite="Lax", secure=request.is_secure)
        response.headers["Cache-Control"] = "no-store"
        return response

    def answer(self, status: int, wrong: str, onward: str) -> Response:
        """The sign-in page."""
        html = self.page(language(request), wrong, onward)
        return Response(html, status=status, mimetype="text/html", headers=_HEADERS)

    def _enter(self, token: str, onward: str) -> AnyResponse:
        address = request.remote_addr or ""
        wait_s = self.throttle.wait_s(address)
        if wait_s > 0:
            response = self.answer(429, "signin.wrong", onward)
            response.headers["Retry-After"] = str(int(wait_s) + 1)
            return response
        entering = self.identities.of_token(token)
        if entering is None or entering.role is Role.FEED:
            self.throttle.failed(address)
            self.audit.record(at=self.clock(), who="", what="sign_in_failed", detail={"address": address})
            return self.answer(401, "signin.wrong", onward)
        return self._opened(entering, onward)

    def _opened(self, entering: Principal, onward: str) -> AnyResponse:
        now = self.clock()
        before = request.cookies.get(SESSION_COOKIE, "")
        cookie = self.accounts.create_session(entering.account.token_id, now=now, expires_at=now + self.session_for)
        opened = self.identities.of_cookie(cookie)
        if before and self.accounts.end_session(before, now):
            self.ended(before)
        self._record("signed_in", entering)
        response = redirect(onward or self.pages.get(entering.role, _HOME), 303)
        age_s = int(self.session_for.total_seconds())
        response.set_cookie(
            SESSION_COOKIE, cookie, max_age=age_s, httponly=True, samesite="Lax", secure=request.is_secure
        )
        csrf = opened.csrf if opened else ""
        response.set_cookie(CSRF_COOKIE, csrf, max_age=age_s, samesite="Lax", secure=request.is_secure)
        response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
        return response

    def _record(self, what: str, who: Principal) -> None:
        detail = {"address": request.remote_addr or "", "role": who.role.value, "scope": who.scope.code}
        self.audit.record(at=self.clock(), who=who.name, what=what, detail=detail)


def signin_blueprint(signin: SignIn) -> Blueprint:
    """`/signin` and `/signout`."""
    blueprint = Blueprint("signin", __name__)
    blueprint.add_url_rule("/signin", "show", signin.show, methods=["GET"])
    blueprint.add_url_rule("/signin", "enter", signin.enter, methods=["POST"])
    blueprint.add_url_rule("/signout", "leave", signin.leave, methods=["POST"])
    return blueprint


def _local(path: str) -> str:
    """`path` if it is one of this site, else empty: nobody is sent elsewhere after signing in."""
    parts = urlsplit(path)
    sound = path.startswith("/") and not path.startswith("//") and not parts.scheme and not parts.netloc
    printable = all(" " < c != "\\" and c != "\x7f" for c in path)
    return path if sound and printable and len(path) <= 500 and not path.startswith("/sign") else ""
