"""区划变更 over HTTP: a link with an old code is understood, and the answer says what the division was called."""

import copy
from datetime import date

from cockpit.domain.division_change import ChangeKind, DivisionChange, DivisionChanges
from cockpit.store.accounts import Role
from tests.api.test_queries import told
from tests.api.town import ELSEWHERE, HERE_STREET, Town, event

#: of ELSEWHERE
MERGED = "330110109"


def test_figures_and_lists_are_the_same_under_the_old_and_the_new_code(bare_town: Town) -> None:
    bare_town.city = copy.copy(bare_town.city)
    bare_town.city.changes = DivisionChanges.of(
        [DivisionChange(old=MERGED, new=HERE_STREET, on=date(2026, 11, 1), kind=ChangeKind.MERGED)]
    )
    town = bare_town.build()
    told(town, "events", event(1), event(2, lon=ELSEWHERE[0], lat=ELSEWHERE[1]))
    for caller in (town.caller(), town.caller(Role.LEADER, HERE_STREET)):
        for scope in (MERGED, HERE_STREET):
            answer = caller.get("indicators", scope=scope, by="children").json
            assert answer["scope"] == HERE_STREET
            assert answer["formerly"] == [{"code": MERGED, "on": "2026-11-01", "kind": "merged"}]
            reported = next(item for item in answer["items"] if item["name"] == "reported_today")
            assert (reported["numerator"], reported["rest"]["numerator"]) == (2, 1)
            assert caller.get("indicators/reported_today/records", scope=scope).json["total"] == 2
    whole = town.caller().get("indicators", by="children").json
    assert whole["formerly"] == []
    reported = next(item for item in whole["items"] if item["name"] == "reported_today")
    assert {c["code"]: c["numerator"] for c in reported["children"] if c["numerator"]} == {HERE_STREET: 2}
