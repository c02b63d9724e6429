"""立案标准 over HTTP."""

from datetime import timedelta
from pathlib import Path

from cockpit.services.standards import import_standards
from cockpit.store.accounts import Role
from cockpit.store.standards import StandardsTable
from tests.api.town import NOON, Town


def test_the_conditions_of_a_subclass_are_answered_with_their_clocks(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text(
        "kind,class_code,class_name,subclass_code,subclass_name,limit,unit\n"
        "part,01,公用设施,01,上水井盖,2急时/4时/2日,区林水局\nevent,01,市容环境,10,暴露生活垃圾,4时,区城管局\n"
    )
    import_standards(StandardsTable(town.engine), file, version="v1", valid_from=NOON, now=NOON)
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
