"""The parts of one process, joined from its settings: each is made when it is first asked for, and once."""

import os
import socket
import tomllib
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cockpit.data_dir import DataDir
from cockpit.exits import TellError
from cockpit.finding import houses_of, searching_of
from cockpit.settings import Settings
from cockpit.stream_parts import StreamParts
from cockpit.supervisor import PARENT_NAME

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cockpit.domain.working_calendar import WorkingCalendar
    from cockpit.feed_files import FeedFile
    from cockpit.services.alarm_kinds import AlarmKinds
    from cockpit.services.assignment import Suggester
    from cockpit.services.city import City
    from cockpit.services.devices import DeviceBook
    from cockpit.services.finding_rules import FindingRuleBook
    from cockpit.services.group_rules import GroupRules
    from cockpit.services.history import History
    from cockpit.services.households import HouseholdBook
    from cockpit.services.houses.book import HouseBook
    from cockpit.services.nearby.nearby import Nearby
    from cockpit.services.past_events import PastEvents
    from cockpit.services.past_movers import PastMovers
    from cockpit.services.plan_files import PlanBook
    from cockpit.services.projector import Projector
    from cockpit.services.recipients import Recipients
    from cockpit.services.recording import Recorder
    from cockpit.services.resources import ResourceBook
    from cockpit.services.responsibilities import ResponsibilityBook
    from cockpit.services.roster import Roster
    from cockpit.services.search.searching import Searching
    from cockpit.services.standards import StandardsBook
    from cockpit.services.substitutes import NearbySubstitutes
    from cockpit.services.thematic.shelf import LayerShelf
    from cockpit.services.units import UnitBook
    from cockpit.services.wartime import Scenes
    from cockpit.situation.situation import Rules
    from cockpit.store.journal import Journal


class Parts(StreamParts):
    """What a process is joined from. Imports wait with the parts, so that a process loads only its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def consumer(self) -> str:
        """This process among those that share a group.

        Under `cockpit up` there is one of each kind, and its restart is the same consumer: it gets back at once what
        the killed one had not acknowledged. Others are new consumers, and what they left is claimed after a while.
        """
        ours = self.settings.data_dir.absolute() if PARENT_NAME in os.environ else os.getpid()
        return f"{socket.gethostname()}:{ours}"

    @cached_property
    def engine(self) -> "Engine":
        from cockpit.store.database import open_engine

        return open_engine(self.settings.database())

    @cached_property
    def city(self) -> "City":
        from cockpit.services.city import City, UnknownCityError

        try:
            city = self._load_city(City)
        except (UnknownCityError, ValueError) as wrong:
            raise TellError(str(wrong)) from wrong
        from cockpit.feeding import expected_feeds

        known = {info.name for info in city.feeds}
        city.feeds.extend(info for info in expected_feeds(self.feed_files) if info.name not in known)
        patience = self.settings.feed_stale_periods, self.settings.feed_lost_periods
        city.feeds[:] = [info.waited_for(*patience) for info in city.feeds]
        return city

    def _load_city(self, kind: "type[City]") -> "City":
        own = DataDir(self.settings.data_dir).city
        if self.settings.empty and (own / "city.toml").is_file():
            return kind.load(str(own), tz=self.settings.tz)
        if self.settings.empty:
            return kind.empty(tz=self.settings.tz)
        return kind.load(self.settings.city, tz=self.settings.tz)

    @cached_property
    def feed_files(self) -> "list[FeedFile]":
        """The feeds of the data directory; what is wrong with a file is said once and costs only that feed."""
        import structlog

        from cockpit.feed_files import WrongFile, list_feed_files

        found = list(list_feed_files(DataDir(self.settings.data_dir).feeds))
        for wrong in found:
            if isinstance(wrong, WrongFile):
                structlog.get_logger(__name__).warning("a feed's file is wrong", feed=wrong.name, error=wrong.why)
        return [file for file in found if not isinstance(file, WrongFile)]

    @cached_property
    def _about_city(self) -> dict[str, Any]:
        """What the city says about itself, without its geometry: that takes a second and few processes need it."""
        from cockpit.services.city import UnknownCityError, city_directory

        try:
            if self.settings.empty:
                own = DataDir(self.settings.data_dir).city / "city.toml"
                return tomllib.loads(own.read_text(encoding="utf-8")) if own.is_file() else {}
            file = city_directory(self.settings.city) / "city.toml"
            return tomllib.loads(file.read_text(encoding="utf-8"))
        except (UnknownCityError, ValueError) as wrong:
            raise TellError(str(wrong)) from wrong

    @cached_property
    def district(self) -> str:
        """The city's code; an empty city has none, whatever divisions were imported."""
        if self.settings.empty:
            return ""
        try:
            return str(self._about_city["code"])
        except KeyError as missing:
            raise TellError(f"the city {self.settings.city} has no {missing} in its city.toml") from missing

    @property
    def _tz(self) -> str:
        return str(self._about_city.get("tz", self.settings.tz))

    @cached_property
    def rules(self) -> "Rules":
        from cockpit.situation.situation import Rules

        return Rules(
            city_code=self.district,
            tz=self._tz,
            at_risk_share=self.settings.at_risk_share,
            accept_within_s=self.settings.accept_within_s,
            assign_within_s=self.settings.assign_within_s,
            calendar=self.calendar,
        )

    @cached_property
    def calendar(self) -> "WorkingCalendar":
        """As the holidays make it; what people decided about single days is in the situation."""
        from cockpit.domain.office_hours import parse_office_hours
        from cockpit.services.calendars import chinese_calendar

        return chinese_calendar(
            self._tz,
            office_hours=parse_office_hours(self.settings.office_hours),
            day_s=round(self.settings.working_day_hours * 3600),
        )

    @cached_property
    def standards(self) -> "StandardsBook":
        """Asked anew for every report: an imported version is in it after some seconds."""
        from cockpit.services.standards import StandardsBook, standards_of_city
        from cockpit.store.standards import StandardsTable

        city = self.city
        own = standards_of_city(city.directory, city.code) if city.directory else []
        return StandardsBook(StandardsTable(self.engine), city=own)

    @cached_property
    def recorder(self) -> "Recorder":
        from cockpit.services.recording import Recorder
        from cockpit.store.event_records import EventRecords

        return Recorder(EventRecords(self.engine), rules=self.rules)

    @cached_property
    def suggester(self) -> "Suggester":
        from cockpit.services.assignment import Suggester
        from cockpit.services.learning import LearnedBook
        from cockpit.store.classifiers import Classifiers

        return Suggester(
            responsibilities=self.responsibilities,
            standards=self.standards,
            learned=LearnedBook(Classifiers(self.engine)),
        )

    @cached_property
    def recipients(self) -> "Recipients":
        from cockpit.services.recipients import Recipients

        return Recipients(
            fold=self.projector,
            roster=self.roster,
            things=self.resources,
            attendance_of=lambda situation: situation.attendance,
            find_unit=self.units.find,
        )

    @cached_property
    def units(self) -> "UnitBook":
        """部门 that orders may go to."""
        from cockpit.services.units import UnitBook

        return UnitBook(self.responsibilities, self.resources, city_code=self.district)

    @cached_property
    def substitutes(self) -> "NearbySubstitutes":
        from cockpit.domain.scope import Scope
        from cockpit.services.substitutes import NearbySubstitutes

        return NearbySubstitutes(self.nearby, self.resources, scope=Scope(self.district))

    @cached_property
    def devices(self) -> "DeviceBook":
        """Asked anew for every question, as `standards` is."""
        from cockpit.services.devices import DeviceBook, devices_of_city
        from cockpit.store.devices import DeviceTable

        own = devices_of_city(self.city, self.city.directory) if self.city.directory else []
        return DeviceBook(DeviceTable(self.engine), city=own)

    @cached_property
    def alarm_kinds(self) -> "AlarmKinds":
        from cockpit.services.alarm_kinds import load_alarm_kinds

        return load_alarm_kinds(DataDir(self.settings.data_dir).alarms)

    @cached_property
    def group_rules(self) -> "GroupRules":
        """When devices and their groups count as stale or lost."""
        from cockpit.domain.device_group import GroupRule
        from cockpit.services.group_rules import load_group_rules

        usual = GroupRule(
            stale_periods=self.settings.feed_stale_periods, lost_periods=self.settings.feed_lost_periods
        )  # fmt: skip
        return load_group_rules(DataDir(self.settings.data_dir).alarms, usual)

    @cached_property
    def finding_rules(self) -> "FindingRuleBook":
        from cockpit.services.finding_rules import FindingRuleBook

        return FindingRuleBook(DataDir(self.settings.data_dir).patrol)

    @cached_property
    def responsibilities(self) -> "ResponsibilityBook":
        """Asked anew for every question, as `standards` is."""
        from cockpit.services.responsibilities import ResponsibilityBook, responsibilities_of_city
        from cockpit.store.responsibilities import ResponsibilityTable

        own = responsibilities_of_city(self.city.directory) if self.city.directory else []
        return ResponsibilityBook(ResponsibilityTable(self.engine), city=own)

    @cached_property
    def resources(self) -> "ResourceBook":
        """资源: read in the background, and anew some seconds after an import."""
        from cockpit.services.resources import ResourceBook, resources_of_city
        from cockpit.store.resources import ResourceTable

        return ResourceBook(ResourceTable(self.engine), city=resources_of_city(self.city))

    @cached_property
    def roster(self) -> "Roster":
        from cockpit.services.roster import Roster

        return Roster(self.city)

    @cached_property
    def nearby(self) -> "Nearby":
        """附近: over this process's fold, the registry and the roads of the city."""
        from cockpit.services.nearby.nearby import Nearby
        from cockpit.services.nearby.roads import RoadGraph

        return Nearby(
            fold=self.projector, city=self.city, things=self.resources,
            roads=RoadGraph.load((self.city.directory or Path()) / "roads.json"), roster=self.roster,
            stale_after_s=self.settings.stale_after_s, busy_of=lambda situation: situation.orders.busy,
            attendance_of=lambda situation: situation.attendance,
        )  # fmt: skip

    @cached_property
    def plans(self) -> "PlanBook":
        """预案: those that come with the program, and those of the data directory before them."""
        from cockpit.services.plan_files import PlanBook, shipped_plans

        return PlanBook(shipped_plans(), DataDir(self.settings.data_dir).plans)

    @cached_property
    def layer_shelf(self) -> "LayerShelf":
        """专题图层: what each shows now."""
        from cockpit.services.thematic.definitions import LayerCatalogue, shipped_layers
        from cockpit.services.thematic.fillings import fillings_of
        from cockpit.services.thematic.shelf import LayerShelf
        from cockpit.store.layer_versions import LayerVersions

        data = DataDir(self.settings.data_dir)
        return LayerShelf(
            LayerCatalogue(shipped_layers(), data.layer_files), data.layers, LayerVersions(self.engine),
            fill=fillings_of(self.city, self.resources),
        )  # fmt: skip

    @cached_property
    def households(self) -> "HouseholdBook":
        from cockpit.services.households import HouseholdBook
        from cockpit.store.households import HouseholdTable

        return HouseholdBook(HouseholdTable(self.engine), city=self.city)

    @cached_property
    def houses(self) -> "HouseBook":
        return houses_of(self.households, self.engine, self.city)

    @cached_property
    def searching(self) -> "Searching":
        return searching_of(
            self.city, self.resources, self.devices, self.houses, self.layer_shelf,
            fold=self.projector, past_event=self.past_events.find,
        )  # fmt: skip

    @cached_property
    def scenes(self) -> "Scenes":
        """战时现场 for this process's screens."""
        from cockpit.services.wartime import Scenes
        from cockpit.services.wartime.around import NearbyAround
        from cockpit.services.wartime.cameras import CameraAddresses, addresses_of_city, hosts_of

        own = CameraAddresses(template=self.settings.camera_url, stream=self.settings.camera_stream)
        cameras = own if own.template else addresses_of_city(self.city.config)

        def own_address(camera_id: str) -> str:
            found = self.resources.now().find(camera_id)
            return found.stream_url if found else ""

        cameras = replace(cameras, hosts=hosts_of(self.settings.camera_hosts))
        return Scenes(NearbyAround(self.nearby, cameras, own_address=own_address))

    @cached_property
    def journal(self) -> "Journal":
        from cockpit.store.journal import Journal

        return Journal(self.engine)

    @cached_property
    def history(self) -> "History":
        from cockpit.services.history import History
        from cockpit.store.checkpoints import Checkpoints

        return History(
            journal=self.journal, checkpoints=Checkpoints(self.engine), rules=self.rules, past=self.past_events
        )

    @cached_property
    def past_events(self) -> "PastEvents":
        from cockpit.services.column_files import ColumnFiles
        from cockpit.services.past_events import PastEvents
        from cockpit.store.event_records import EventRecords

        records = EventRecords(self.engine)
        files = ColumnFiles(DataDir(self.settings.data_dir).cache, records.ids_of)
        return PastEvents(records, self.rules, files)

    @cached_property
    def past_movers(self) -> "PastMovers":
        from cockpit.services.past_movers import PastMovers
        from cockpit.store.fixes import FixArchive

        within = timedelta(seconds=self.settings.on_duty_within_s)
        return PastMovers(city=self.city, archive=FixArchive(self.engine), heard_within=within)

    @cached_property
    def projector(self) -> "Projector":
        from cockpit.services.projector import Projector
        from cockpit.store.fixes import FixArchive
        from cockpit.stream.fix_batch import FixBatch

        return Projector(
            city=self.city,
            rules=self.rules,
            facts=self.facts,
            positions=self.positions,
            checkpoints=self.history,
            journal=self.history,
            last_fixes=lambda: FixBatch.from_rows(FixArchive(self.engine).read_last()),
        )

    def close(self) -> None:
        """Give back the connections that were opened."""
        if "engine" in self.__dict__:
            self.engine.dispose()
        if "redis" in self.__dict__:
            self.redis.close()
