"""登入 and 门禁: nobody gets in without a token, a session ends, and no other site can act for a person."""

from datetime import timedelta
from typing import Any

import pytest

from cockpit.store.accounts import Role
from tests.api.town import NOON, Browser, Town, event

_PAGES = ["/screen", "/duty", "/assets/js/10-bus.js", "/_dash-layout", "/metrics", "/"]


@pytest.mark.parametrize("path", [*_PAGES, "/api/v1/events", "/api/v1/snapshot", "/api/v1/nothing"])
def test_nobody_sees_anything_without_signing_in(town: Town, path: str) -> None:
    answer = town.app.test_client().get(path)
    assert answer.status_code == 401
    assert b"page" not in answer.data or b"signin" in answer.data


def test_a_browser_is_shown_the_sign_in_page_and_a_program_a_problem(town: Town) -> None:
    client = town.app.test_client()
    page = client.get("/screen?scope=330110012", headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert 'value="/screen?scope=330110012"' in page.text
    assert "<script" not in page.text
    answer = client.get("/api/v1/events", headers={"Accept": "text/html"})
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/signin", "/healthz", "/readyz"])
def test_a_few_paths_are_open(town: Town, path: str) -> None:
    assert town.app.test_client().get(path).status_code == 200


def test_readiness_says_why_not(town: Town) -> None:
    town.ready = "12 s behind"
    answer = town.app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["reasons"]) == (503, {"situation": "12 s behind"})


@pytest.mark.parametrize(
    ("role", "pages", "expected"),
    [
        (Role.SCREEN, {Role.SCREEN: "/screen"}, "/screen"),
        (Role.DUTY, {Role.DUTY: "/duty"}, "/duty"),
        (Role.LEADER, {}, "/screen"),
        (Role.GRIDWORKER, {Role.GRIDWORKER: "/m"}, "/m"),
    ],
)
def test_the_link_opens_a_session_and_the_page_of_the_role(
    bare_town: Town, role: Role, pages: dict[Role, str], expected: str
) -> None:
    town = bare_town.build(pages=pages)
    client = town.app.test_client()
    answer = client.get("/signin", query_string={"token": town.token(role)})
    assert (answer.status_code, answer.headers["Location"]) == (303, expected)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("cockpit_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(expected).status_code == 200


def test_over_https_the_cookie_stays_there(town: Town) -> None:
    answer = town.app.test_client().get(
        "/signin", query_string={"token": town.token(Role.DUTY)}, base_url="https://cockpit.example"
    )
    assert all("Secure" in c for c in answer.headers.getlist("Set-Cookie"))


def test_the_form_does_the_same_and_goes_on_where_the_person_wanted_to_go(town: Town) -> None:
    client = town.app.test_client()
    form = {"token": f" {town.token(Role.DUTY)} ", "next": "/screen?scope=330110012"}
    assert client.post("/signin", data=form).headers["Location"] == "/screen?scope=330110012"


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a\nb"]
)
def test_nobody_is_sent_to_another_site(town: Town, onward: str) -> None:
    answer = town.app.test_client().post("/signin", data={"token": town.token(Role.DUTY), "next": onward})
    assert answer.headers["Location"] == "/screen"


def test_a_wrong_token_opens_nothing(town: Town) -> None:
    client = town.app.test_client()
    for secret in ("wrong", "x" * 10_000, "\ud800".encode("utf-8", "replace").decode(), town.token(Role.FEED)):
        assert client.get("/signin", query_string={"token": secret}).status_code == 401
    assert client.get_cookie("cockpit_session") is None
    assert [r.what for r in town.audit.list_latest(10)] == ["sign_in_failed"] * 4


def test_a_link_that_is_only_previewed_opens_nothing(town: Town) -> None:
    client, query = town.app.test_client(), {"token": town.token(Role.DUTY)}
    client.head("/signin", query_string=query)
    client.get("/signin", query_string=query, headers={"Sec-Purpose": "prefetch"})
    assert client.get_cookie("cockpit_session") is None


def test_a_session_known_beforehand_is_not_taken_over(town: Town) -> None:
    client = town.app.test_client()
    client.set_cookie("cockpit_session", "chosen-by-somebody-else")
    client.get("/signin", query_string={"token": town.token(Role.DUTY)})
    first = Browser(client).cookie
    assert first != "chosen-by-somebody-else"
    client.get("/signin", query_string={"token": town.token(Role.DUTY)})
    assert Browser(client).cookie != first
    assert town.ended == [first]
    stale = town.app.test_client()
    stale.set_cookie("cockpit_session", first)
    assert stale.get("/screen").status_code == 401


def test_after_signing_out_the_cookie_is_dead(town: Town) -> None:
    browser = town.browser()
    cookie = browser.cookie
    assert browser.client.get("/api/v1/events").status_code == 200
    answer = browser.client.post("/signout", headers={"X-CSRF-Token": browser.csrf})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/signin")
    assert town.ended == [cookie]
    thief = town.app.test_client()
    thief.set_cookie("cockpit_session", cookie)
    assert thief.get("/api/v1/events").status_code == 401
    assert [r.what for r in town.audit.list_latest(10)] == ["signed_out", "signed_in"]


def test_a_session_expires_and_ends_with_its_token(town: Town) -> None:
    browser, other = town.browser(Role.DUTY), town.browser(Role.SCREEN)
    screen = next(a for a in town.accounts.list_tokens() if a.role is Role.SCREEN)
    town.accounts.revoke_token(screen.token_id, NOON)
    assert other.client.get("/api/v1/events").status_code == 401
    town.now = NOON + timedelta(days=2)
    assert browser.client.get("/api/v1/events").status_code == 401


def test_a_revoked_token_is_dead_within_seconds(town: Town) -> None:
    caller = town.caller(Role.ADMIN)
    assert caller.get("events").status_code == 200
    (account,) = town.accounts.list_tokens()
    town.accounts.revoke_token(account.token_id, NOON)
    town.tick_s = 3.5
    assert caller.get("events").status_code == 401


def test_after_ten_failures_the_door_stays_shut_for_that_address_only(town: Town) -> None:
    client, good = town.app.test_client(), town.token(Role.DUTY)
    for _ in range(10):
        assert client.post("/signin", data={"token": "guess"}).status_code == 401
    answer = client.post("/signin", data={"token": good})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post("/signin", data={"token": good}, environ_overrides=elsewhere).status_code == 303
    town.tick_s = 301
    assert client.post("/signin", data={"token": good}).status_code == 303


def test_a_change_with_a_cookie_needs_the_header_that_only_our_page_can_send(town: Town) -> None:
    browser = town.browser()

    def put(**headers: str) -> Any:
        return browser.client.put("/api/v1/mode", json={"mode": "peacetime"}, headers=headers)

    assert put().json["rule"] == "csrf"
    assert put(**{"X-CSRF-Token": "wrong"}).status_code == 403
    assert put(**{"X-CSRF-Token": town.browser().csrf}).status_code == 403
    assert put(**{"X-CSRF-Token": browser.csrf, "Origin": "https://evil.example"}).json["rule"] == "same_origin"
    assert put(**{"X-CSRF-Token": browser.csrf, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert put(**{"X-CSRF-Token": browser.csrf, "Origin": "http://localhost"}).status_code == 409
    dash = browser.client.post("/_dash-update-component", headers={"X-CSRFToken": browser.csrf})
    assert dash.status_code == 405  # the guard let it pass


def test_the_sign_in_form_of_another_site_is_refused(town: Town) -> None:
    form = {"token": town.token(Role.DUTY)}
    answer = town.app.test_client().post("/signin", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "reads", "posts", "commands"),
    [
        (Role.FEED, 403, 202, 403),
        (Role.SCREEN, 200, 403, 403),
        (Role.LEADER, 200, 403, 403),
        (Role.GRIDWORKER, 200, 403, 403),
        (Role.DUTY, 200, 403, 409),
        (Role.ADMIN, 200, 202, 409),
    ],
)
def test_each_role_may_do_its_own_and_no_more(town: Town, role: Role, reads: int, posts: int, commands: int) -> None:
    caller = town.caller(role)
    assert caller.get("events").status_code == reads
    assert caller.post("feeds/events", event()).status_code == posts
    assert caller.call("PUT", "mode", json={"mode": "peacetime"}).status_code == commands


def test_a_wrong_bearer_is_not_helped_by_a_good_cookie(town: Town) -> None:
    browser = town.browser()
    answer = browser.client.get("/api/v1/events", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_the_duty_desk_is_for_those_who_may_command(bare_town: Town) -> None:
    roles = {Role.DUTY, Role.ADMIN}
    town = bare_town.build(page_roles={"/duty": roles}, forbidden_page=lambda lang: f"forbidden in {lang}")
    for role in (Role.DUTY, Role.ADMIN, Role.SCREEN, Role.LEADER, Role.GRIDWORKER):
        answers = [town.browser(role).client.get(path) for path in ("/duty", "/duty/", "/duty?lang=en")]
        assert [a.status_code for a in answers] == [200 if role in roles else 403] * 3, role
    assert answers[-1].text == "forbidden in en"
    assert town.browser(Role.SCREEN).client.get("/screen").status_code == 200
