"""`notices`: what was told outside, for officers of the scope."""

from cockpit.store.accounts import Role
from cockpit.store.notices import NewNotice, Notices
from tests.api.town import NOON, Town


def put(town: Town, *codes: str) -> Notices:
    table = Notices(town.engine)
    with town.engine.begin() as connection:
        table.put(
            connection,
            [
                NewNotice(
                    fact_id=f"f{n}", channel="centre", kind="wartime", code=code, event_id="", title=f"通知{n}",
                    body="", created_at=NOON,
                )
                for n, code in enumerate(codes)
            ],
        )  # fmt: skip
    return table


def test_an_officer_reads_what_became_of_the_notices_of_the_scope(town: Town) -> None:
    table = put(town, "330110", "330110012", "330110113")
    first = table.claim("centre", "a", NOON)
    assert first is not None
    table.uncertain(first.id, "no answer")
    page = town.caller(Role.DUTY).get("notices", limit=2).json
    assert (page["total"], [item["title"] for item in page["items"]]) == (3, ["通知2", "通知1"])
    rest = town.caller(Role.DUTY).get("notices", limit=2, cursor=page["next"]).json
    assert [(item["title"], item["state"], item["error"]) for item in rest["items"]] == [
        ("通知0", "uncertain", "no answer")
    ]
    assert town.caller(Role.DUTY).get("notices", state="uncertain").json["total"] == 1
    assert town.caller(Role.DUTY, "330110012").get("notices").json["total"] == 1
    for role in (Role.SCREEN, Role.LEADER, Role.GRIDWORKER):
        assert town.caller(role).get("notices").status_code == 403


def test_what_is_uncertain_is_sent_again_only_by_somebody_who_wants_that(town: Town) -> None:
    table = put(town, "330110")
    found = table.claim("centre", "a", NOON)
    assert found is not None
    desk = town.caller(Role.DUTY)
    assert desk.post(f"notices/{found.id}/send", {}).json["rule"] == "notice_is_under_way"
    table.uncertain(found.id, "no answer")
    assert town.caller(Role.DUTY, "330110012").post(f"notices/{found.id}/send", {}).status_code == 404
    assert desk.post(f"notices/{found.id}/send", {}).status_code == 202
    again = table.claim("centre", "a", town.now)
    assert again is not None
    assert again.id == found.id
    assert desk.post("notices/99/send", {}).status_code == 404
