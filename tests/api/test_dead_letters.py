"""`feeds/dead-letters`: what could not even be looked at, for those who look after feeds."""

import pytest

from cockpit.store.accounts import Role
from cockpit.stream.dead_messages import MemoryDeadMessages
from tests.api.town import HERE_STREET, Town


@pytest.fixture
def buried(bare_town: Town) -> Town:
    dead = MemoryDeadMessages()
    dead.set_aside("fire", topic="city/a", body=b"\xff\x00{", reason="ZeroDivisionError: a mistake of ours")
    dead.set_aside("water", topic="city/b", body=b"x" * 5_000, reason="KeyError: 'ts'")
    return bare_town.build(dead_messages=dead)


def test_dead_letters_tell_what_came_from_where_and_why_the_newest_first(buried: Town) -> None:
    told = buried.caller(Role.DUTY).get("feeds/dead-letters").json
    assert (told["total"], told["kept"]) == (2, 2)
    assert [(i["feed"], i["topic"], i["reason"], i["bytes"], len(i["body"])) for i in told["items"]] == [
        ("water", "city/b", "KeyError: 'ts'", 5_000, 2_000),
        ("fire", "city/a", "ZeroDivisionError: a mistake of ours", 3, 3),
    ]
    assert buried.caller().get("feeds/dead-letters", feed="fire").json["total"] == 1
    assert buried.caller().get("feeds").json["dead_letters"] == 0  # what the town's lookout has seen


@pytest.mark.parametrize(("role", "scope"), [(Role.DUTY, HERE_STREET), (Role.SCREEN, "330110"), (Role.FEED, "330110")])
def test_who_sees_a_part_of_the_city_or_only_looks_on_does_not_read_them(buried: Town, role: Role, scope: str) -> None:
    assert buried.caller(role, scope).get("feeds/dead-letters").status_code == 403
