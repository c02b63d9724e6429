"""`outward/subscriptions`: administrators decide who is told what; a secret comes in and never goes out."""

from cockpit.store.accounts import Role
from cockpit.store.outward import Outward
from tests.api.town import HERE_STREET, NOON, Town

URL = "https://city.example/in?key=hidden"
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="


def test_an_administrator_subscribes_a_system_and_reads_how_far_it_has_come(town: Town) -> None:
    admin = town.caller(Role.ADMIN)
    made = admin.post("outward/subscriptions", {"url": URL, "scope": HERE_STREET, "kinds": ["AlarmRaised"]})
    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    [item] = admin.get("outward/subscriptions").json["items"]
    assert (item["id"], item["url"], item["scope"]) == (made.json["id"], "https://city.example/in?…", HERE_STREET)
    assert (item["state"], item["backlog"], item["dead"], item["behind_s"]) == ("active", 0, 0, 0.0)
    assert "secret" not in item
    assert made.json["secret"] not in admin.get("outward/subscriptions").text
    table = Outward(town.engine)
    table.failed(item["id"], now=NOON, due_at=NOON, error="the receiver answered 503", stop=True)
    [item] = admin.get("outward/subscriptions").json["items"]
    assert (item["state"], item["last_error"], item["tries"]) == ("stopped", "the receiver answered 503", 1)
    assert admin.post(f"outward/subscriptions/{item['id']}/replay", {}).status_code == 202
    assert admin.get("outward/subscriptions").json["items"][0]["state"] == "active"
    since = {"since": NOON.isoformat()}
    assert admin.post(f"outward/subscriptions/{item['id']}/replay", since).status_code == 202
    assert admin.call("DELETE", f"outward/subscriptions/{item['id']}").status_code == 204
    assert admin.get("outward/subscriptions").json["total"] == 0
    assert admin.call("DELETE", f"outward/subscriptions/{item['id']}").status_code == 404


def test_a_secret_of_ones_own_is_not_told_back_and_what_is_wrong_is_named(town: Town) -> None:
    admin = town.caller(Role.ADMIN)
    good = {"url": URL, "secret": SECRET}
    assert "secret" not in admin.post("outward/subscriptions", good).json
    wrong = {
        "url": {"url": "http://city.example"},
        "secret": {"url": URL, "secret": "whsec_c2hvcnQ=", "scope": HERE_STREET},
        "kinds": {"url": URL, "kinds": ["Nothing"]},
        "scope": {"url": URL, "scope": "street"},
    }
    for field, body in wrong.items():
        answer = admin.post("outward/subscriptions", body)
        assert (answer.status_code, answer.json["field"]) == (400, field), answer.text
    assert admin.post("outward/subscriptions", good).json["field"] == "url", "twice the same would tell all twice"
    assert admin.post("outward/subscriptions", {"url": "https://169.254.169.254/latest"}).status_code == 400


def test_what_leaves_the_house_is_for_administrators_of_its_scope_alone(town: Town) -> None:
    made = town.caller(Role.ADMIN).post("outward/subscriptions", {"url": URL}).json
    for role in (Role.DUTY, Role.LEADER, Role.SCREEN, Role.GRIDWORKER, Role.FEED):
        assert town.caller(role).get("outward/subscriptions").status_code == 403
        assert town.caller(role).post("outward/subscriptions", {"url": URL}).status_code == 403
    street = town.caller(Role.ADMIN, HERE_STREET)
    assert street.get("outward/subscriptions").json["total"] == 0
    assert street.call("DELETE", f"outward/subscriptions/{made['id']}").status_code == 404
    assert street.post("outward/subscriptions", {"url": URL, "scope": "330110"}).status_code == 403
    assert street.post("outward/subscriptions", {"url": URL}).json["scope"] == HERE_STREET
