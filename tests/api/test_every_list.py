"""任何清单都能导出: every list that the API answers is taken away as it is listed, by whoever may read it, or is named
here with a reason."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cockpit.api.export_lists import LISTS
from cockpit.api.figure_alerts import FigureAlertAnswers
from cockpit.api.layers import Layers
from cockpit.api.reports import ReportAnswers
from cockpit.api.tracks import LastHeard
from cockpit.services.drill_down import DrillDown
from cockpit.services.past_events import PastEvents
from cockpit.services.reports.figure_rules import FigureRules, RuleBook
from cockpit.services.reports.shelf import ReportShelf
from cockpit.services.roster import Roster
from cockpit.services.thematic.scope_shapes import ScopeShapes
from cockpit.services.thematic.shelf import LayerShelf
from cockpit.services.tracks.reading import heard_of
from cockpit.services.tracks.tracks import Tracks
from cockpit.store.accounts import Role
from cockpit.store.event_records import EventRecords
from cockpit.store.figure_alerts import FigureAlert, FigureAlerts
from cockpit.store.fixes import FixArchive
from cockpit.store.households import HouseholdRow, HouseholdTable
from cockpit.store.reports import Reports
from tests.api.test_evacuations import RING, begun, tap
from tests.api.test_exports import table_of
from tests.api.test_layers import shelf as shelf  # a fixture
from tests.api.test_queries import told
from tests.api.test_tracks import BEGIN, archive
from tests.api.town import CITY, ELSEWHERE, HERE, HERE_STREET, NOON, Caller, Town, alarm, event, position, transition
from tests.evacuations import rows as doors_of_ring
from tests.walks import walk

WORKER = "gw-00001"
GRID = "330110012001001"

#: lists of `openapi.json` that are not taken away, and why
NOT_TAKEN = {
    "/alarms/rules": "settings: they are the file that they stand in",
    "/base_maps": "settings of the map",
    "/calendar": "settings: the days stand in the calendar that was imported",
    "/devices/groups": "figures of devices, whose list is `devices`",
    "/devices/summary": "figures of devices, whose list is `devices`",
    "/feeds/dead-letters": "what could not be read may hold anything; it stays where administrators look at it",
    "/mode": "the newest lines of `mode-history`",
    "/nearby": "who is near a place at one moment, for an order; the register is `resources`",
    "/outward/subscriptions": "settings of where facts are sent to",
    "/patrol/rules": "settings with the precision that the verdicts tell; these have a file of their own",
    "/plans": "files of the installation; what was run with them is `plan-runs`",
    "/screenshots": "each of them is a file to take away",
    "/thematic/density": "a picture of counts over time; the same by division is `divisions`",
}

#: what each list is asked with besides the scope
ASKED: dict[str, dict[str, str]] = {
    "records": {"indicator": "reported_today"},
    "trend": {"indicator": "reported_today"},
    "divisions": {"indicator": "on_time_handling_rate"},
    "departments": {"indicator": "on_time_handling_rate"},
    "cluster-records": {"cluster": "scattered"},
    "flow-records": {"link": "any>any"},
    "layer-items": {"layer": "hospital"},
    "overlay": {"layer": "grid"},
    "buildings": {"q": "葛巷"},
    "households": {"building_code": "b1"},
    "track": {"subject_id": WORKER},
    "track-grids": {"subject_id": WORKER},
}
#: lists that nothing of this town is on
EMPTY = {
    "plan-runs",
    "plots",
    "findings",
    "notices",
    "alarm-ledger",
    "orders",
    "overlay",
    "clusters",
    "forecast",
    "resources",
    "standards",
}


@pytest.fixture
def full(bare_town: Town, shelf: LayerShelf, tmp_path: Path) -> Iterator[Town]:
    """A town where most lists have something on them, here and elsewhere."""
    town, alerts, fixes = bare_town, FigureAlerts(bare_town.engine), FixArchive(bare_town.engine)
    past = PastEvents(EventRecords(town.engine), town.fold.situation.rules)
    drill = DrillDown(town.fold, lambda at: town.past[at], past, town.city)
    town.build(
        reports=ReportAnswers(Reports(town.engine), ReportShelf(tmp_path / "reports"), drill, clock=town.clock),
        figure_alerts=FigureAlertAnswers(
            alerts, RuleBook(FigureRules(tmp_path / "figures.toml")), tz="Asia/Shanghai", clock=town.clock
        ),
        layers=Layers(shelf, ScopeShapes(town.city), clock=town.clock),
        tracks=Tracks(
            city=town.city, roster=Roster(town.city), attendance=dict, kept=timedelta(days=7),
            read=lambda subject_id, since, until: heard_of(fixes, subject_id, since, until),
        ),
        last_heard=lambda: [LastHeard(subject_id=WORKER, kind="gridworker", lon=HERE[0], lat=HERE[1], at=NOON)],
    )  # fmt: skip
    doors = [HouseholdRow(f"h{n}", "b1", "=葛巷 1 幢", n, True, 119.95, 30.30, GRID) for n in (1, 2)]
    HouseholdTable(town.engine).put([*doors_of_ring(), *doors], imported_at=NOON - timedelta(days=400))
    elsewhere = {"lon": ELSEWHERE[0], "lat": ELSEWHERE[1]}
    told(town, "events", *(event(n) for n in range(1, 5)), *(event(n, **elsewhere) for n in range(5, 8)))
    told(town, "transitions", *(transition(n, "fed_back", unit=f"=局{n % 2}") for n in range(1, 8)))
    told(town, "alarms", alarm(1), alarm(2), alarm(3, **elsewhere))
    archive(town, *walk(WORKER, BEGIN))
    told(town, "positions", *(position(f"gw-0000{n}", lon=HERE[0] + 0.001 * n) for n in (2, 3)))
    for rule, code in (("=全区", CITY), ("街道", HERE_STREET)):
        found = FigureAlert(
            rule=rule, number=1, indicator="on_time_handling_rate", code=code, source="", value=0.912, crossed=0.95,
            since=NOON,
        )  # fmt: skip
        assert alerts.begin(found, beside=lambda _connection: None)
    leader = town.caller(Role.LEADER)
    for scope in (CITY, HERE_STREET):
        assert leader.post("reports", {"kind": "daily", "date": "2026-11-18", "scope": scope}).status_code == 202
    assert town.caller(Role.DUTY).call("PUT", "mode", json={"mode": "wartime", "event_id": "citizen:1"}).json
    assert town.gridworker(WORKER).post("attendance", {"on_duty": True}).status_code == 202
    town.settle()
    yield town


def evacuated(town: Town) -> str:
    """The id of an evacuation with one tap."""
    evacuation_id = begun(town, **RING)
    household_id = doors_of_ring()[0].household_id
    taps = town.caller(Role.DUTY).post(f"evacuations/{evacuation_id}/taps", [tap(1, household_id, "moved")])
    assert taps.json["accepted"] == 1
    town.settle()
    return evacuation_id


def asked_of(name: str, evacuation_id: str) -> dict[str, str]:
    return {"evacuation_id": evacuation_id} if name in ("doors", "taps") else ASKED.get(name, {})


def listed(name: str, caller: Caller, **asked: str) -> Any:
    """The list itself, page by page; its refusal where it refuses."""
    wanted = LISTS[name]
    path = wanted.path.format(**{key: asked.get(key, "") for key in wanted.parameters})
    query = {key: value for key, value in asked.items() if key not in wanted.parameters}
    rows: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = caller.get(path, **{**query, **after, "limit": "1000"})
        if answer.status_code != 200:
            return answer
        page = answer.get_json(force=True)
        rows += wanted.rows(page)
        if not page.get("next"):
            return rows
        after = {wanted.cursor: page["next"]}


def test_a_table_is_as_long_as_its_list_and_says_what_it_is(full: Town) -> None:
    evacuation_id = evacuated(full)
    city, street, here = full.caller(), full.caller(scope=HERE_STREET), {"scope": HERE_STREET}
    empty = set()
    for name, wanted in LISTS.items():
        asked = asked_of(name, evacuation_id)
        for caller, where in ((city, {}), (city, here), (street, {})):
            found = listed(name, caller, **asked, **where)
            answer = caller.get(f"exports/{name}.csv", **asked, **where)
            if not isinstance(found, list):
                assert answer.status_code == found.status_code >= 400, (name, where, answer.text)
                continue
            head, rows = table_of(answer)
            assert len(rows) == len(found), (name, where)
            said = {line[0]: line[1] for line in head}
            assert said["口径"] and said["数据截至"], name
            is_here = caller is street or (where and wanted.takes_scope)
            assert (HERE_STREET if is_here else f"（{CITY}）") in said["范围"], (name, where)
            wrong = [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "@")]
            assert not wrong, (name, wrong)
            if not rows and caller is city and not where:
                empty.add(name)
            known = set().union(*found) if found else set()
            assert not {c.field.partition(".")[0] for c in wanted.columns} - known or not found, (name, known)
    assert empty <= EMPTY, "a list that has nothing on it proves little"


def test_who_may_not_read_a_list_may_not_take_it_away(full: Town) -> None:
    evacuation_id, refused = evacuated(full), set()
    for role in (Role.SCREEN, Role.LEADER, Role.GRIDWORKER, Role.FEED):
        caller = full.gridworker(WORKER) if role is Role.GRIDWORKER else full.caller(role)
        for name in LISTS:
            asked = asked_of(name, evacuation_id)
            found = listed(name, caller, **asked)
            status = 200 if isinstance(found, list) else found.status_code
            assert caller.get(f"exports/{name}.xlsx", **asked).status_code == status, (name, role)
            if status == 403:
                refused.add((role, name))
    assert {(Role.SCREEN, "figure-alerts"), (Role.SCREEN, "households"), (Role.LEADER, "notices")} <= refused


def test_a_street_takes_away_no_more_than_its_own(full: Town) -> None:
    street = full.caller(Role.LEADER, HERE_STREET)
    _, rows = table_of(street.get("exports/figure-alerts.csv"))
    assert [row["规则"] for row in rows] == ["街道"]
    _, rows = table_of(street.get("exports/reports.csv"))
    assert len(rows) == 1
    elsewhere = full.caller(Role.LEADER, "330110111")
    assert elsewhere.get("exports/households.csv", building_code="b1").status_code == 404
    assert elsewhere.get("exports/doors.csv", evacuation_id=evacuated(full)).status_code == 404
    assert street.get("exports/repeats.csv", scope=CITY).status_code == 403


def test_a_table_masks_what_the_list_masks(full: Town) -> None:
    name = full.city.roster[WORKER].name
    for role, shown in ((Role.DUTY, name), (Role.LEADER, name[0] + "*" * (len(name) - 1))):
        _, rows = table_of(full.caller(role).get("exports/attendance.csv"))
        assert [row["名称"] for row in rows] == [shown]


def test_a_layers_things_have_the_columns_of_its_popup(full: Town) -> None:
    duty = full.caller(Role.DUTY)
    layer = duty.get("layers/hospital").json
    head, rows = table_of(duty.get("exports/layer-items.csv", layer="hospital"))
    assert {shown["title"] for shown in layer["popup"]} <= rows[0].keys()
    assert {row["种类"] for row in rows} == {kind["title"] for kind in layer["kinds"]}
    assert layer["title"] in {line[0]: line[1] for line in head}["口径"]
    assert len(rows) == layer["total"]


def test_repeated_places_and_departments_are_listed_as_the_page_counts_them(full: Town) -> None:
    duty = full.caller(Role.LEADER)
    (spot, *others) = duty.get("thematic/repeats").json["items"]
    assert (spot["count"], spot["kind"], spot["code"][:9]) == (4, "event.01.10", HERE_STREET)
    assert spot["alike"] == len(others) == 1
    units = duty.get("indicators/on_time_handling_rate/units").json
    figure = duty.get("indicators", names="on_time_handling_rate").json["items"][0]
    assert sum(unit["total"] for unit in units["items"]) == units["denominator"] == figure["denominator"]
    assert sum(unit["did"] for unit in units["items"]) == units["numerator"] == figure["numerator"]
    assert duty.get("indicators/reported_today/units").status_code == 404
    assert duty.get("indicators/none/units").status_code == 404


def test_nothing_climbs_out_of_a_list(full: Town) -> None:
    duty = full.caller(Role.DUTY)
    for wrong in ("", ".", "..", "../events", "hospital/../../events", "hospital?x", "hospital%2fitems"):
        assert duty.get("exports/layer-items.csv", layer=wrong).status_code in (400, 404), wrong
    assert duty.get("exports/doors.csv", evacuation_id="x/taps").status_code == 404


def test_every_list_is_taken_away_or_says_why_not(full: Town) -> None:
    document = full.caller().get("openapi.json").json
    lists = {"/" + one.path for one in LISTS.values()}
    plain = {re.sub(r"\{\w+\}", "*", path) for path in lists}
    seen = set()
    for path, deeds in document["paths"].items():
        answers = deeds.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).values()
        for told_of in answers:
            name = told_of["schema"].get("$ref", "").rpartition("/")[2]
            if "items" in document["components"]["schemas"].get(name, {}).get("properties", {}):
                seen.add(path)
                is_taken = re.sub(r"\{\w+\}", "*", path) in plain
                assert is_taken != (path in NOT_TAKEN), f"{path}: neither taken away nor named with a reason, or both"
    assert not NOT_TAKEN.keys() - seen - {"/screenshots"}, "named here, and no list any more"


def test_what_answers_a_list_says_so_in_the_document(full: Town) -> None:
    document = full.caller().get("openapi.json").json
    asked = {"lon": "119.95", "lat": "30.3", "q": "医院", "bbox": "119,30,120,31", "indicator": "reported_today"}
    for path, deeds in document["paths"].items():
        if "get" not in deeds or "{" in path or path == "/stream/facts":
            continue
        answer = full.caller().get(path[1:], **asked)
        body = answer.get_json(silent=True)
        if answer.status_code == 200 and isinstance(body, dict) and isinstance(body.get("items"), list):
            (told_of,) = deeds["get"]["responses"]["200"]["content"].values()
            name = told_of["schema"]["$ref"].rpartition("/")[2]
            assert "items" in document["components"]["schemas"][name]["properties"], path
