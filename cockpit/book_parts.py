"""What is written down beforehand and looked up, joined from the settings: standards, units, things, devices, plans."""

from functools import cached_property
from typing import TYPE_CHECKING

from cockpit.city_parts import CityParts
from cockpit.data_dir import DataDir
from cockpit.finding import houses_of

if TYPE_CHECKING:
    from cockpit.services.alarm_kinds import AlarmKinds
    from cockpit.services.assignment import Suggester
    from cockpit.services.devices import DeviceBook
    from cockpit.services.finding_rules import FindingRuleBook
    from cockpit.services.group_rules import GroupRules
    from cockpit.services.households import HouseholdBook
    from cockpit.services.houses.book import HouseBook
    from cockpit.services.plan_files import PlanBook
    from cockpit.services.resources import ResourceBook
    from cockpit.services.responsibilities import ResponsibilityBook
    from cockpit.services.roster import Roster
    from cockpit.services.standards import StandardsBook
    from cockpit.services.thematic.shelf import LayerShelf
    from cockpit.services.units import UnitBook


class BookParts(CityParts):
    """Tables are asked anew some seconds after an import, files for every question."""

    @cached_property
    def standards(self) -> "StandardsBook":
        """Asked anew for every report: an imported version is in it after some seconds."""
        from cockpit.services.standards import StandardsBook, standards_of_city
        from cockpit.store.standards import StandardsTable

        city = self.city
        own = standards_of_city(city.directory, city.code) if city.directory else []
        return StandardsBook(StandardsTable(self.engine), city=own)

    @cached_property
    def responsibilities(self) -> "ResponsibilityBook":
        """Asked anew for every question, as `standards` is."""
        from cockpit.services.responsibilities import ResponsibilityBook, responsibilities_of_city
        from cockpit.store.responsibilities import ResponsibilityTable

        own = responsibilities_of_city(self.city.directory) if self.city.directory else []
        return ResponsibilityBook(ResponsibilityTable(self.engine), city=own)

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
    def units(self) -> "UnitBook":
        """部门 that orders may go to."""
        from cockpit.services.units import UnitBook

        return UnitBook(self.responsibilities, self.resources, city_code=self.district)

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
