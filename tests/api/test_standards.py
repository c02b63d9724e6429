"""立案标准 over HTTP."""

from datetime import timedelta
from pathlib import Path

from cockpit.domain.assignment import GivenLimit
from cockpit.domain.limit import parse_limit
from cockpit.domain.overtime import clock_of
from cockpit.services.standards import import_standards
from cockpit.store.accounts import Role
from cockpit.store.standards import StandardsTable
from tests.api.test_moves import dispatch
from tests.api.town import NOON, Town, event


def imported(town: Town, tmp_path: Path, version: str, limit: str) -> None:
    """A version that holds from noon on, with two subclasses."""
    file = tmp_path / "s.csv"
    file.write_text(
        "kind,class_code,class_name,subclass_code,subclass_name,limit,unit\n"
        f"part,01,公用设施,01,上水井盖,2急时/4时/2日,区林水局\nevent,01,市容环境,10,暴露生活垃圾,{limit},区城管局\n"
    )
    import_standards(StandardsTable(town.engine), file, version=version, valid_from=NOON, now=NOON)


def test_the_conditions_of_a_subclass_are_answered_with_their_clocks(town: Town, tmp_path: Path) -> None:
    imported(town, tmp_path, "v1", "4时")
    told = town.caller(Role.SCREEN).get("standards", category="part.01").json
    assert (told["version"], told["total"]) == ("v1", 3)
    assert [(i["condition"], i["limit"], i["office"], i["allowed_s"]) for i in told["items"]] == [
        ("情形1", "2急时", False, 7_200), ("情形2", "4时", True, 14_400), ("情形3", "2日", True, 57_600),
    ]  # fmt: skip
    assert told["items"][0]["unit"] == "区林水局"
    before = town.caller().get("standards", at=(NOON - timedelta(seconds=1)).isoformat()).json
    assert (before["version"], before["items"]) == (None, [])
    assert [v["version"] for v in before["versions"]] == ["v1"]


def test_an_instant_that_is_none_is_refused(town: Town) -> None:
    assert town.caller().get("standards", at="soon").status_code == 400


def test_a_report_without_a_deadline_gets_the_limit_of_the_version_that_holds(town: Town, tmp_path: Path) -> None:
    imported(town, tmp_path, "v1", "4时/2日")
    feed = town.caller(Role.FEED)
    timed = {"due_at": None, "reported_at": NOON.isoformat()}
    feed.post("feeds/events", [event(1, **timed), event(2), event(3, category="event.09.99", **timed)])
    town.fold.follow()
    given = {n: town.fold.situation.events[f"citizen:{n}"].report.given for n in (1, 2, 3)}
    assert given[1] == GivenLimit(limit=parse_limit("4时"), condition="情形1", version="v1")
    assert given[2] is None  # the source set a time itself
    assert given[3] is None
    # a version that comes later changes nothing for what came before
    imported(town, tmp_path, "v2", "1时")
    town.tick_s = 10.0
    feed.post("feeds/events", event(4, **timed))
    town.fold.follow()
    later = town.fold.situation.events["citizen:4"].report.given
    assert later is not None
    assert (later.version, given[1].version) == ("v2", "v1")


def test_an_assignment_by_condition_runs_on_its_own_clock(town: Town, tmp_path: Path) -> None:
    imported(town, tmp_path, "v1", "2急时/4时")
    feed, duty = town.caller(Role.FEED), town.caller(Role.DUTY)
    feed.post("feeds/events", [event(n, due_at=None, reported_at=NOON.isoformat()) for n in (1, 2)])
    town.fold.follow()
    for n, condition in ((1, "情形1"), (2, "情形2")):
        for verb, body in (("accept", {}), ("assign", {"unit": "区城管局", "condition": condition})):
            answer = duty.post(f"events/citizen:{n}/{verb}", body)
            assert answer.status_code == 202, answer.text
            dispatch(town)
    one, two = (town.fold.situation.events[f"citizen:{n}"] for n in (1, 2))
    assert one.assigned_at is not None
    # at noon of a Thursday: two hours of the clock, or four office hours that begin at 14:00
    assert clock_of(one, town.fold.situation.timing).overtime_at == one.assigned_at + timedelta(hours=2)
    assert clock_of(two, town.fold.situation.timing).overtime_at == NOON + timedelta(hours=6)
    assert duty.post("events/citizen:1/assign", {"condition": "没有"}).status_code in (400, 409)
