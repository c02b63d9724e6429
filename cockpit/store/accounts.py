"""Who may come in: tokens by role and scope. Only hashes are kept, so a stolen database opens nothing."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, Row, select, update

from cockpit.domain.role import Role as Role
from cockpit.store.database import writing
from cockpit.store.schema.accounts import browser_sessions, tokens

#: bytes of chance in a token or a session's cookie
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The bearer of a token. `scope` is a division or grid code; `subject` whom it stands for, such as a gridworker."""

    token_id: str
    role: Role
    scope: str
    name: str
    subject: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession:
    """A signed-in browser; `csrf` must come back with every change that it asks for."""

    account: Account
    csrf: str
    expires_at: datetime


class Accounts:
    """The tables `tokens` and `browser_sessions`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_token(self, *, role: Role, scope: str, name: str, subject: str, now: datetime) -> str:
        """Make an account and return its token, which is told this once and kept nowhere."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"id": secrets.token_hex(8), "hash": _hash_of(token), "role": role.value, "scope": scope}
        with writing(self._engine).begin() as connection:
            connection.execute(tokens.insert(), row | {"name": name, "subject": subject, "created_at": now})
        return token

    def find_token(self, token: str) -> Account | None:
        """The account of a token, unless it was revoked. Looked up by hash, so timing tells nothing about others."""
        query = select(tokens).where(tokens.c.hash == _hash_of(token), tokens.c.revoked_at.is_(None))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _account_of(row) if row else None

    def list_tokens(self) -> list[Account]:
        """All accounts, revoked ones too, oldest first."""
        with self._engine.connect() as connection:
            return [_account_of(row) for row in connection.execute(select(tokens).order_by(tokens.c.created_at))]

    def revoke_token(self, token_id: str, now: datetime) -> bool:
        """End an account and every browser session that it opened; False if there is no such live token."""
        t, s = tokens.c, browser_sessions.c
        with writing(self._engine).begin() as connection:
            live = update(tokens).where(t.id == token_id, t.revoked_at.is_(None)).values(revoked_at=now)
            found = connection.execute(live).rowcount > 0
            opened = update(browser_sessions).where(s.token_id == token_id, s.ended_at.is_(None))
            connection.execute(opened.values(ended_at=now))
        return found

    def create_session(self, token_id: str, *, now: datetime, expires_at: datetime) -> str:
        """Open a browser session and return the value of its cookie: a fresh one each time, against fixation."""
        cookie = secrets.token_urlsafe(_TOKEN_BYTES)
        row = {"hash": _hash_of(cookie), "token_id": token_id, "csrf": secrets.token_urlsafe(_TOKEN_BYTES)}
        with writing(self._engine).begin() as connection:
            connection.execute(browser_sessions.insert(), row | {"created_at": now, "expires_at": expires_at})
        return cookie

    def find_session(self, cookie: str, now: datetime) -> BrowserSession | None:
        """The session of a cookie, unless it has ended or expired or its token was revoked."""
        t, s = tokens.c, browser_sessions.c
        query = select(tokens, s.csrf, s.expires_at).join_from(browser_sessions, tokens, s.token_id == t.id)
        query = query.where(
            s.hash == _hash_of(cookie), s.ended_at.is_(None), s.expires_at > now, t.revoked_at.is_(None)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return BrowserSession(account=_account_of(row), csrf=row.csrf, expires_at=row.expires_at) if row else None

    def end_session(self, cookie: str, now: datetime) -> bool:
        """Sign out; False if there was no such live session."""
        s = browser_sessions.c
        live = update(browser_sessions).where(s.hash == _hash_of(cookie), s.ended_at.is_(None))
        with writing(self._engine).begin() as connection:
            return bool(connection.execute(live.values(ended_at=now)).rowcount > 0)


def _hash_of(secret: str) -> str:
    # no salt and no slow hash: 256 bits of chance cannot be guessed
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _account_of(row: Row[Any]) -> Account:
    return Account(
        token_id=row.id,
        role=Role(row.role),
        scope=row.scope,
        name=row.name,
        subject=row.subject,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
