"""底数: how fresh doors and devices were at a past instant, on both databases, and what nobody can tell."""

from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Engine

from cockpit.domain.device import Device
from cockpit.domain.device_group import GroupRule
from cockpit.domain.event import Place
from cockpit.domain.reading import Reading
from cockpit.services.alarm_kinds import load_alarm_kinds
from cockpit.services.city import City
from cockpit.services.group_rules import GroupRules
from cockpit.services.households import HouseholdBook
from cockpit.services.houses.book import HouseBook
from cockpit.services.subjects.device_records import DeviceRecords
from cockpit.services.subjects.fresh_rules import FreshRules
from cockpit.services.subjects.records import RecordRows
from cockpit.services.subjects.rows import SubjectRows
from cockpit.situation.why import Why
from cockpit.store.devices import DeviceTable
from cockpit.store.household_checks import HouseholdChecks
from cockpit.store.households import HouseholdRow, HouseholdTable
from cockpit.store.houses import HouseTable
from cockpit.store.readings import ReadingArchive
from cockpit.store.residents import ResidentTable, Visit
from tests.stories import GRIDS, NOON

EMPTY = City.empty(tz="Asia/Shanghai")
DAY = timedelta(days=1)


def door(number: int, *, people: int = 1) -> HouseholdRow:
    return HouseholdRow(f"h{number}", "b1", "", people, False, 119.95, 30.30, GRIDS[number % len(GRIDS)])


def book(engine: Engine) -> HouseBook:
    own = HouseholdBook(HouseholdTable(engine), city=EMPTY)
    return HouseBook(own, HouseTable(engine), ResidentTable(engine), HouseholdChecks(engine), city=EMPTY)


def records(engine: Engine, houses: HouseBook | None = None) -> RecordRows:
    table = DeviceTable(engine)
    devices = DeviceRecords(
        lambda: {d.device_id: d for d in table.list_all()}, ReadingArchive(engine), load_alarm_kinds(),
        GroupRules(GroupRule(interval_s=60)), kept_every_s=60,
    )  # fmt: skip
    return RecordRows(houses or book(engine), devices, FreshRules())


def fresh(rows: SubjectRows) -> dict[str, bool]:
    return {rows.id_of(n): bool(ok) for n, ok in enumerate(rows.rows["fresh"].tolist())}


def test_a_door_was_as_fresh_as_its_last_check_until_then(engine: Engine) -> None:
    houses = book(engine)
    table, people = HouseholdTable(engine), ResidentTable(engine)
    table.put([door(1), door(2)], imported_at=NOON)
    told = records(engine, houses)
    assert fresh(told.told(NOON + 100 * DAY, NOON + 100 * DAY, is_now=True)) == {"h1": True, "h2": True}
    people.visit(Visit("h1", GRIDS[1], NOON + 150 * DAY, "gw"))
    people.visit(Visit("h1", GRIDS[1], NOON + 200 * DAY, "gw"))
    table.put([door(2, people=3), door(3)], imported_at=NOON + 300 * DAY)

    def at(days: int, *, known: int = 400) -> dict[str, bool]:
        return fresh(told.told(NOON + days * DAY, NOON + known * DAY, is_now=False))

    assert at(190) == {"h1": True, "h2": False}
    assert at(190, known=190) == {"h1": True, "h2": False}
    assert at(350) == {"h1": True, "h2": True, "h3": True}
    # the visit of day 200 was not told yet: the one of day 150 stands
    assert at(375) == {"h1": True, "h2": True, "h3": True}
    assert at(375, known=199) == {"h1": False, "h2": False, "h3": True}
    # another process reads it all at once and says the same
    assert fresh(records(engine).told(NOON + 350 * DAY, NOON + 400 * DAY, is_now=False)) == at(350)


def test_a_file_that_says_the_same_is_no_check_and_changes_no_version(engine: Engine) -> None:
    table, checks = HouseholdTable(engine), HouseholdChecks(engine)
    table.put([door(1)], imported_at=NOON)
    before = checks.version()
    table.put([door(1)], imported_at=NOON + DAY)
    assert checks.version() == before
    visit = Visit("h1", GRIDS[1], NOON + DAY, "import", NOON + 2 * DAY)
    for _ in range(2):
        ResidentTable(engine).put([], [visit])
    assert sum(len(piece) for piece in checks.checks(-1, checks.version().number)) == 1


def test_before_the_book_began_nothing_is_known_of_doors(engine: Engine) -> None:
    HouseholdTable(engine).put([door(1)], imported_at=NOON)
    rows = records(engine).told(NOON - DAY, NOON, is_now=False)
    assert rows.unknown == {"fresh_record_rate": Why.BEFORE_DATA, "fresh_household_rate": Why.BEFORE_DATA}
    assert not records(engine).told(NOON + DAY, NOON + DAY, is_now=False).unknown


def test_the_longest_unchecked_door_leads_the_list(engine: Engine) -> None:
    HouseholdTable(engine).put([door(n) for n in range(4)], imported_at=NOON)
    ResidentTable(engine).visit(Visit("h1", GRIDS[1], NOON + DAY, "gw"))
    rows = records(engine).told(NOON + 2 * DAY, NOON + 2 * DAY, is_now=True)
    listed = rows.first_of(np.ones(len(rows), dtype=bool), count=9)
    assert [place.event_id for place, _ in listed] == ["h0", "h2", "h3", "h1"]


def reading(number: int, at: datetime) -> Reading:
    return Reading(f"d{number}", "level", 1.0, at, at)


def test_a_device_was_as_fresh_as_its_last_reading_then(engine: Engine) -> None:
    archive, table = ReadingArchive(engine), DeviceTable(engine)
    waited = [Device(device_id=f"d{n}", place=Place(code=GRIDS[0]), interval_s=60.0) for n in (1, 2)]
    table.put(waited, now=NOON - 9 * DAY)
    hours = [timedelta(hours=n) for n in range(5)]
    kept = [reading(1, NOON + h) for h in hours] + [reading(2, NOON), reading(2, NOON + hours[3])]
    archive.record(kept, kept)
    told = records(engine)

    def at(after: timedelta) -> dict[str, bool]:
        rows = told.told(NOON + after, NOON + DAY, is_now=False)
        assert not rows.unknown
        return fresh(rows)

    assert at(hours[2] + timedelta(seconds=30)) == {"d1": True, "d2": False}
    assert at(hours[3] + timedelta(seconds=30)) == {"d1": True, "d2": True}
    assert at(hours[3] + timedelta(minutes=30)) == {"d1": False, "d2": False}
    # the archive does not reach back to it
    long_ago = told.told(NOON - DAY, NOON + DAY, is_now=False)
    assert long_ago.unknown == {"fresh_record_rate": Why.NOT_KEPT, "fresh_device_rate": Why.NOT_KEPT}
    # one that came into the registry later was not waited for
    table.put([Device(device_id="d3", place=Place(code=GRIDS[0]), interval_s=60.0)], now=NOON + 6 * hours[1])
    assert "d3" not in at(hours[3])
    assert "d3" in fresh(told.told(NOON + DAY, NOON + DAY, is_now=True))
