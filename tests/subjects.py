"""A town whose indicators count alarms, gridworkers, grids and records as well."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cockpit.domain.attendance import Attendance
from cockpit.domain.device_group import GroupRule
from cockpit.services.alarm_kinds import load_alarm_kinds
from cockpit.services.drill_down import DrillDown
from cockpit.services.group_rules import GroupRules
from cockpit.services.households import HouseholdBook
from cockpit.services.houses.book import HouseBook
from cockpit.services.houses.inhabitants import Inhabitants
from cockpit.services.past_events import PastEvents
from cockpit.services.past_marks import PastMarks
from cockpit.services.past_movers import PastMovers
from cockpit.services.past_raisings import PastRaisings
from cockpit.services.roster import Roster
from cockpit.services.subjects.alarms import AlarmRows
from cockpit.services.subjects.asked import Subjects
from cockpit.services.subjects.device_records import DeviceRecords
from cockpit.services.subjects.force import ForceRows
from cockpit.services.subjects.fresh_rules import FreshRules
from cockpit.services.subjects.handovers import HandoverRows
from cockpit.services.subjects.records import RecordRows
from cockpit.services.subjects.walked import WalkedRows
from cockpit.situation.movers import Movers
from cockpit.situation.situation import Situation
from cockpit.store.event_records import EventRecords
from cockpit.store.fixes import FixArchive
from cockpit.store.household_checks import HouseholdChecks
from cockpit.store.households import HouseholdTable
from cockpit.store.houses import HouseTable
from cockpit.store.journal import Journal
from cockpit.store.raisings import AlarmRaisings
from cockpit.store.readings import ReadingArchive
from cockpit.store.residents import ResidentTable
from cockpit.store.walked_grids import WalkedGrids
from tests.api.town import NOON, Town


def subjects_of(town: Town) -> Subjects:
    """All of them, over the town's fold and an empty archive of fixes."""

    @contextmanager
    def situation_of(past: datetime | None) -> Iterator[Situation]:
        yield town.past[past] if past else town.fold.situation

    @contextmanager
    def force_of(past: datetime | None) -> Iterator[tuple[Mapping[str, Attendance], Movers]]:
        if past:
            yield PastMarks(Journal(town.engine)).at(past), movers.at(past)
        else:
            yield town.fold.situation.attendance, town.fold.movers

    archive = FixArchive(town.engine)
    movers = PastMovers(city=town.city, archive=archive, heard_within=timedelta(seconds=900))

    def kept_from() -> datetime | None:
        oldest = archive.oldest_arrival_ms()
        return None if oldest is None else datetime.fromtimestamp(oldest / 1000, UTC)

    alarms = AlarmRows(
        situation_of, PastRaisings(AlarmRaisings(town.engine)), lambda: NOON - timedelta(days=9), within_s=900
    )
    force = ForceRows(force_of, city=town.city, roster=Roster(town.city), within_s=900, kept_from=kept_from)
    devices = DeviceRecords(
        town.devices.now, ReadingArchive(town.engine), load_alarm_kinds(), GroupRules(GroupRule(interval_s=60)),
        kept_every_s=60,
    )  # fmt: skip
    records = RecordRows(houses_of(town), devices, FreshRules())

    walked = WalkedRows(WalkedGrids(town.engine), archive.newest_arrival_ms, city=town.city, roster=Roster(town.city))
    return Subjects.joined(alarms, force, records, HandoverRows(situation_of), walked)


def houses_of(town: Town) -> HouseBook:
    """The town's own doors, or what was imported."""
    return HouseBook(
        HouseholdBook(HouseholdTable(town.engine), city=town.city), HouseTable(town.engine),
        ResidentTable(town.engine), HouseholdChecks(town.engine), city=town.city,
    )  # fmt: skip


def drill_of(town: Town) -> DrillDown:
    """The drill-down of the town with all of them."""
    past = PastEvents(EventRecords(town.engine), town.fold.situation.rules)
    homes = Inhabitants(houses_of(town))
    return DrillDown(town.fold, lambda at: town.past[at], past, town.city, subjects_of(town), homes)
