"""Accounts, browser sessions, audit and idempotency keys."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, select

from cockpit.store.accounts import Accounts, Role
from cockpit.store.audit import AuditRecord, AuditTrail
from cockpit.store.idempotency import IdempotencyKeys
from cockpit.store.schema.accounts import browser_sessions, tokens

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOON = NOW + timedelta(hours=8)


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    return Accounts(engine)


def token_of(accounts: Accounts, role: Role = Role.DUTY) -> str:
    return accounts.create_token(role=role, scope="330110", name="值班长", subject="p1", now=NOW)


@pytest.mark.parametrize("role", Role)
def test_a_token_opens_its_own_account(accounts: Accounts, role: Role) -> None:
    token_of(accounts)
    found = accounts.find_token(token_of(accounts, role))
    assert found is not None
    assert (found.role, found.scope, found.name, found.subject) == (role, "330110", "值班长", "p1")
    assert (found.created_at, found.revoked_at) == (NOW, None)


@pytest.mark.parametrize("token", ["", "wrong", "\ud800", "\0", "x" * 100_000])
def test_a_wrong_token_opens_nothing(accounts: Accounts, token: str) -> None:
    token_of(accounts)
    assert accounts.find_token(token) is None
    assert accounts.find_session(token, NOW) is None


def test_secrets_are_long_and_not_in_the_database(accounts: Accounts, engine: Engine) -> None:
    token = token_of(accounts)
    account = accounts.find_token(token)
    assert account is not None
    cookie = accounts.create_session(account.token_id, now=NOW, expires_at=SOON)
    assert len(token) >= 43
    with engine.connect() as connection:
        kept = str([*connection.execute(select(tokens)), *connection.execute(select(browser_sessions))])
    assert token not in kept
    assert cookie not in kept


def test_a_revoked_token_opens_nothing_and_ends_its_sessions(accounts: Accounts) -> None:
    token = token_of(accounts)
    account = accounts.find_token(token)
    assert account is not None
    cookie = accounts.create_session(account.token_id, now=NOW, expires_at=SOON)
    assert accounts.revoke_token(account.token_id, NOW)
    assert (accounts.find_token(token), accounts.find_session(cookie, NOW)) == (None, None)
    assert not accounts.revoke_token(account.token_id, NOW)
    assert [a.revoked_at for a in accounts.list_tokens()] == [NOW]


def test_a_session_lives_until_it_ends_or_expires(accounts: Accounts) -> None:
    account = accounts.find_token(token_of(accounts))
    assert account is not None
    first = accounts.create_session(account.token_id, now=NOW, expires_at=SOON)
    second = accounts.create_session(account.token_id, now=NOW, expires_at=SOON)
    found, other = accounts.find_session(first, NOW), accounts.find_session(second, NOW)
    assert found is not None
    assert other is not None
    assert (found.account, found.expires_at) == (account, SOON)
    assert found.csrf != other.csrf
    assert accounts.end_session(first, NOW)
    assert not accounts.end_session(first, NOW)
    assert accounts.find_session(first, NOW) is None
    assert accounts.find_session(second, SOON - timedelta(seconds=1)) is not None
    assert accounts.find_session(second, SOON) is None


def test_the_audit_trail_tells_the_newest_deeds_first(engine: Engine) -> None:
    trail = AuditTrail(engine)
    for what in ("登录", "切换战时"):
        trail.record(at=NOW, who="值班长", what=what, detail={"scope": "330110", "ok": True})
    detail: dict[str, object] = {"scope": "330110", "ok": True}
    assert trail.list_latest(1) == [AuditRecord(at=NOW, who="值班长", what="切换战时", detail=detail)]


def test_an_idempotency_key_means_the_command_of_whoever_claimed_it_first(engine: Engine) -> None:
    keys = IdempotencyKeys(engine)
    assert keys.claim("duty", "k", "first", NOW) == "first"
    assert keys.claim("duty", "k", "second", NOW) == "first"
    assert keys.claim("leader", "k", "third", NOW) == "third"
    assert keys.delete_before(NOW + timedelta(days=1)) == 2
    assert keys.claim("duty", "k", "fourth", NOW) == "fourth"


def test_two_who_claim_a_key_at_once_get_one_command(engine: Engine) -> None:
    keys, got = IdempotencyKeys(engine), list[str]()
    threads = [Thread(target=lambda i=i: got.append(keys.claim("duty", "k", f"c{i}", NOW))) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(set(got))) == (6, 1)
